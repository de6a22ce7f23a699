#include "edge/error_table.hpp"

#include <algorithm>
#include <array>

#include "edge/json/text.hpp"
#include "net/http_message.hpp"

namespace edge {

namespace {

using whispr::Errc;
using whispr::Error;

struct Row {
    Errc code;
    unsigned status;
    std::string_view text;    // REST
    std::string_view reason;  // sockets
    GrpcCode grpc;
};

constexpr std::array table{
    Row{Errc::invalid, 422, "Validation failed", "invalid_payload", GrpcCode::invalid_argument},
    Row{Errc::conversation_not_found, 404, "Conversation not found", "conversation_not_found",
        GrpcCode::not_found},
    Row{Errc::message_not_found, 404, "Resource not found", "message_not_found",
        GrpcCode::not_found},
    Row{Errc::member_not_found, 404, "Member not found", "member_not_found", GrpcCode::not_found},
    Row{Errc::reaction_not_found, 404, "Reaction not found", "reaction_not_found",
        GrpcCode::not_found},
    Row{Errc::not_a_member, 403, "Unauthorized", "not_authorized", GrpcCode::permission_denied},
    Row{Errc::forbidden, 403, "Forbidden", "forbidden", GrpcCode::permission_denied},
    Row{Errc::not_found, 404, "Resource not found", "not_found", GrpcCode::not_found},
    Row{Errc::with_self, 422, "Cannot create conversation with yourself", "with_self",
        GrpcCode::invalid_argument},
    Row{Errc::already_exists, 422, "Validation failed", "already_exists", GrpcCode::already_exists},
    Row{Errc::no_change, 422, "Nothing to change", "no_change", GrpcCode::failed_precondition},
    Row{Errc::not_pending, 422, "Not pending", "not_pending", GrpcCode::failed_precondition},
    Row{Errc::muted, 403, "muted", "muted", GrpcCode::permission_denied},
    Row{Errc::blocked, 403, "blocked", "blocked", GrpcCode::permission_denied},
    Row{Errc::not_editable, 400, ":not_editable", "message_not_editable",
        GrpcCode::failed_precondition},
    Row{Errc::not_deletable, 400, "not deletable", "message_not_deletable",
        GrpcCode::failed_precondition},
    Row{Errc::limit_reached, 422, "Limit reached", "limit_reached", GrpcCode::failed_precondition},
    Row{Errc::stale, 409, "Conflict", "stale", GrpcCode::aborted},
    Row{Errc::overloaded, 503, "temporary_unavailable", "temporary_unavailable",
        GrpcCode::unavailable},
    Row{Errc::unavailable, 503, "temporary_unavailable", "temporary_unavailable",
        GrpcCode::unavailable},
    Row{Errc::outcome_unknown, 503, "outcome_unknown", "outcome_unknown", GrpcCode::unknown},
    Row{Errc::closed, 503, "temporary_unavailable", "temporary_unavailable", GrpcCode::unavailable},
    Row{Errc::internal, 500, "Internal server error", "internal_server_error", GrpcCode::internal},
};

const Row& row_of(Errc code) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [code](const Row& row) { return row.code == code; });
    return found != table.end() ? *found : table.back();
}

// {"content":["can't be blank"],...}; messages of one field are brought together.
void write_fields(std::string& out, const std::vector<whispr::FieldError>& fields) {
    out += '{';
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        const auto same = [&](const auto& other) { return other.field == field->field; };
        if (std::any_of(fields.begin(), field, same)) continue;
        if (out.back() != '{') out += ',';
        json::write_text(out, field->field);
        out += ":[";
        for (auto other = field; other != fields.end(); ++other) {
            if (!same(*other)) continue;
            if (out.back() != '[') out += ',';
            json::write_text(out, other->message);
        }
        out += ']';
    }
    out += '}';
}

bool about(const Error& error, std::string_view field) {
    return std::any_of(error.fields.begin(), error.fields.end(),
                       [field](const auto& one) { return one.field == field; });
}

std::string_view opening(FieldErrors form) {
    switch (form) {
        case FieldErrors::errors:
            return R"({"errors":)";
        case FieldErrors::error:
            return R"({"error":)";
        case FieldErrors::validation_failed:
            break;
    }
    return R"({"error":"Validation failed","details":)";
}

std::string fields_body(const Error& error, FieldErrors form) {
    std::string body(opening(form));
    write_fields(body, error.fields);
    body += '}';
    return body;
}

}  // namespace

HttpError http_error(const Error& error, const HttpErrors& route) {
    for (const auto& wording : route.wordings) {
        if (wording.code == error.code) return plain_error(wording.status, wording.text);
    }
    if (about(error, "signature")) return plain_error(422, "Invalid message signature");
    const Row& row = row_of(error.code);
    const bool by_field = error.code == Errc::invalid || error.code == Errc::already_exists;
    if (by_field && !error.fields.empty()) {
        const unsigned status = route.fields == FieldErrors::error ? 400 : row.status;
        return {status, fields_body(error, route.fields)};
    }
    if (error.code == Errc::with_self) {
        return {
            row.status,
            R"({"errors":{"type":["can't be blank"],"base":["Cannot create conversation with yourself"]}})"};
    }
    // The text of these two names the bound, or what the change was based on.
    if ((error.code == Errc::limit_reached || error.code == Errc::stale) && !error.text.empty()) {
        return plain_error(row.status, error.text);
    }
    HttpError answer = plain_error(row.status, row.text);
    answer.retry_later = row.status == 503;
    return answer;
}

HttpError plain_error(unsigned status, std::string_view text) {
    HttpError answer{status, R"({"error":)"};
    json::write_text(answer.body, text);
    answer.body += '}';
    return answer;
}

HttpError framework_error(unsigned status) {
    HttpError answer{status, R"({"errors":{"detail":)"};
    json::write_text(answer.body, status == 413 ? std::string_view("Request Entity Too Large")
                                                : net::reason_phrase(status));
    answer.body += "}}";
    return answer;
}

HttpError unavailable_error() {
    HttpError answer = plain_error(503, "temporary_unavailable");
    answer.retry_later = true;
    return answer;
}

void write_socket_error(std::string& out, const Error& error,
                        std::span<const SocketWording> wordings) {
    for (const auto& wording : wordings) {
        if (wording.code == error.code) {
            write_socket_reason(out, wording.reason);
            return;
        }
    }
    if (about(error, "signature")) {
        write_socket_reason(out, "invalid_signature");
        return;
    }
    const bool by_field = error.code == Errc::invalid || error.code == Errc::already_exists;
    if (by_field && !error.fields.empty()) {
        out += R"({"errors":)";
        write_fields(out, error.fields);
        out += '}';
        return;
    }
    write_socket_reason(out, row_of(error.code).reason);
}

GrpcError grpc_error(const Error& error) {
    const Row& row = row_of(error.code);
    GrpcError answer{row.grpc, std::string(to_string(error.code)), error.text, row.status == 503};
    if (about(error, "signature")) answer.reason = "invalid_signature";
    // What went wrong with us is in the log, not in the answer.
    if (answer.retry_later || error.code == Errc::internal || answer.text.empty())
        answer.text = std::string(row.text);
    std::transform(answer.reason.begin(), answer.reason.end(), answer.reason.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return answer;
}

void write_socket_reason(std::string& out, std::string_view reason) {
    out += R"({"reason":)";
    json::write_text(out, reason);
    out += '}';
}

}  // namespace edge
