// /messages/:id/read, /unread and /receipts: reading up to a message, taking that back, and who has
// read it.
#include <array>
#include <optional>
#include <vector>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/receipts.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::Errc;

constexpr std::array wordings{HttpWording{Errc::not_a_member, 404, "Resource not found"}};
constexpr HttpErrors errors{.wordings = wordings};

void write_place(std::string& out, const Call& call, whispr::ConversationId conversation) {
    out += R"({"data":{"messageId":)";
    edge::json::write_text(out, call.path(0));
    out += R"(,"conversationId":)";
    edge::json::write(out, conversation);
}

void render_read(Call& call, const whispr::ReadMark& mark) {
    std::string& out = scratch();
    write_place(out, call, mark.conversation);
    out += R"(,"status":"read","readAt":)";
    edge::json::write(out, mark.read_at);
    out += "}}";
    call.answer(200, out);
}

void render_unread(Call& call, whispr::ConversationId conversation) {
    std::string& out = scratch();
    write_place(out, call, conversation);
    out += R"(,"status":"unread"}})";
    call.answer(200, out);
}

void write_time(std::string& out, const std::optional<whispr::Time>& time) {
    if (time) {
        edge::json::write(out, *time);
    } else {
        out += "null";
    }
}

void render_receipts(Call& call, const std::vector<whispr::MemberReceipt>& receipts) {
    std::string& out = scratch();
    out += R"({"data":[)";
    for (const auto& receipt : receipts) {
        if (out.back() != '[') out += ',';
        out += R"({"userId":)";
        edge::json::write(out, receipt.user);
        out += R"(,"status":")";
        out += receipt.read_at ? "read" : receipt.delivered_at ? "delivered" : "sent";
        out += R"(","deliveredAt":)";
        write_time(out, receipt.delivered_at);
        out += R"(,"readAt":)";
        write_time(out, receipt.read_at);
        out += '}';
    }
    out += R"(],"meta":{"messageId":)";
    edge::json::write_text(out, call.path(0));
    out += R"(,"count":)";
    edge::json::write_number(out, static_cast<std::int64_t>(receipts.size()));
    out += "}}";
    call.answer(200, out);
}

// The path names the message alone, so where it is comes first.
void read(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    whispr::Engine& engine = call->service().engine;
    const whispr::Caller caller = *call->caller();
    engine.messages().show(
        caller, *id,
        whispr::Completion<whispr::Message>([&engine, caller, call = std::move(call)](
                                                whispr::Result<whispr::Message> found) mutable {
            auto done = answering<whispr::ReadMark>(std::move(call), errors, render_read);
            if (!found) return done(found.error());
            engine.receipts().mark_read(caller, {found->conversation, found->id}, std::move(done));
        }));
}

// The conversation need not be named; where it is, the message must be there.
void unread(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    const auto named = edge::json::to_uuid(call->params().find("conversation_id"));
    if (named.wrong) return call->refuse(edge::framework_error(400));
    whispr::Engine& engine = call->service().engine;
    const whispr::Caller caller = *call->caller();
    engine.messages().show(
        caller, *id,
        whispr::Completion<whispr::Message>(
            [&engine, caller, named = named.value,
             call = std::move(call)](whispr::Result<whispr::Message> found) mutable {
                const auto conversation = found ? found->conversation : whispr::ConversationId();
                auto done = answering<whispr::Done>(
                    std::move(call), errors,
                    [conversation](Call& asked, auto&) { render_unread(asked, conversation); });
                if (!found) return done(found.error());
                const whispr::ConversationId expected{named.value_or(conversation.uuid)};
                engine.receipts().mark_unread(caller, {found->id, expected}, std::move(done));
            }));
}

void list(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    whispr::Receipts& receipts = call->service().engine.receipts();
    const whispr::Caller caller = *call->caller();
    receipts.of_message(
        caller, *id,
        answering<std::vector<whispr::MemberReceipt>>(std::move(call), errors, render_receipts));
}

constexpr std::array routes{
    Route{"POST", "/messages/:id/read", read},
    Route{"POST", "/messages/:id/unread", unread},
    Route{"GET", "/messages/:id/receipts", list},
};

}  // namespace

std::span<const Route> receipt_routes() {
    return routes;
}

}  // namespace whisprd::rest
