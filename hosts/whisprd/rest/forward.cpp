// /messages/:id/forward: copies of a message into other conversations.
#include <algorithm>
#include <array>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "meters.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/limits.hpp"
#include "whispr/messages.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;

constexpr HttpErrors errors{};

void write_copies(std::string& out, const std::vector<whispr::Forwarded::Target>& targets) {
    out += R"({"data":[)";
    for (const auto& target : targets) {
        if (!target.sent) continue;
        if (out.back() != '[') out += ',';
        edge::json::write_message(out, *target.sent->message);
    }
    out += ']';
}

// {"conversationId","status","error"}: what the target's own request would have been answered.
void write_refusals(std::string& out, const std::vector<whispr::Forwarded::Target>& targets) {
    out += R"(,"errors":[)";
    for (const auto& target : targets) {
        if (target.sent) continue;
        const auto refusal = edge::http_error(target.sent.error(), errors);
        if (out.back() != '[') out += ',';
        out += R"({"conversationId":)";
        edge::json::write(out, target.conversation);
        out += R"(,"status":)";
        edge::json::write_number(out, static_cast<std::int64_t>(refusal.status));
        out += ',';
        out += std::string_view(refusal.body).substr(1);
    }
    out += ']';
}

void render_forwarded(Call& call, const whispr::Forwarded& forwarded) {
    const auto& targets = forwarded.targets;
    const auto arrived = [](const auto& target) { return target.sent.has_value(); };
    const auto fresh = [](const auto& target) { return target.sent && !target.sent->repeat; };
    if (std::none_of(targets.begin(), targets.end(), arrived)) {
        return call.refuse(edge::http_error(targets.front().sent.error(), errors));
    }
    for (auto copies = std::count_if(targets.begin(), targets.end(), fresh); copies > 0; --copies)
        call.service().meters.messages.add();
    if (std::none_of(targets.begin(), targets.end(), fresh))
        call.add_header("x-whispr-duplicate", "true");
    std::string& out = scratch();
    write_copies(out, targets);
    if (!std::all_of(targets.begin(), targets.end(), arrived)) write_refusals(out, targets);
    out += '}';
    call.answer(201, out);
}

// Every copy counts as a message sent. False: answered with 429.
bool may_send(CallPtr& call, std::size_t copies) {
    const auto now = std::chrono::steady_clock::now();
    for (; copies > 0; --copies) {
        const auto verdict = call->service().limits.messages.take(call->caller()->user, now);
        if (verdict.allowed) continue;
        call->refuse_too_fast(verdict);
        call.reset();
        return false;
    }
    return true;
}

void forward(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    whispr::ForwardMessage command;
    command.message = *id;
    const auto named = call->params().find("conversation_ids");
    bool sound = !named.given() || named.kind == edge::json::Kind::array;
    for (const auto& one : named.elements()) {
        const auto target = edge::json::to_uuid(one).value;
        sound = sound && target;
        if (target) command.conversations.push_back({*target});
    }
    if (!sound) {
        return call->refuse(
            edge::http_error(whispr::invalid_field("conversation_ids", "is invalid"), errors));
    }
    if (!read_op_id(call, command.op_id)) return;
    if (!may_send(call, std::min(command.conversations.size(), whispr::limits::forward_targets)))
        return;
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = *call->caller();
    messages.forward(caller, std::move(command),
                     answering<whispr::Forwarded>(std::move(call), errors, render_forwarded));
}

constexpr std::array routes{Route{"POST", "/messages/:id/forward", forward}};

}  // namespace

std::span<const Route> forward_routes() {
    return routes;
}

}  // namespace whisprd::rest
