#include "media/form_stream.hpp"

#include <algorithm>

#include "edge/json/text.hpp"
#include "media/header_parameter.hpp"

namespace whisprd::media {

namespace {

constexpr std::size_t most_parts = 64;
constexpr std::size_t longest_head = 8 * 1024;
constexpr std::size_t longest_fields = 64 * 1024;  // all of them together
constexpr std::size_t longest_boundary = 70;       // RFC 2046
constexpr std::size_t longest_padding = 256;       // blanks behind a boundary
constexpr std::string_view line_end = "\r\n";

}  // namespace

std::optional<std::string> form_boundary(std::string_view content_type) {
    constexpr std::string_view form = "multipart/form-data";
    const auto type = trimmed(content_type.substr(0, content_type.find(';')));
    if (lower(type) != form) return std::nullopt;
    auto boundary = header_parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > longest_boundary) return std::nullopt;
    return boundary;
}

FormStream::FormStream(std::string_view boundary, FormListener& listener)
    : listener_(listener),
      delimiter_("\r\n--" + std::string(boundary)),
      // The first boundary may begin the body, without a line end before it.
      pending_(line_end) {}

bool FormStream::put(std::string_view bytes) {
    if (state_ == State::complete) return true;
    pending_ += bytes;
    while (state_ != State::complete && state_ != State::failed && step()) {
    }
    pending_.erase(0, at_);
    at_ = 0;
    if (state_ == State::complete) pending_.clear();
    return state_ != State::failed;
}

bool FormStream::step() {
    switch (state_) {
        case State::preamble:
            return seek_delimiter();
        case State::delimiter:
            return read_delimiter_line();
        case State::head:
            return read_head();
        case State::field:
        case State::file:
        case State::skipped:
            return pass_body();
        case State::complete:
        case State::failed:
            break;
    }
    return false;
}

bool FormStream::fail() {
    state_ = State::failed;
    return false;
}

bool FormStream::seek_delimiter() {
    const auto found = pending_.find(delimiter_, at_);
    if (found == std::string::npos) {
        at_ = std::max(at_, pending_.size() - std::min(pending_.size(), delimiter_.size() - 1));
        return false;
    }
    at_ = found + delimiter_.size();
    state_ = State::delimiter;
    return true;
}

bool FormStream::read_delimiter_line() {
    const std::string_view rest = std::string_view(pending_).substr(at_);
    if (rest.starts_with("--")) {
        state_ = State::complete;
        return false;
    }
    const auto line = rest.find(line_end);
    if (line == std::string_view::npos) return rest.size() > longest_padding ? fail() : false;
    if (!trimmed(rest.substr(0, line)).empty()) return fail();
    // The line end stays: a part without headers is ended by the boundary behind it.
    at_ += line;
    state_ = State::head;
    return true;
}

bool FormStream::read_head() {
    constexpr std::string_view head_end = "\r\n\r\n";
    const std::string_view rest = std::string_view(pending_).substr(at_);
    const auto end = rest.find(head_end);
    if (end == std::string_view::npos) return rest.size() > longest_head ? fail() : false;
    if (end > longest_head || ++parts_ > most_parts) return fail();
    const bool begun = begin_part(rest.substr(0, end));
    // The blank line's own end may be the one of the boundary.
    at_ += end + line_end.size();
    return begun || fail();
}

bool FormStream::begin_part(std::string_view head) {
    std::string_view type;
    bool named = false;
    std::optional<std::string> file_name;
    while (!head.empty()) {
        const auto end = std::min(head.find(line_end), head.size());
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + line_end.size(), head.size()));
        const auto colon = std::min(line.find(':'), line.size());
        const std::string header = lower(trimmed(line.substr(0, colon)));
        if (header == "content-type") type = trimmed(line.substr(colon + 1));
        if (header != "content-disposition") continue;
        const auto name = header_parameter(line, "name");
        if (!name || name->empty() || !edge::json::is_utf8(*name)) return false;
        named = true;
        name_ = *name;
        file_name = header_parameter(line, "filename*");
        if (file_name) file_name = decoded_extended(*file_name);
        if (!file_name) file_name = header_parameter(line, "filename");
    }
    if (!named) return false;
    value_.clear();
    skipped_ = 0;
    if (!file_name) {
        state_ = State::field;
    } else {
        state_ = listener_.on_file(name_, *file_name, type) ? State::file : State::skipped;
    }
    return true;
}

bool FormStream::pass_body() {
    // Here `at_` stands at the line end before the body, which a boundary at once may need.
    const auto found = pending_.find(delimiter_, at_);
    const bool ended = found != std::string::npos;
    const std::size_t sure =
        ended ? found : pending_.size() - std::min(pending_.size() - at_, delimiter_.size() - 1);
    if (!take(std::string_view(pending_).substr(at_, sure - at_))) return fail();
    at_ = sure;
    if (!ended) return false;
    end_part();
    at_ = found + delimiter_.size();
    state_ = State::delimiter;
    return true;
}

bool FormStream::take(std::string_view bytes) {
    // The end of the blank line is the first thing that comes, and not of the body.
    const std::size_t skipped = std::min(bytes.size(), line_end.size() - skipped_);
    bytes.remove_prefix(skipped);
    skipped_ += skipped;
    if (bytes.empty()) return true;
    if (state_ == State::file) {
        listener_.on_file_bytes(bytes);
    } else if (state_ == State::field) {
        kept_ += bytes.size();
        if (kept_ > longest_fields) return false;
        value_ += bytes;
    }
    return true;
}

void FormStream::end_part() {
    if (state_ == State::file) listener_.on_file_end();
    if (state_ == State::field && edge::json::is_utf8(value_)) listener_.on_field(name_, value_);
}

}  // namespace whisprd::media
