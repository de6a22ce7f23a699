// /conversations/:id/settings: the caller's own switches.
#include <array>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/conversations.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::Errc;

// Who is no member is told that there is nothing.
constexpr std::array wordings{HttpWording{Errc::not_a_member, 404, "Conversation not found"}};
constexpr HttpErrors errors{.wordings = wordings};

void render(Call& call, const whispr::MemberSettings& settings) {
    std::string& out = scratch();
    out += R"({"data":{"conversation_id":)";
    edge::json::write_text(out, call.path(0));
    out += R"(,"settings":)";
    edge::json::write_settings(out, settings);
    out += "}}";
    call.answer(200, out);
}

void show(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.show(
        caller, *id,
        answering<whispr::Conversation>(std::move(call), errors, [](Call& asked, auto& found) {
            render(asked, found.settings);
        }));
}

void update(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    const Params fields = call->params().under("settings");
    FieldCheck check;
    whispr::UpdateSettings command;
    command.conversation = *id;
    const auto flag = [&](std::string_view name) {
        const auto given = fields.find(name);
        if (given.kind == edge::json::Kind::null)
            check.wrong.push_back({std::string(name), "is invalid"});
        return check.accept(name, edge::json::to_bool(given));
    };
    command.notifications = flag("notifications");
    command.sound_enabled = flag("sound_enabled");
    command.desktop_notifications = flag("desktop_notifications");
    command.mobile_notifications = flag("mobile_notifications");
    command.mention_notifications = flag("mention_notifications");
    command.muted = flag("is_muted");
    const auto name = fields.find("custom_name");
    if (name.kind != edge::json::Kind::absent) {
        const auto text = check.accept("custom_name", edge::json::to_text(name));
        command.custom_name.emplace();
        if (text) command.custom_name->emplace(*text);
    }
    if (fields.find("settings").given()) check.wrong.push_back({"settings", "is invalid"});
    if (!check.wrong.empty()) return refuse_fields(std::move(call), *id, check, errors);
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.update_settings(
        caller, std::move(command),
        answering<whispr::MemberSettings>(std::move(call), errors, render));
}

constexpr std::array routes{
    Route{"GET", "/conversations/:id/settings", show},
    Route{"PUT", "/conversations/:id/settings", update},
};

}  // namespace

std::span<const Route> settings_routes() {
    return routes;
}

}  // namespace whisprd::rest
