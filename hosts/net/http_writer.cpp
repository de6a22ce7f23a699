#include "net/http_writer.hpp"

#include <array>
#include <cstdio>

#include "net/http_stream.hpp"

namespace net {

namespace {

bool never_has_body(unsigned status) {
    return status < 200 || status == 204 || status == 304;
}

// A line end in a value would end the header, and let whoever chose the value write the next one.
void append_clean(std::string& out, std::string_view text) {
    for (char c : text)
        out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

// These are the server's to say.
bool is_reserved(std::string_view name) {
    return same_name(name, "content-length") || same_name(name, "transfer-encoding") ||
           same_name(name, "date") || same_name(name, "connection");
}

}  // namespace

std::string_view DateHeader::at(std::time_t now) {
    if (now == shown_) return text_;
    static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> line{};
    const int size =
        std::snprintf(line.data(), line.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                      days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                      months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                      parts.tm_hour, parts.tm_min, parts.tm_sec);
    text_.assign(line.data(), static_cast<std::size_t>(size));
    shown_ = now;
    return text_;
}

std::uint64_t body_size(const HttpResponse& response) {
    return response.stream != nullptr ? response.stream->size() : response.body.size();
}

bool has_body(const HttpResponse& response, const AnswerForm& form) {
    return !form.is_head && !never_has_body(response.status) && body_size(response) != 0;
}

std::string write_head(const HttpResponse& response, const AnswerForm& form,
                       std::string_view date) {
    std::string out;
    std::size_t expected = 160;
    for (const auto& [name, value] : response.headers)
        expected += name.size() + value.size() + 4;
    out.reserve(expected);

    out += form.version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
    out += std::to_string(response.status);
    out += ' ';
    out += reason_phrase(response.status);
    out += "\r\n";
    for (const auto& [name, value] : response.headers) {
        if (is_reserved(name)) continue;
        append_clean(out, name);
        out += ": ";
        append_clean(out, value);
        out += "\r\n";
    }
    out += date;
    if (!never_has_body(response.status)) {
        out += "Content-Length: ";
        out += std::to_string(body_size(response));
        out += "\r\n";
    }
    // Each version is told what it would not assume.
    if (!form.keep_alive) out += "Connection: close\r\n";
    if (form.keep_alive && form.version == 10) out += "Connection: keep-alive\r\n";
    out += "\r\n";
    return out;
}

}  // namespace net
