#include "neighbours.hpp"

#include "edge/json/cast.hpp"
#include "edge/json/document.hpp"
#include "edge/json/text.hpp"
#include "grpc/streams.hpp"

namespace whisprd {

namespace {

using edge::json::write;
using edge::json::write_text;

constexpr std::size_t letter_bytes = 128 * 1024;

// "name":"text", with a comma before it.
void add_text(std::string& out, std::string_view name, std::string_view text) {
    out.append(",\"").append(name).append("\":");
    write_text(out, text);
}

template <class Id>
void add_id(std::string& out, std::string_view name, const std::optional<Id>& id) {
    out.append(",\"").append(name).append("\":");
    if (id) {
        write(out, *id);
    } else {
        out += "null";
    }
}

std::string_view level_name(whispr::ReportsReached::Level level) {
    using Level = whispr::ReportsReached::Level;
    if (level == Level::auto_mute) return "auto_mute";
    return level == Level::temp_ban ? "temp_ban" : "permanent_review";
}

// A moderation event's name behind "whispr:moderation:", and its text; empty for other events.
struct Letter {
    std::string_view name;
    std::string text;
};

Letter letter_of(const whispr::Event& event) {
    if (const auto* filed = std::get_if<whispr::ReportFiled>(&event.what)) {
        const whispr::Report& report = filed->report;
        Letter letter{"report_created", R"({"event":"report_created")"};
        add_id(letter.text, "report_id", std::optional(report.id));
        add_id(letter.text, "reporter_id", std::optional(report.reporter));
        add_id(letter.text, "reported_user_id", std::optional(report.reported));
        add_text(letter.text, "category", to_string(report.category));
        add_id(letter.text, "conversation_id", report.conversation);
        letter.text += '}';
        return letter;
    }
    if (const auto* reached = std::get_if<whispr::ReportsReached>(&event.what)) {
        Letter letter{"threshold_reached", R"({"event":"threshold_reached")"};
        add_id(letter.text, "reported_user_id", std::optional(reached->reported));
        add_text(letter.text, "threshold_level", level_name(reached->level));
        letter.text += R"(,"report_count":)" + std::to_string(reached->reporters) + "}";
        return letter;
    }
    const auto* applied = std::get_if<whispr::SanctionApplied>(&event.what);
    if (applied == nullptr) return {};
    const whispr::Sanction& sanction = applied->sanction;
    Letter letter{"sanction_applied", R"({"event":"sanction_applied")"};
    add_id(letter.text, "user_id", std::optional(sanction.user));
    add_text(letter.text, "sanction_type", to_string(sanction.type));
    add_id(letter.text, "conversation_id", std::optional(sanction.conversation));
    add_text(letter.text, "reason", sanction.reason);
    add_id(letter.text, "issued_by", std::optional(sanction.issued_by));
    letter.text += R"(,"expires_at":)";
    if (sanction.expires_at) {
        write(letter.text, *sanction.expires_at);
    } else {
        letter.text += "null";
    }
    letter.text += '}';
    return letter;
}

// The text of a member; empty when there is none.
std::string_view text_of(const edge::json::Value& value, std::string_view name) {
    const auto member = value.find(name);
    return member.kind == edge::json::Kind::string ? member.text : std::string_view();
}

}  // namespace

Neighbours::Neighbours(edge::SessionSink& sink, rpc::Streams* streams,
                       std::shared_ptr<whispr::RedisChannels> channels, std::string prefix,
                       edge::Log& log)
    : sink_(sink),
      streams_(streams),
      channels_(std::move(channels)),
      prefix_(std::move(prefix)),
      log_(log) {
    if (!channels_) return;
    channels_->listen(prefix_ + ":user_events",
                      [this](std::string_view text) { hear_event(text); });
    channels_->listen(prefix_ + ":sign_outs",
                      [this](std::string_view text) { hear_sign_out(text); });
}

void Neighbours::tell_user(whispr::UserId user, std::string_view event, std::string_view payload) {
    if (usable().value_or(false)) {
        // It comes back to this node, too.
        std::string text = R"({"user_id":)";
        write(text, user);
        add_text(text, "event", event);
        text.append(R"(,"payload":)").append(payload).append("}");
        if (channels_->publish(prefix_ + ":user_events", std::move(text))) return;
    }
    tell_here(user, event, payload);
}

void Neighbours::tell_here(whispr::UserId user, std::string_view event, std::string_view payload) {
    sink_.tell({edge::phoenix::Topic::Kind::user, user.uuid}, event, payload);
    if (streams_ != nullptr) streams_->tell_user(user, event, payload);
}

void Neighbours::sign_out_here(const socket::SignOut& order) {
    socket::sign_out(sink_, order);
    if (streams_ != nullptr) streams_->sign_out(order);
}

void Neighbours::sign_out(const socket::SignOut& order) {
    sign_out_here(order);
    if (!channels_) return;
    std::string text = R"({"user_id":)";
    write(text, order.user);
    add_text(text, "reason", order.reason);
    add_text(text, "but_of", order.but_of);
    add_text(text, "only_of", order.only_of);
    text += '}';
    const bool sent = channels_->publish(prefix_ + ":sign_outs", std::move(text));
    if (!sent) log_.warn("other nodes were not told that a user is signed out");
}

void Neighbours::hear_event(std::string_view text) {
    edge::json::Document document;
    const bool sound = text.size() <= letter_bytes && document.read(text);
    const auto root = sound ? document.root() : edge::json::Value{};
    const auto user = whispr::UserId::parse(text_of(root, "user_id"));
    const std::string_view event = text_of(root, "event");
    const auto payload = root.find("payload");
    const bool has_payload = payload.kind == edge::json::Kind::object;
    if (!user || event.empty() || event.size() > 64 || (payload.given() && !has_payload)) {
        log_.warn("an event for a user could not be read", {{"channel", prefix_ + ":user_events"}});
        return;
    }
    tell_here(*user, event, has_payload ? payload.text : "{}");
}

void Neighbours::hear_sign_out(std::string_view text) {
    edge::json::Document document;
    if (text.size() > letter_bytes || !document.read(text)) return;
    const auto root = document.root();
    const auto user = whispr::UserId::parse(text_of(root, "user_id"));
    if (!user) return;
    // A close frame holds no more.
    const std::string reason(text_of(root, "reason").substr(0, 100));
    sign_out_here({.user = *user,
                   .reason = reason.empty() ? "signed out" : reason,
                   .but_of = std::string(text_of(root, "but_of")),
                   .only_of = std::string(text_of(root, "only_of"))});
}

void Neighbours::deliver(const std::shared_ptr<const whispr::Events>& events) noexcept {
    if (!channels_) return;
    for (const whispr::Event& event : *events) {
        Letter letter = letter_of(event);
        if (letter.name.empty()) continue;
        channels_->publish("whispr:moderation:" + std::string(letter.name), std::move(letter.text));
    }
}

std::optional<bool> Neighbours::usable() const {
    if (!channels_) return std::nullopt;
    return channels_->usable();
}

}  // namespace whisprd
