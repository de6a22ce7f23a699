// /messages/:id/read: everything up to the message was read.
#include <array>

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

void render(Call& call, const whispr::ReadMark& mark) {
    std::string& out = scratch();
    out += R"({"data":{"messageId":)";
    edge::json::write_text(out, call.path(0));
    out += R"(,"conversationId":)";
    edge::json::write(out, mark.conversation);
    out += R"(,"status":"read","readAt":)";
    edge::json::write(out, mark.read_at);
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
            auto done = answering<whispr::ReadMark>(std::move(call), errors, render);
            if (!found) return done(found.error());
            engine.receipts().mark_read(caller, {found->conversation, found->id}, std::move(done));
        }));
}

constexpr std::array routes{
    Route{"POST", "/messages/:id/read", read},
};

}  // namespace

std::span<const Route> receipt_routes() {
    return routes;
}

}  // namespace whisprd::rest
