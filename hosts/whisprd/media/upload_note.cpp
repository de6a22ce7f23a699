#include "media/upload_note.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "edge/json/text.hpp"
#include "edge/token_encoding.hpp"
#include "media/disposition.hpp"
#include "media/file_kind.hpp"
#include "media/header_parameter.hpp"

namespace whisprd::media {

namespace {

constexpr std::string_view resumable = "whispr-upload-1";

std::optional<bool> read_flag(std::string_view value) {
    if (value == "true" || value == "1") return true;
    if (value == "false" || value == "0" || value.empty()) return false;
    return std::nullopt;
}

// Takes one pair over; what is wrong with it, or nothing.
std::string read_pair(UploadWords& words, std::string_view key, const std::string& value) {
    const auto wrong = [key] { return "upload-metadata: " + std::string(key) + " is invalid"; };
    if (key == "filename" || key == "name") {
        words.file_name = clean_file_name(value);
        if (words.file_name.empty()) return wrong();
    } else if (key == "filetype" || key == "type" || key == "mime_type") {
        words.type = canonical_type(value);
        if (!is_media_type(words.type)) return wrong();
    } else if (key == "message_id" || key == "message") {
        words.message = whispr::MessageId::parse(value);
        if (!words.message) return wrong();
    } else if (key == "conversation_id" || key == "conversation") {
        words.conversation = whispr::ConversationId::parse(value);
        if (!words.conversation) return wrong();
    } else if (key == "media_type") {
        words.kind = whispr::parse_file_type(value);
        if (!words.kind) return wrong();
    } else if (key == "encrypted") {
        const auto flag = read_flag(value);
        if (!flag) return wrong();
        words.encrypted = *flag;
    } else if (key == "metadata") {
        if (value.empty() || !edge::json::is_utf8(value)) return wrong();
        words.metadata = value;
    }
    return {};
}

}  // namespace

std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string url(text);
    for (int i = 0; i < 2 && url.ends_with('='); ++i)
        url.pop_back();
    for (char& c : url) {
        if (c == '-' || c == '_') return std::nullopt;
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    return edge::base64url_decode(url);
}

std::variant<UploadWords, std::string> read_words(std::string_view header) {
    UploadWords words;
    std::set<std::string, std::less<>> seen;
    while (!header.empty()) {
        const auto end = std::min(header.find(','), header.size());
        const std::string_view pair = trimmed(header.substr(0, end));
        header.remove_prefix(std::min(end + 1, header.size()));
        const auto blank = std::min(pair.find(' '), pair.size());
        const std::string key = lower(pair.substr(0, blank));
        const auto value =
            base64_decode(blank == pair.size() ? std::string_view() : pair.substr(blank + 1));
        if (key.empty() || !value) return "upload-metadata: not pairs of a key and base64";
        if (!seen.insert(key).second) return "upload-metadata: a key is given twice";
        auto wrong = read_pair(words, key, *value);
        if (!wrong.empty()) return wrong;
    }
    if (words.file_name.empty()) words.file_name = "file";
    return words;
}

std::string write_note(const UploadNote& note) {
    return std::string(resumable) + ' ' + note.owner.to_string() + ' ' + std::to_string(note.size) +
           '\n' + note.header;
}

std::optional<UploadNote> read_note(std::string_view text) {
    const auto line = text.find('\n');
    if (!text.starts_with(resumable) || line == std::string_view::npos) return std::nullopt;
    constexpr std::size_t owner_size = 36;
    const std::size_t owner_at = resumable.size() + 1;
    const std::size_t size_at = owner_at + owner_size + 1;
    if (line <= size_at) return std::nullopt;
    const auto owner = whispr::UserId::parse(text.substr(owner_at, owner_size));
    UploadNote note;
    const auto [end, error] = std::from_chars(text.data() + size_at, text.data() + line, note.size);
    if (!owner || error != std::errc() || end != text.data() + line) return std::nullopt;
    note.owner = *owner;
    note.header = text.substr(line + 1);
    return note;
}

std::string form_note() {
    return "whispr-form-1\n";
}

}  // namespace whisprd::media
