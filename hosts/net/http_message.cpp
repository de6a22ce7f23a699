#include "net/http_message.hpp"

#include <algorithm>
#include <array>

namespace net {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view HttpRequest::path() const {
    const std::string_view whole = target();
    return whole.substr(0, whole.find('?'));
}

std::string_view HttpRequest::query() const {
    const std::string_view whole = target();
    const std::size_t mark = whole.find('?');
    return mark == std::string_view::npos ? std::string_view() : whole.substr(mark + 1);
}

HttpRequest::Field HttpRequest::field(std::size_t index) const {
    return {part(fields_[index].first), part(fields_[index].second)};
}

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
    for (const auto& [field_name, value] : fields_) {
        if (same_name(part(field_name), name)) return part(value);
    }
    return std::nullopt;
}

std::vector<std::string_view> HttpRequest::headers(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [field_name, value] : fields_) {
        if (same_name(part(field_name), name)) values.push_back(part(value));
    }
    return values;
}

bool HttpRequest::header_has_token(std::string_view name, std::string_view token) const {
    for (const auto& [field_name, value] : fields_) {
        if (!same_name(part(field_name), name)) continue;
        std::string_view rest = part(value);
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            if (same_name(trim(rest.substr(0, comma)), token)) return true;
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    }
    return false;
}

HttpResponse HttpResponse::make(unsigned status, std::string content_type, std::string body) {
    HttpResponse response;
    response.status = status;
    response.headers.emplace_back("Content-Type", std::move(content_type));
    response.body = Buffer::adopt(std::move(body));
    return response;
}

HttpResponse& HttpResponse::add(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
}

std::string_view reason_phrase(unsigned status) {
    struct Phrase {
        unsigned status;
        std::string_view text;
    };
    static constexpr std::array<Phrase, 46> phrases{{
        {100, "Continue"},
        {101, "Switching Protocols"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {205, "Reset Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Request Entity Too Large"},
        {414, "Request-URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Requested Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Entity"},
        {423, "Locked"},
        {424, "Failed Dependency"},
        {425, "Too Early"},
        {426, "Upgrade Required"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    }};
    const auto* found = std::lower_bound(
        phrases.begin(), phrases.end(), status,
        [](const Phrase& phrase, unsigned wanted) { return phrase.status < wanted; });
    return found != phrases.end() && found->status == status ? found->text : std::string_view();
}

}  // namespace net
