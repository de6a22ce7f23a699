// /messages/:id/pin and /conversations/:id/pins: pin, unpin, list.
#include <array>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/pins.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::Errc;

constexpr std::array add_wordings{HttpWording{Errc::message_not_found, 404, "Message not found"}};
constexpr HttpErrors add_errors{.wordings = add_wordings};
constexpr std::array remove_wordings{
    HttpWording{Errc::message_not_found, 404, "Pinned message not found"},
    HttpWording{Errc::not_found, 404, "Pinned message not found"}};
constexpr HttpErrors remove_errors{.wordings = remove_wordings};
constexpr std::array list_wordings{
    HttpWording{Errc::conversation_not_found, 404, "Resource not found"}};
constexpr HttpErrors list_errors{.wordings = list_wordings};

void add(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    auto& pins = call->service().engine.pins();
    const whispr::Caller caller = *call->caller();
    pins.add(caller, *id,
             answering<whispr::Pin>(std::move(call), add_errors, [](Call& asked, auto& pin) {
                 std::string& out = scratch();
                 out += R"({"data":)";
                 edge::json::write_pin(out, pin);
                 out += '}';
                 asked.answer(201, out);
             }));
}

void remove(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    auto& pins = call->service().engine.pins();
    const whispr::Caller caller = *call->caller();
    pins.remove(caller, *id,
                answering<whispr::Done>(std::move(call), remove_errors, [](Call& asked, auto&) {
                    std::string& out = scratch();
                    out += R"({"data":{"messageId":)";
                    edge::json::write_text(out, asked.path(0));
                    out += R"(,"unpinned":true}})";
                    asked.answer(200, out);
                }));
}

void list(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    using Pinned = std::vector<whispr::PinnedMessage>;
    auto& pins = call->service().engine.pins();
    const whispr::Caller caller = *call->caller();
    pins.list(caller, *id,
              answering<Pinned>(std::move(call), list_errors, [](Call& asked, Pinned& pinned) {
                  std::string& out = scratch();
                  out += R"({"data":[)";
                  for (const auto& one : pinned) {
                      if (out.back() != '[') out += ',';
                      edge::json::write_pinned_message(out, one);
                  }
                  out += R"(],"meta":{"conversationId":)";
                  edge::json::write_text(out, asked.path(0));
                  out += R"(,"count":)";
                  edge::json::write_number(out, static_cast<std::int64_t>(pinned.size()));
                  out += "}}";
                  asked.answer(200, out);
              }));
}

constexpr std::array routes{
    Route{"POST", "/messages/:id/pin", add},
    Route{"DELETE", "/messages/:id/pin", remove},
    Route{"GET", "/conversations/:id/pins", list},
};

}  // namespace

std::span<const Route> pin_routes() {
    return routes;
}

}  // namespace whisprd::rest
