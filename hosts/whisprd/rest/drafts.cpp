// /messages/drafts and /conversations/:id/drafts: one draft of each user in each conversation.
#include <array>

#include "edge/json/render_unsent.hpp"
#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/drafts.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::Errc;

constexpr std::array save_wordings{HttpWording{Errc::not_a_member, 403, "Forbidden"}};
constexpr HttpErrors save_errors{.wordings = save_wordings};
constexpr std::array show_wordings{HttpWording{Errc::not_a_member, 403, "Forbidden"},
                                   HttpWording{Errc::not_found, 404, "No draft found"}};
constexpr HttpErrors show_errors{.wordings = show_wordings};
// A draft of somebody else is not there.
constexpr std::array remove_wordings{HttpWording{Errc::not_found, 404, "Draft not found"}};
constexpr HttpErrors remove_errors{.wordings = remove_wordings};

void render(Call& call, const whispr::Draft& draft) {
    std::string& out = scratch();
    out += R"({"data":)";
    edge::json::write_draft(out, draft);
    out += '}';
    call.answer(200, out);
}

void save(CallPtr call) {
    if (!admit(call)) return;
    const Params fields = call->params().under("draft");
    FieldCheck check;
    whispr::SaveDraft command;
    const auto conversation = edge::json::to_uuid(fields.find("conversation_id"));
    if (conversation.wrong) return call->refuse(edge::framework_error(400));
    if (conversation.absent()) {
        check.wrong.push_back({"conversation_id", "can't be blank"});
        return call->refuse(edge::http_error(check.error(), save_errors));
    }
    command.conversation = whispr::ConversationId{*conversation.value};
    if (const auto text = check.require("content", edge::json::to_text(fields.find("content")))) {
        command.content = std::string(*text);
    }
    if (const auto json =
            check.accept("metadata", edge::json::to_object(fields.find("metadata")))) {
        command.metadata = std::string(*json);
    }
    if (!check.wrong.empty()) {
        return refuse_fields(std::move(call), command.conversation, check, save_errors);
    }
    auto& drafts = call->service().engine.drafts();
    const whispr::Caller caller = *call->caller();
    drafts.save(caller, std::move(command),
                answering<whispr::Draft>(std::move(call), save_errors, render));
}

void show(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    auto& drafts = call->service().engine.drafts();
    const whispr::Caller caller = *call->caller();
    drafts.show(caller, *id, answering<whispr::Draft>(std::move(call), show_errors, render));
}

void remove(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::DraftId>(call, 0);
    if (!id) return;
    auto& drafts = call->service().engine.drafts();
    const whispr::Caller caller = *call->caller();
    drafts.remove(caller, *id,
                  answering<whispr::Done>(std::move(call), remove_errors, [](Call& asked, auto&) {
                      std::string& out = scratch();
                      out += R"({"data":{"id":)";
                      edge::json::write_text(out, asked.path(0));
                      out += R"(,"deleted":true}})";
                      asked.answer(200, out);
                  }));
}

constexpr std::array routes{
    Route{"POST", "/messages/drafts", save},
    Route{"GET", "/conversations/:id/drafts", show},
    Route{"DELETE", "/messages/drafts/:id", remove},
};

}  // namespace

std::span<const Route> draft_routes() {
    return routes;
}

}  // namespace whisprd::rest
