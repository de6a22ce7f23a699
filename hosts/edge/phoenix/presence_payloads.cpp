#include <algorithm>
#include <array>
#include <vector>

#include "edge/json/text.hpp"
#include "edge/phoenix/payloads.hpp"

namespace edge::phoenix {

namespace {

using whispr::PresenceEntry;

// A session's number in base64url: the form clients know a phx_ref in.
void write_phx_ref(std::string& out, std::uint64_t session) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::array<char, 11> text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        text[text.size() - 1 - i] = alphabet[session & 63];
        session >>= 6;
    }
    out.append(text.data(), text.size());
}

void write_meta(std::string& out, const PresenceEntry& entry,
                std::optional<whispr::ConversationId> conversation,
                const PresenceEntry* before = nullptr) {
    out += R"({"phx_ref":")";
    write_phx_ref(out, entry.session);
    if (before != nullptr) {
        out += R"(","phx_ref_prev":")";
        write_phx_ref(out, before->session);
    }
    out += R"(","online_at":")";
    json::write_number(
        out, std::chrono::floor<std::chrono::seconds>(entry.online_at).time_since_epoch().count());
    if (conversation) {
        out += R"(","conversation_id":)";
        json::write(out, *conversation);
        if (!entry.status.empty()) {
            out += R"(,"status":)";
            json::write_text(out, entry.status);
        }
    } else {
        out += R"(","status":)";
        json::write_text(out, entry.status.empty() ? std::string_view("online") : entry.status);
    }
    out += R"(,"user_id":)";
    json::write(out, entry.user);
    out += R"(,"device_info":{"platform":"unknown","version":"unknown"}})";
}

using Chosen = std::vector<const PresenceEntry*>;

// A user's sessions belong under one key, so they are brought together first.
void write_users(std::string& out, Chosen entries,
                 std::optional<whispr::ConversationId> conversation) {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto* a, const auto* b) { return a->user < b->user; });
    out += '{';
    for (std::size_t at = 0; at < entries.size(); ++at) {
        const bool starts = at == 0 || entries[at - 1]->user != entries[at]->user;
        const bool ends = at + 1 == entries.size() || entries[at + 1]->user != entries[at]->user;
        if (at > 0) out += ',';
        if (starts) {
            json::write(out, entries[at]->user);
            out += R"(:{"metas":[)";
        }
        write_meta(out, *entries[at], conversation);
        if (ends) out += "]}";
    }
    out += '}';
}

Chosen all_of(std::span<const PresenceEntry> entries) {
    Chosen chosen;
    chosen.reserve(entries.size());
    for (const auto& entry : entries)
        chosen.push_back(&entry);
    return chosen;
}

}  // namespace

void write_presence_state(std::string& out, std::span<const PresenceEntry> entries,
                          std::optional<whispr::ConversationId> conversation) {
    write_users(out, all_of(entries), conversation);
}

void write_presence_diff(std::string& out, const whispr::PresenceChanged& change,
                         std::optional<whispr::ConversationId> conversation,
                         PresenceLeaves leaves) {
    Chosen left;
    for (const auto& entry : change.leaves) {
        const bool gone =
            std::find(change.gone.begin(), change.gone.end(), entry.user) != change.gone.end();
        if (gone || leaves == PresenceLeaves::every_session) left.push_back(&entry);
    }
    out += R"({"joins":)";
    write_users(out, all_of(change.joins), conversation);
    out += R"(,"leaves":)";
    write_users(out, std::move(left), conversation);
    out += '}';
}

void write_presence_update(std::string& out, const PresenceEntry& before,
                           const PresenceEntry& after) {
    out += R"({"joins":{)";
    json::write(out, after.user);
    out += R"(:{"metas":[)";
    write_meta(out, after, std::nullopt, &before);
    out += R"(]}},"leaves":{)";
    json::write(out, before.user);
    out += R"(:{"metas":[)";
    write_meta(out, before, std::nullopt);
    out += "]}}}";
}

void write_presence_count(std::string& out, std::size_t users) {
    out += R"({"count":)";
    json::write_number(out, static_cast<std::int64_t>(users));
    out += '}';
}

}  // namespace edge::phoenix
