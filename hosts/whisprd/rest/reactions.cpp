// /messages/:id/reactions: list, add, remove.
#include <array>
#include <map>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/reactions.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::Errc;

constexpr std::array wordings{HttpWording{Errc::not_a_member, 404, "Resource not found"}};
constexpr HttpErrors errors{.wordings = wordings};
constexpr std::array remove_wordings{
    HttpWording{Errc::not_a_member, 404, "Reaction not found"},
    HttpWording{Errc::message_not_found, 404, "Reaction not found"},
    HttpWording{Errc::invalid, 404, "Reaction not found"}};
constexpr HttpErrors remove_errors{.wordings = remove_wordings};

void render_list(Call& call, const std::vector<whispr::Reaction>& reactions,
                 whispr::MessageId message) {
    std::map<std::string_view, std::int64_t> summary;
    std::string& out = scratch();
    out += R"({"data":[)";
    for (const auto& reaction : reactions) {
        if (out.back() != '[') out += ',';
        edge::json::write_reaction(out, reaction, message);
        ++summary[reaction.reaction];
    }
    out += R"(],"meta":{"messageId":)";
    edge::json::write_text(out, call.path(0));
    out += R"(,"summary":{)";
    for (const auto& [reaction, count] : summary) {
        if (out.back() != '{') out += ',';
        edge::json::write_text(out, reaction);
        out += ':';
        edge::json::write_number(out, count);
    }
    out += "}}}";
    call.answer(200, out);
}

void list(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    auto& reactions = call->service().engine.reactions();
    const whispr::Caller caller = *call->caller();
    reactions.list(caller, *id,
                   answering<std::vector<whispr::Reaction>>(
                       std::move(call), errors, [message = *id](Call& asked, auto& found) {
                           render_list(asked, found, message);
                       }));
}

void add(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    const Params& params = call->params();
    if (!acts_as_itself(call, params, "user_id")) return;
    FieldCheck check;
    const auto reaction = check.accept("reaction", edge::json::to_text(params.find("reaction")));
    auto& service = call->service();
    const whispr::Caller caller = *call->caller();
    if (!check.wrong.empty()) {
        service.engine.messages().show(
            caller, *id,
            answering<whispr::Message>(std::move(call), errors,
                                       [error = check.error()](Call& asked, auto&) {
                                           asked.refuse(edge::http_error(error, errors));
                                       }));
        return;
    }
    whispr::React command{*id, std::nullopt, std::string(reaction.value_or(""))};
    service.engine.reactions().add(
        caller, std::move(command),
        answering<whispr::Reaction>(std::move(call), errors,
                                    [message = *id](Call& asked, auto& added) {
                                        std::string& out = scratch();
                                        out += R"({"data":)";
                                        edge::json::write_reaction(out, added, message);
                                        out += '}';
                                        asked.answer(201, out);
                                    }));
}

void remove(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    if (!acts_as_itself(call, call->params(), "user_id")) return;
    whispr::React command{*id, std::nullopt, call->path(1)};
    auto& reactions = call->service().engine.reactions();
    const whispr::Caller caller = *call->caller();
    reactions.remove(
        caller, std::move(command),
        answering<whispr::Done>(std::move(call), remove_errors, [](Call& asked, auto&) {
            std::string& out = scratch();
            out += R"({"data":{"messageId":)";
            edge::json::write_text(out, asked.path(0));
            out += R"(,"reaction":)";
            edge::json::write_text(out, asked.path(1));
            out += R"(,"deleted":true}})";
            asked.answer(200, out);
        }));
}

constexpr std::array routes{
    Route{"GET", "/messages/:id/reactions", list},
    Route{"POST", "/messages/:id/reactions", add},
    Route{"DELETE", "/messages/:id/reactions/:reaction", remove},
};

}  // namespace

std::span<const Route> reaction_routes() {
    return routes;
}

}  // namespace whisprd::rest
