// /conversations/:id/pin and /archive: what the caller does with a conversation in the own list.
#include <array>

#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/conversations.hpp"
#include "whispr/limits.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::ConversationId;
using whispr::Conversations;
using whispr::Errc;

// Who is no member is told that there is nothing.
constexpr HttpWording no_member{Errc::not_a_member, 404, "Conversation not found"};

static_assert(whispr::limits::list_pins_per_user == 5, "the text below names it");
constexpr std::array pin_wordings{
    no_member, HttpWording{Errc::no_change, 422, "Conversation is already pinned"},
    HttpWording{Errc::limit_reached, 422,
                "Pin limit reached: you may pin at most 5 conversations"}};
constexpr std::array unpin_wordings{
    no_member, HttpWording{Errc::no_change, 422, "Conversation is not pinned"}};
constexpr std::array archive_wordings{
    no_member, HttpWording{Errc::no_change, 422, "Conversation is already archived"}};
constexpr std::array unarchive_wordings{
    no_member, HttpWording{Errc::no_change, 422, "Conversation is not archived"}};
constexpr HttpErrors pin_errors{.wordings = pin_wordings};
constexpr HttpErrors unpin_errors{.wordings = unpin_wordings};
constexpr HttpErrors archive_errors{.wordings = archive_wordings};
constexpr HttpErrors unarchive_errors{.wordings = unarchive_wordings};

// {"data":{"conversation_id","pinned"}}, or "archived".
void render(Call& call, std::string_view name, bool value) {
    std::string& out = scratch();
    out += R"({"data":{"conversation_id":)";
    edge::json::write_text(out, call.path(0));
    out += R"(,")";
    out += name;
    out += R"(":)";
    edge::json::write_bool(out, value);
    out += "}}";
    call.answer(200, out);
}

void set_pinned(CallPtr call, bool pinned) {
    if (!admit(call)) return;
    const auto id = path_id<ConversationId>(call, 0);
    if (!id) return;
    Conversations& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.set_pinned(
        caller, *id, pinned,
        answering<whispr::MemberSettings>(
            std::move(call), pinned ? pin_errors : unpin_errors,
            [](Call& asked, auto& settings) { render(asked, "pinned", settings.pinned); }));
}

void set_archived(CallPtr call, bool archived) {
    if (!admit(call)) return;
    const auto id = path_id<ConversationId>(call, 0);
    if (!id) return;
    Conversations& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.set_archived(
        caller, *id, archived,
        answering<whispr::MemberSettings>(
            std::move(call), archived ? archive_errors : unarchive_errors,
            [](Call& asked, auto& settings) { render(asked, "archived", settings.archived); }));
}

void pin(CallPtr call) {
    set_pinned(std::move(call), true);
}
void unpin(CallPtr call) {
    set_pinned(std::move(call), false);
}
void archive(CallPtr call) {
    set_archived(std::move(call), true);
}
void unarchive(CallPtr call) {
    set_archived(std::move(call), false);
}

constexpr std::array routes{
    Route{"POST", "/conversations/:id/pin", pin},
    Route{"DELETE", "/conversations/:id/pin", unpin},
    Route{"POST", "/conversations/:id/archive", archive},
    Route{"DELETE", "/conversations/:id/archive", unarchive},
};

}  // namespace

std::span<const Route> list_state_routes() {
    return routes;
}

}  // namespace whisprd::rest
