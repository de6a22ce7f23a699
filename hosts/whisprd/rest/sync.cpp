// /sync/conversations: which of the caller's conversations changed since a device last asked.
#include <array>

#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/limits.hpp"
#include "whispr/sync.hpp"

namespace whisprd::rest {

namespace {

using whispr::ChangedConversation;
using whispr::ChangedConversations;

constexpr edge::HttpErrors errors{};

void write_changed(std::string& out, const ChangedConversation& changed) {
    out += R"({"conversationId":)";
    edge::json::write(out, changed.conversation);
    out += R"(,"active":)";
    edge::json::write_bool(out, changed.active);
    out += R"(,"eseq":)";
    edge::json::write_number(out, changed.eseq);
    out += R"(,"mseq":)";
    edge::json::write_number(out, changed.mseq);
    out += R"(,"useq":)";
    edge::json::write_number(out, changed.useq);
    out += '}';
}

void render(Call& call, const ChangedConversations& changed) {
    std::string& out = scratch();
    out += R"({"data":[)";
    for (const ChangedConversation& one : changed.conversations) {
        if (out.back() != '[') out += ',';
        write_changed(out, one);
    }
    out += R"(],"meta":{"cursor":)";
    edge::json::write_text(out, changed.cursor);
    out += R"(,"complete":)";
    edge::json::write_bool(out, changed.complete);
    out += R"(,"reconcile":)";
    edge::json::write_bool(out, changed.reconcile);
    out += R"(,"useq":)";
    edge::json::write_number(out, changed.useq);
    out += R"(,"epoch":)";
    edge::json::write_text(out, changed.epoch.to_string());
    out += "}}";
    call.answer(200, out);
}

void conversations(CallPtr call) {
    if (!admit(call)) return;
    const std::size_t limit =
        read_limit(call->params(), whispr::limits::page_rows, whispr::limits::page_rows);
    std::string cursor(call->params().query("cursor").value_or(""));
    auto& sync = call->service().engine.sync();
    const whispr::Caller caller = *call->caller();
    sync.changed_conversations(caller, std::move(cursor), limit,
                               answering<ChangedConversations>(std::move(call), errors, render));
}

constexpr std::array routes{Route{"GET", "/sync/conversations", conversations}};

}  // namespace

std::span<const Route> sync_routes() {
    return routes;
}

}  // namespace whisprd::rest
