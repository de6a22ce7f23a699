// /conversations/:id/messages and /messages/:id: send, history, show, edit, delete.
#include <array>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "meters.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/limits.hpp"
#include "whispr/messages.hpp"
#include "whispr/search.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::Errc;

constexpr HttpErrors send_errors{};
constexpr HttpErrors page_errors{};

// What one may not see is not there.
constexpr std::array show_wordings{HttpWording{Errc::not_a_member, 404, "Resource not found"}};
constexpr HttpErrors show_errors{.wordings = show_wordings};
constexpr std::array edit_wordings{HttpWording{Errc::message_not_found, 404, "Message not found"},
                                   HttpWording{Errc::not_a_member, 404, "Message not found"}};
constexpr HttpErrors edit_errors{.fields = edge::FieldErrors::errors, .wordings = edit_wordings};
constexpr HttpErrors delete_errors{.wordings = show_wordings};

// {"data":message,"meta":{"conversationId":...}}
void render_sent(Call& call, const whispr::Sent& sent) {
    std::string& out = scratch();
    out += R"({"data":)";
    edge::json::write_message(out, *sent.message);
    out += R"(,"meta":{"conversationId":)";
    edge::json::write_text(out, call.path(0));
    out += "}}";
    if (sent.repeat) call.add_header("x-whispr-duplicate", "true");
    if (!sent.repeat) call.service().meters.messages.add();
    call.answer(201, out);
}

// The command that the fields describe; what is wrong with them is noted in `check`.
whispr::SendMessage read_send(const Params& fields, whispr::ConversationId conversation,
                              FieldCheck& check) {
    using namespace edge::json;
    whispr::SendMessage command;
    command.conversation = conversation;
    if (const auto content = check.accept("content", to_text(fields.find("content")))) {
        command.content = std::string(*content);
    } else if (!fields.find("content").given()) {
        check.wrong.push_back({"content", "can't be blank"});
    }
    if (const auto type = check.require("message_type", to_text(fields.find("message_type")))) {
        const auto known = whispr::parse_message_type(*type);
        if (type->empty()) check.wrong.push_back({"message_type", "can't be blank"});
        if (!known && !type->empty()) check.wrong.push_back({"message_type", "is invalid"});
        command.type = known.value_or(whispr::MessageType::text);
    }
    command.client_random =
        check.require("client_random", to_exact_integer(fields.find("client_random")));
    const auto metadata = fields.find("metadata");
    if (metadata.given()) {
        if (const auto text = check.accept("metadata", to_object(metadata)))
            command.metadata = std::string(*text);
    }
    command.expires_at = check.accept("expires_at", to_time(fields.find("expires_at")));
    const auto ttl = fields.find("ttl_seconds");
    // Only a positive JSON integer counts; existing clients send other things and mean nothing by
    // it.
    if (ttl.kind == Kind::number && fields.find("expires_at").kind == Kind::absent) {
        const auto seconds = to_integer(ttl).value;
        if (seconds && *seconds > 0 && *seconds <= 100LL * 366 * 86'400)
            command.ttl = std::chrono::seconds(*seconds);
    }
    if (const auto text = to_text(fields.find("signature")); !text.absent()) {
        command.signature = std::string(text.value.value_or("?"));
    }
    if (const auto text = to_text(fields.find("sender_public_key")); !text.absent()) {
        command.sender_public_key = std::string(text.value.value_or("?"));
    }
    // Told before what is wrong with other fields, as everything about signatures is.
    if (command.signature.empty() != command.sender_public_key.empty())
        check.wrong.push_back({"signature", "is invalid"});
    return command;
}

void send(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    const Params fields = call->params().under("message");
    if (!acts_as_itself(call, fields, "sender_id")) return;
    FieldCheck check;
    whispr::SendMessage command = read_send(fields, *id, check);
    const auto reply_to = edge::json::to_uuid(fields.find("reply_to_id"));
    if (reply_to.wrong) return call->refuse(edge::framework_error(400));
    if (reply_to.value) command.reply_to = whispr::MessageId{*reply_to.value};
    if (!read_op_id(call, command.op_id)) return;
    if (!check.wrong.empty()) return refuse_fields(std::move(call), *id, check, send_errors);
    const auto verdict = call->service().limits.messages.take(call->caller()->user,
                                                              std::chrono::steady_clock::now());
    if (!verdict.allowed) return call->refuse_too_fast(verdict);
    if (verdict.limit > 0) call->set_rate(verdict);
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = *call->caller();
    messages.send(caller, std::move(command),
                  answering<whispr::Sent>(std::move(call), send_errors, render_sent));
}

void write_page(std::string& out, const Call& call, const std::vector<whispr::Message>& messages,
                bool has_more) {
    out += R"({"data":[)";
    for (const auto& message : messages) {
        if (out.back() != '[') out += ',';
        edge::json::write_message(out, message);
    }
    out += R"(],"meta":{"count":)";
    edge::json::write_number(out, static_cast<std::int64_t>(messages.size()));
    out += R"(,"conversationId":)";
    edge::json::write_text(out, call.path(0));
    out += R"(,"hasMore":)";
    edge::json::write_bool(out, has_more);
}

void render_messages(Call& call, const std::vector<whispr::Message>& messages, bool has_more) {
    std::string& out = scratch();
    write_page(out, call, messages, has_more);
    out += "}}";
    call.answer(200, out);
}

void render_page(Call& call, const whispr::MessagePage& page) {
    render_messages(call, page.messages, page.has_more);
}

// Of the page around a message both ends are told.
void render_middle(Call& call, const whispr::MessagePage& page) {
    std::string& out = scratch();
    write_page(out, call, page.messages, page.has_more);
    out += R"(,"hasNewer":)";
    edge::json::write_bool(out, page.has_newer);
    out += "}}";
    call.answer(200, out);
}

// The same page of those messages alone that hold the words.
void search_page(CallPtr call, const whispr::PageRequest& page, std::string_view words) {
    whispr::SearchMessages request;
    request.query = std::string(words);
    request.conversation = page.conversation;
    request.before = page.before;
    request.limit = page.limit;
    auto& search = call->service().engine.search();
    const whispr::Caller caller = *call->caller();
    search.messages(caller, std::move(request),
                    answering<whispr::MessagesFound>(
                        std::move(call), page_errors, [](Call& asked, auto& found) {
                            render_messages(asked, found.messages, found.has_more);
                        }));
}

// False when one of the cursors has a wrong form.
bool read_cursors(const Params& params, whispr::PageRequest& request) {
    const auto before = edge::json::to_time(params.find("before"));
    const auto after = edge::json::to_time(params.find("after"));
    const auto before_mseq = edge::json::to_integer(params.find("before_mseq"));
    const auto after_mseq = edge::json::to_integer(params.find("after_mseq"));
    const auto around = edge::json::to_uuid(params.find("around"));
    request.before = before.value;
    request.after = after.value;
    request.before_mseq = before_mseq.value;
    request.after_mseq = after_mseq.value;
    if (around.value) request.around = whispr::MessageId{*around.value};
    return !before.wrong && !after.wrong && !before_mseq.wrong && !after_mseq.wrong &&
           !around.wrong;
}

void page(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    const Params& params = call->params();
    whispr::PageRequest request;
    request.conversation = *id;
    request.limit = read_limit(params, 50, whispr::limits::page_rows);
    if (!read_cursors(params, request)) return call->refuse(edge::framework_error(400));
    const auto words = edge::json::to_text(params.find("search")).value;
    if (words && !words->empty()) return search_page(std::move(call), request, *words);
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = *call->caller();
    const auto render = request.around ? render_middle : render_page;
    messages.page(caller, request,
                  answering<whispr::MessagePage>(std::move(call), page_errors, render));
}

void show(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = *call->caller();
    messages.show(
        caller, *id,
        answering<whispr::Message>(std::move(call), show_errors, [](Call& asked, auto& message) {
            std::string& out = scratch();
            out += R"({"data":)";
            edge::json::write_message(out, message);
            out += '}';
            asked.answer(200, out);
        }));
}

using Changed = std::shared_ptr<const whispr::Message>;

void render_edited(Call& call, const Changed& message) {
    std::string& out = scratch();
    out += R"({"data":)";
    edge::json::write_message(out, *message);
    out += R"(,"meta":{"edited":true,"editedAt":)";
    edge::json::write(out, message->edited_at.value_or(message->updated_at));
    out += "}}";
    call.answer(200, out);
}

void edit(CallPtr call) {
    if (!admit(call, 401, "User ID required")) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    const Params fields = call->params().under("message");
    FieldCheck check;
    whispr::EditMessage command;
    command.message = *id;
    if (const auto content = check.accept("content", edge::json::to_text(fields.find("content")))) {
        command.content = std::string(*content);
    }
    if (const auto text =
            check.accept("metadata", edge::json::to_object(fields.find("metadata")))) {
        command.metadata = std::string(*text);
    }
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = *call->caller();
    if (!check.wrong.empty()) {
        // Whether there is such a message for the caller is told first.
        messages.show(
            caller, *id,
            answering<whispr::Message>(std::move(call), edit_errors,
                                       [error = check.error()](Call& asked, auto&) {
                                           asked.refuse(edge::http_error(error, edit_errors));
                                       }));
        return;
    }
    messages.edit(caller, std::move(command),
                  answering<Changed>(std::move(call), edit_errors, render_edited));
}

void remove(CallPtr call) {
    if (!admit(call, 401, "User ID required")) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    whispr::DeleteMessage command;
    command.message = *id;
    const auto everyone = call->params().find("delete_for_everyone");
    command.for_everyone = everyone.given() && everyone.text == "true";
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = *call->caller();
    const bool for_everyone = command.for_everyone;
    messages.remove(caller, command,
                    answering<Changed>(std::move(call), delete_errors,
                                       [for_everyone](Call& asked, const Changed& message) {
                                           std::string& out = scratch();
                                           out += R"({"data":{"id":)";
                                           edge::json::write(out, message->id);
                                           out += R"(,"isDeleted":true,"deleteForEveryone":)";
                                           edge::json::write_bool(out, for_everyone);
                                           out += R"(,"deletedAt":)";
                                           edge::json::write(out, message->updated_at);
                                           out += "}}";
                                           asked.answer(200, out);
                                       }));
}

constexpr std::array routes{
    Route{"GET", "/conversations/:id/messages", page},
    Route{"POST", "/conversations/:id/messages", send},
    Route{"GET", "/messages/:id", show},
    Route{"PUT", "/messages/:id", edit},
    Route{"DELETE", "/messages/:id", remove},
};

}  // namespace

std::span<const Route> message_routes() {
    return routes;
}

}  // namespace whisprd::rest
