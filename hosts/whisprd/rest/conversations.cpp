// /conversations: list, create, show, update, delete; /conversations/archived.
#include <array>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/conversations.hpp"
#include "whispr/limits.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using edge::json::Detail;
using edge::json::Kind;
using whispr::Conversation;
using whispr::Errc;

constexpr std::array show_wordings{
    HttpWording{Errc::not_a_member, 403, "User is not a member of this conversation"}};
constexpr HttpErrors show_errors{.wordings = show_wordings};
constexpr HttpErrors change_errors{.fields = edge::FieldErrors::errors};
constexpr std::array create_wordings{HttpWording{Errc::blocked, 422, ":blocked"}};
constexpr HttpErrors create_errors{.fields = edge::FieldErrors::errors,
                                   .wordings = create_wordings};
constexpr HttpErrors list_errors{};

void render_one(Call& call, unsigned status, const Conversation& conversation, Detail detail) {
    std::string& out = scratch();
    out += R"({"data":)";
    edge::json::write_conversation(out, conversation, detail);
    out += '}';
    call.answer(status, out);
}

void render_list(Call& call, const whispr::ConversationList& list,
                 const whispr::ListConversations& asked) {
    std::string& out = scratch();
    out += R"({"data":[)";
    for (const auto& conversation : list.conversations) {
        if (out.back() != '[') out += ',';
        edge::json::write_conversation(out, conversation, Detail::without_members);
    }
    out += R"(],"meta":{"count":)";
    edge::json::write_number(out, static_cast<std::int64_t>(list.conversations.size()));
    out += R"(,"userId":)";
    edge::json::write(out, call.caller()->user);
    out += R"(,"limit":)";
    edge::json::write_number(out, static_cast<std::int64_t>(asked.limit));
    out += R"(,"offset":)";
    edge::json::write_number(out, static_cast<std::int64_t>(asked.offset));
    out += R"(,"hasMore":)";
    edge::json::write_bool(out, list.has_more);
    out += "}}";
    call.answer(200, out);
}

void list_some(CallPtr call, whispr::ListConversations request) {
    if (!admit(call)) return;
    const Params& params = call->params();
    request.limit = read_limit(params, 50, whispr::limits::page_rows);
    request.offset = read_offset(params);
    request.include_archived =
        edge::json::to_bool(params.find("include_archived")).value.value_or(true);
    const auto type = edge::json::to_text(params.find("type")).value;
    if (type == "direct") request.type = whispr::ConversationType::direct;
    if (type == "group") request.type = whispr::ConversationType::group;
    if (type && !request.type) {
        // A kind that does not exist has no conversations.
        render_list(*call, {}, request);
        return;
    }
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.list(caller, request,
                       answering<whispr::ConversationList>(std::move(call), list_errors,
                                                           [request](Call& asked, auto& found) {
                                                               render_list(asked, found, request);
                                                           }));
}

void list(CallPtr call) {
    list_some(std::move(call), {});
}

void list_archived(CallPtr call) {
    list_some(std::move(call), {.only_archived = true});
}

whispr::Completion<Conversation> created(CallPtr call) {
    return answering<Conversation>(
        std::move(call), create_errors, [](Call& asked, auto& conversation) {
            render_one(asked, 201, conversation, Detail::without_members);
        });
}

// The metadata of a new conversation, as text. What is no object is given on as something that the
// engine refuses by name.
std::string metadata_of(const Params& fields) {
    const auto metadata = fields.find("metadata");
    if (!metadata.given()) return "{}";
    return metadata.kind == Kind::object ? std::string(metadata.text) : std::string();
}

void refuse_field(CallPtr call, std::string_view field, std::string_view message) {
    const whispr::Error error = whispr::invalid_field(std::string(field), std::string(message));
    call->refuse(edge::http_error(error, change_errors));
}

void create_direct_with(CallPtr call, const Params& fields, whispr::UserId other) {
    whispr::CreateDirect command{other, metadata_of(fields)};
    if (command.metadata.empty()) return refuse_field(std::move(call), "metadata", "is invalid");
    Service& service = call->service();
    const whispr::Caller caller = *call->caller();
    auto& conversations = service.engine.conversations();
    if (service.users == nullptr || other == caller.user)
        return conversations.create_direct(caller, std::move(command), created(std::move(call)));
    // Waits until blocks are known, or cannot be found out. The client's thread only hands over.
    const auto shared = std::make_shared<CallPtr>(std::move(call));
    net::IoThread& thread = (*shared)->thread();
    service.users->settle(caller.user, other, [&conversations, &thread, caller, command, shared] {
        thread.post([&conversations, caller, command, shared] {
            conversations.create_direct(caller, command, created(std::move(*shared)));
        });
    });
}

void create_direct(CallPtr call, const Params& fields) {
    if (!admit(call, 401, "Authentication required")) return;
    const auto other = edge::json::to_uuid(fields.find("other_user_id"));
    if (!other.value) return call->refuse(edge::framework_error(400));
    create_direct_with(std::move(call), fields, {*other.value});
}

// The older form names both; the caller must be one of them.
void create_direct_of_two(CallPtr call, const Params& fields) {
    if (!admit(call, 401, "Authentication required")) return;
    const auto named = fields.find("user_ids").elements();
    const auto first = edge::json::to_uuid(named[0]);
    const auto second = edge::json::to_uuid(named[1]);
    if (!first.value || !second.value)
        return refuse_field(std::move(call), "user_id", "is invalid");
    const auto& self = call->caller()->user.uuid;
    if (*first.value != self && *second.value != self)
        return call->refuse(edge::plain_error(403, "Unauthorized"));
    create_direct_with(std::move(call), fields,
                       {*first.value == self ? *second.value : *first.value});
}

void create_group(CallPtr call, const Params& fields) {
    if (!admit(call, 400, "creator_id is required for group conversations")) return;
    whispr::CreateGroup command;
    const auto name = fields.find("name");
    if (name.given() && (name.kind != Kind::string || name.text.empty())) {
        return refuse_field(std::move(call), "metadata", "Group name must be a string");
    }
    command.name = std::string(name.text);
    if (!name.given()) command.name.clear();
    const auto user_ids = fields.find("user_ids");
    const auto listed = user_ids.given() ? user_ids : fields.find("member_ids");
    if (listed.given() && listed.kind != Kind::array)
        return refuse_field(std::move(call), "user_ids", "is invalid");
    for (const auto& one : listed.elements()) {
        const auto id = edge::json::to_uuid(one);
        if (!id.value) return refuse_field(std::move(call), "user_id", "is invalid");
        command.members.push_back({*id.value});
    }
    const auto external = edge::json::to_uuid(fields.find("external_group_id"));
    if (external.wrong) return refuse_field(std::move(call), "external_group_id", "is invalid");
    command.external_group_id = external.value;
    command.metadata = metadata_of(fields);
    if (command.metadata.empty()) return refuse_field(std::move(call), "metadata", "is invalid");
    if (!read_op_id(call, command.op_id)) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.create_group(caller, std::move(command), created(std::move(call)));
}

void create(CallPtr call) {
    const Params fields = call->params().under("conversation");
    const auto type = edge::json::to_text(fields.find("type")).value;
    const auto user_ids = fields.find("user_ids");
    if (type == "direct" && fields.find("other_user_id").given())
        return create_direct(std::move(call), fields);
    if (type == "direct" && user_ids.kind == Kind::array && user_ids.elements().size() == 2) {
        return create_direct_of_two(std::move(call), fields);
    }
    if (type == "group") return create_group(std::move(call), fields);
    call->answer(
        400, R"({"error":"Invalid conversation type or missing required fields",)"
             R"("required":{"direct":["type","user_ids"],"group":["type","name","user_ids"]}})");
}

void show(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.show(
        caller, *id,
        answering<Conversation>(std::move(call), show_errors, [](Call& asked, auto& found) {
            render_one(asked, 200, found, Detail::with_members);
        }));
}

void update(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    const Params fields = call->params().under("conversation");
    whispr::UpdateConversation command;
    command.conversation = *id;
    FieldCheck check;
    const auto name = edge::json::to_text(fields.find("name"));
    if (name.wrong) check.wrong.push_back({"metadata", "Group name must be a string"});
    if (name.value) command.name = std::string(*name.value);
    const auto metadata = check.accept("metadata", edge::json::to_object(fields.find("metadata")));
    if (metadata) command.metadata = std::string(*metadata);
    if (!check.wrong.empty()) return refuse_fields(std::move(call), *id, check, change_errors);
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.update(
        caller, std::move(command),
        answering<Conversation>(std::move(call), change_errors, [](Call& asked, auto& changed) {
            render_one(asked, 200, changed, Detail::with_members);
        }));
}

void remove(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    const bool for_everyone = call->params().query("for") == "everyone";
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = *call->caller();
    conversations.remove(
        caller, *id, for_everyone,
        answering<whispr::Removal>(std::move(call), change_errors, [](Call& asked, auto& removal) {
            std::string& out = scratch();
            out += R"({"data":{"id":)";
            edge::json::write(out, removal.conversation);
            out += R"(,"isActive":false,"deletedAt":)";
            edge::json::write(out, std::chrono::floor<std::chrono::microseconds>(
                                       std::chrono::system_clock::now()));
            out += "}}";
            asked.answer(200, out);
        }));
}

constexpr std::array routes{
    Route{"GET", "/conversations", list},
    Route{"GET", "/conversations/archived", list_archived},
    Route{"POST", "/conversations", create},
    Route{"GET", "/conversations/:id", show},
    Route{"PUT", "/conversations/:id", update},
    Route{"DELETE", "/conversations/:id", remove},
};

}  // namespace

std::span<const Route> conversation_routes() {
    return routes;
}

}  // namespace whisprd::rest
