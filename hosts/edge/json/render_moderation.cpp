#include "edge/json/render.hpp"
#include "edge/json/text.hpp"

namespace edge::json {

namespace {

template <class T>
void write_or_null(std::string& out, const std::optional<T>& value) {
    if (value) {
        write(out, *value);
    } else {
        out += "null";
    }
}

// A text that was not given is null.
void write_given(std::string& out, std::string_view text) {
    if (text.empty()) {
        out += "null";
    } else {
        write_text(out, text);
    }
}

void write_resolution(std::string& out, const whispr::Resolution& resolution) {
    out += R"({"action":)";
    write_given(out, resolution.action);
    out += R"(,"resolved_by":)";
    write(out, resolution.resolved_by);
    out += R"(,"resolved_at":)";
    write(out, resolution.resolved_at);
    out += R"(,"notes":)";
    write_given(out, resolution.notes);
    out += '}';
}

}  // namespace

void write_report(std::string& out, const whispr::Report& report) {
    out += R"({"id":)";
    write(out, report.id);
    out += R"(,"reporter_id":)";
    write(out, report.reporter);
    out += R"(,"reported_user_id":)";
    write(out, report.reported);
    out += R"(,"conversation_id":)";
    write_or_null(out, report.conversation);
    out += R"(,"message_id":)";
    write_or_null(out, report.message);
    out += R"(,"category":")";
    out += whispr::to_string(report.category);
    out += R"(","description":)";
    write_given(out, report.description);
    out += R"(,"evidence":)";
    out += report.evidence;
    out += R"(,"status":")";
    out += whispr::to_string(report.status);
    out += R"(","resolution":)";
    if (report.resolution) {
        write_resolution(out, *report.resolution);
    } else {
        out += "null";
    }
    out += R"(,"auto_escalated":)";
    write_bool(out, report.auto_escalated);
    out += R"(,"created_at":)";
    write(out, report.created_at);
    out += R"(,"updated_at":)";
    write(out, report.updated_at);
    out += '}';
}

void write_sanction(std::string& out, const whispr::Sanction& sanction) {
    out += R"({"id":)";
    write(out, sanction.id);
    out += R"(,"conversation_id":)";
    write(out, sanction.conversation);
    out += R"(,"user_id":)";
    write(out, sanction.user);
    out += R"(,"type":")";
    out += whispr::to_string(sanction.type);
    out += R"(","reason":)";
    write_text(out, sanction.reason);
    out += R"(,"issued_by":)";
    write(out, sanction.issued_by);
    out += R"(,"expires_at":)";
    write_or_null(out, sanction.expires_at);
    out += R"(,"active":)";
    write_bool(out, sanction.active);
    out += R"(,"created_at":)";
    write(out, sanction.created_at);
    out += '}';
}

}  // namespace edge::json
