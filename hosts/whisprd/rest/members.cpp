// /conversations/:id/members: list, add, remove, change a role; /conversations/:id/leave.
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

constexpr std::array list_wordings{
    HttpWording{Errc::conversation_not_found, 404, "Resource not found"}};
constexpr HttpErrors list_errors{.wordings = list_wordings};

constexpr std::string_view may_not_add = "Not authorized to add members";
constexpr std::array add_wordings{
    HttpWording{Errc::conversation_not_found, 404, "Resource not found"},
    HttpWording{Errc::not_a_member, 403, may_not_add},
    HttpWording{Errc::forbidden, 403, may_not_add}};
constexpr HttpErrors add_errors{.wordings = add_wordings};

constexpr std::string_view may_not_remove = "Not authorized to remove members";
constexpr std::array remove_wordings{HttpWording{Errc::not_a_member, 403, may_not_remove},
                                     HttpWording{Errc::forbidden, 403, may_not_remove}};
constexpr HttpErrors remove_errors{.wordings = remove_wordings};

constexpr std::string_view may_not_give = "Not authorized to change roles";
constexpr std::array role_wordings{
    HttpWording{Errc::not_a_member, 403, may_not_give},
    HttpWording{Errc::forbidden, 403, may_not_give},
    HttpWording{Errc::limit_reached, 422, "Group must have at least one admin"}};
constexpr HttpErrors role_errors{.wordings = role_wordings};

// Who never was a member learns no more than by asking for the conversation.
constexpr std::array leave_wordings{HttpWording{Errc::member_not_found, 403, "Unauthorized"}};
constexpr HttpErrors leave_errors{.wordings = leave_wordings};

void render_members(Call& call, const whispr::Conversation& conversation) {
    std::string& out = scratch();
    out += R"({"data":[)";
    std::int64_t count = 0;
    for (const auto& member : conversation.members) {
        if (!member.active) continue;
        if (count++ > 0) out += ',';
        edge::json::write_member(out, member);
    }
    out += R"(],"meta":{"conversationId":)";
    edge::json::write_text(out, call.path(0));
    out += R"(,"count":)";
    edge::json::write_number(out, count);
    out += "}}";
    call.answer(200, out);
}

void list(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.show(
        caller, *id, answering<whispr::Conversation>(std::move(call), list_errors, render_members));
}

void render_member(Call& call, unsigned status, const whispr::Member& member) {
    std::string& out = scratch();
    out += R"({"data":)";
    edge::json::write_member(out, member);
    out += '}';
    call.answer(status, out);
}

void add(CallPtr call) {
    if (!admit(call, 403, may_not_add)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    const Params& params = call->params();
    const auto named = params.find("user_id");
    FieldCheck check;
    const auto user = check.require(
        "user_id", edge::json::to_uuid(named.given() ? named : params.find("member_id")));
    if (!user) return refuse_fields(std::move(call), *id, check, add_errors);
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.add_member(
        caller, *id, {*user},
        answering<whispr::Member>(std::move(call), add_errors, [](Call& asked, auto& member) {
            render_member(asked, 201, member);
        }));
}

void remove(CallPtr call) {
    if (!admit(call, 403, may_not_remove)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    const auto user = path_id<whispr::UserId>(call, 1);
    if (!user) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.remove_member(
        caller, *id, *user,
        answering<whispr::Removal>(std::move(call), remove_errors,
                                   [](Call& asked, auto&) { asked.answer_empty(204); }));
}

void set_role(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    const auto user = path_id<whispr::UserId>(call, 1);
    if (!user) return;
    FieldCheck check;
    const auto named = check.require("role", edge::json::to_text(call->params().find("role")));
    const auto role = named ? whispr::parse_role(*named) : std::nullopt;
    if (named && !role) check.wrong.push_back({"role", "is invalid"});
    if (!role) return refuse_fields(std::move(call), *id, check, role_errors);
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.set_role(
        caller, *id, *user, *role,
        answering<whispr::Member>(std::move(call), role_errors, [](Call& asked, auto& member) {
            render_member(asked, 200, member);
        }));
}

// Who has left already has left.
void leave(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.remove_member(
        caller, *id, caller.user,
        answering<whispr::Removal>(std::move(call), leave_errors,
                                   [](Call& asked, auto&) { asked.answer_empty(204); }));
}

constexpr std::array routes{
    Route{"GET", "/conversations/:id/members", list},
    Route{"POST", "/conversations/:id/members", add},
    Route{"DELETE", "/conversations/:id/members/:user_id", remove},
    Route{"PATCH", "/conversations/:id/members/:user_id/role", set_role},
    Route{"POST", "/conversations/:id/leave", leave},
};

}  // namespace

std::span<const Route> member_routes() {
    return routes;
}

}  // namespace whisprd::rest
