#include "sql_files.hpp"

#include <charconv>
#include <string_view>
#include <vector>

namespace whispr::sql {

namespace {

// "sha-256 type size width height", a line for each; none of these has a space.
std::string text_of(const std::vector<Thumbnail>& thumbnails) {
    std::string text;
    for (const Thumbnail& one : thumbnails) {
        text += one.blob.to_string() + " " + one.mime_type + " " + std::to_string(one.size) + " " +
                std::to_string(one.width) + " " + std::to_string(one.height) + "\n";
    }
    return text;
}

std::string_view cut(std::string_view& text, char end) {
    const auto at = std::min(text.find(end), text.size());
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return part;
}

template <class Number>
Number number_of(std::string_view text) {
    Number number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::vector<Thumbnail> thumbnails_of(std::string_view text) {
    std::vector<Thumbnail> thumbnails;
    while (!text.empty()) {
        std::string_view line = cut(text, '\n');
        const auto key = BlobKey::parse(cut(line, ' '));
        if (!key) continue;
        Thumbnail& one = thumbnails.emplace_back();
        one.blob = *key;
        one.mime_type = cut(line, ' ');
        one.size = number_of<std::int64_t>(cut(line, ' '));
        one.width = number_of<std::int32_t>(cut(line, ' '));
        one.height = number_of<std::int32_t>(line);
    }
    return thumbnails;
}

}  // namespace

std::optional<StoredFile> read_file(Columns& columns) {
    if (columns.next_is_null()) {
        columns.skip(5);
        return std::nullopt;
    }
    StoredFile file;
    file.blob = columns.blob_key();
    file.encrypted = columns.boolean();
    file.width = static_cast<std::int32_t>(columns.number());
    file.height = static_cast<std::int32_t>(columns.number());
    file.thumbnails = thumbnails_of(columns.text());
    return file;
}

void FileValues::add(const StoredFile* file, KeyRows& keys) {
    if (file == nullptr) {
        keys.row(Value(), false, 0, 0, texts_.emplace_back());
    } else {
        keys.row(file->blob, file->encrypted, file->width, file->height,
                 texts_.emplace_back(text_of(file->thumbnails)));
    }
}

}  // namespace whispr::sql
