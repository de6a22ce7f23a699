#include "rest/multipart.hpp"

#include <algorithm>

#include "edge/json/text.hpp"
#include "media/header_parameter.hpp"

namespace whisprd::rest {

namespace {

constexpr std::size_t most_parts = 64;
constexpr std::size_t longest_boundary = 70;  // RFC 2046
constexpr std::string_view line_end = "\r\n";

// A part from its headers and body; nothing when it is no field of a form.
std::optional<Part> read_part(std::string_view headers, std::string_view body) {
    while (!headers.empty()) {
        const auto end = std::min(headers.find(line_end), headers.size());
        const std::string_view line = headers.substr(0, end);
        headers.remove_prefix(std::min(end + line_end.size(), headers.size()));
        const auto colon = std::min(line.find(':'), line.size());
        if (media::lower(media::trimmed(line.substr(0, colon))) != "content-disposition") continue;
        auto name = media::header_parameter(line, "name");
        if (!name || name->empty() || !edge::json::is_utf8(*name)) return std::nullopt;
        const bool is_file = media::header_parameter(line, "filename").has_value();
        if (!is_file && !edge::json::is_utf8(body)) return std::nullopt;
        return Part{*std::move(name), is_file, body};
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::vector<Part>> parse_multipart(std::string_view content_type,
                                                 std::string_view body) {
    const auto boundary = media::header_parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > longest_boundary) return std::nullopt;
    const std::string delimiter = "\r\n--" + *boundary;
    // The first one may begin the body; what comes before it is not for us.
    const std::string_view first = std::string_view(delimiter).substr(line_end.size());
    std::size_t at = body.starts_with(first) ? 0 : body.find(delimiter);
    if (at == std::string_view::npos) return std::nullopt;
    at += at == 0 && body.starts_with(first) ? first.size() : delimiter.size();

    std::vector<Part> parts;
    for (;;) {
        if (body.substr(at).starts_with("--")) return parts;
        const auto line = body.find(line_end, at);
        if (line == std::string_view::npos || !media::trimmed(body.substr(at, line - at)).empty()) {
            return std::nullopt;
        }
        // The blank line after the headers; a part without headers has no name.
        const auto blank = body.find("\r\n\r\n", line);
        const auto end = body.find(delimiter, line);
        if (blank == std::string_view::npos || end == std::string_view::npos || end < blank + 2) {
            return std::nullopt;
        }
        const auto headers = body.substr(line + 2, blank - std::min(line + 2, blank));
        const auto begin = std::min(blank + 4, end);
        auto part = read_part(headers, body.substr(begin, end - begin));
        if (!part || parts.size() == most_parts) return std::nullopt;
        parts.push_back(*std::move(part));
        at = end + delimiter.size();
    }
}

}  // namespace whisprd::rest
