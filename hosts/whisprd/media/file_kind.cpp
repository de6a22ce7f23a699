#include "media/file_kind.hpp"

#include <algorithm>
#include <array>

namespace whisprd::media {

namespace {

// What the first bytes can show; several types may look the same.
enum class Look {
    none,
    jpeg,
    png,
    gif,
    webp,
    pdf,
    ole,  // the older office formats
    zip,  // the newer ones
    iso,  // MPEG-4 and QuickTime
    mp3,
    wav,
    text,
};

struct Kind {
    std::string_view type;
    Look look;
};

// The first of each look is what a file is taken for that says nothing of itself.
constexpr std::array kinds{
    Kind{"image/jpeg", Look::jpeg},
    Kind{"image/png", Look::png},
    Kind{"image/gif", Look::gif},
    Kind{"image/webp", Look::webp},
    Kind{"application/pdf", Look::pdf},
    Kind{"application/msword", Look::ole},
    Kind{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", Look::zip},
    Kind{"application/vnd.ms-excel", Look::ole},
    Kind{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Look::zip},
    Kind{"text/plain", Look::text},
    Kind{"text/csv", Look::text},
    Kind{"video/mp4", Look::iso},
    Kind{"video/quicktime", Look::iso},
    Kind{"audio/mpeg", Look::mp3},
    Kind{"audio/wav", Look::wav},
};

struct Alias {
    std::string_view name;
    std::string_view type;
};
constexpr std::array aliases{
    Alias{"image/jpg", "image/jpeg"},    Alias{"image/pjpeg", "image/jpeg"},
    Alias{"audio/mp3", "audio/mpeg"},    Alias{"audio/x-wav", "audio/wav"},
    Alias{"audio/wave", "audio/wav"},    Alias{"audio/vnd.wave", "audio/wav"},
    Alias{"application/csv", "text/csv"}};

using namespace std::string_view_literals;

bool has(std::string_view bytes, std::size_t at, std::string_view mark) {
    return bytes.size() >= at + mark.size() && bytes.substr(at, mark.size()) == mark;
}

// No control characters but those of texts; UTF-8 that may be cut at the end, or Latin-1.
bool is_text(std::string_view bytes) {
    return !bytes.empty() && std::none_of(bytes.begin(), bytes.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f') || byte == 0x7F;
    });
}

// An MPEG audio frame: eleven bits of sync, then layer III, a bit rate and a sampling rate.
bool is_mpeg_audio(std::string_view bytes) {
    if (bytes.size() < 4) return false;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    return byte(0) == 0xFF && (byte(1) & 0xE0) == 0xE0 && (byte(1) & 0x06) == 0x02 &&
           (byte(1) & 0x18) != 0x08 && (byte(2) & 0xF0) != 0xF0 && (byte(2) & 0x0C) != 0x0C;
}

// Types of the first box; other brands of "ftyp" are pictures (HEIC, AVIF).
bool is_iso_media(std::string_view bytes) {
    if (has(bytes, 4, "moov") || has(bytes, 4, "mdat") || has(bytes, 4, "wide")) return true;
    if (!has(bytes, 4, "ftyp") || bytes.size() < 12) return false;
    constexpr std::array pictures{"heic"sv, "heix"sv, "hevc"sv, "mif1"sv, "msf1"sv, "avif"sv};
    return std::find(pictures.begin(), pictures.end(), bytes.substr(8, 4)) == pictures.end();
}

Look look_of(std::string_view bytes) {
    if (has(bytes, 0, "\xFF\xD8\xFF"sv)) return Look::jpeg;
    if (has(bytes, 0, "\x89PNG\r\n\x1A\n"sv)) return Look::png;
    if (has(bytes, 0, "GIF87a") || has(bytes, 0, "GIF89a")) return Look::gif;
    if (has(bytes, 0, "RIFF") && has(bytes, 8, "WEBP")) return Look::webp;
    if (has(bytes, 0, "RIFF") && has(bytes, 8, "WAVE")) return Look::wav;
    if (has(bytes, 0, "%PDF-")) return Look::pdf;
    if (has(bytes, 0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv)) return Look::ole;
    if (has(bytes, 0, "PK\x03\x04"sv)) return Look::zip;
    if (has(bytes, 0, "ID3") || is_mpeg_audio(bytes)) return Look::mp3;
    if (is_iso_media(bytes)) return Look::iso;
    return is_text(bytes) ? Look::text : Look::none;
}

const Kind* kind_of(std::string_view type) {
    const auto found = std::find_if(kinds.begin(), kinds.end(),
                                    [type](const Kind& kind) { return kind.type == type; });
    return found == kinds.end() ? nullptr : &*found;
}

}  // namespace

std::string canonical_type(std::string_view declared) {
    std::string type(declared.substr(0, declared.find(';')));
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!type.empty() && blank(type.back()))
        type.pop_back();
    type.erase(type.begin(), std::find_if_not(type.begin(), type.end(), blank));
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const Alias& alias : aliases) {
        if (type == alias.name) return std::string(alias.type);
    }
    return type;
}

bool is_taken(std::string_view type) {
    return kind_of(type) != nullptr;
}

std::string type_by_content(std::string_view declared, std::string_view first_bytes) {
    const Look look = look_of(first_bytes);
    if (look == Look::none) return {};
    if (!declared.empty()) {
        const Kind* kind = kind_of(declared);
        return kind != nullptr && kind->look == look ? std::string(declared) : std::string();
    }
    const auto found = std::find_if(kinds.begin(), kinds.end(),
                                    [look](const Kind& kind) { return kind.look == look; });
    return std::string(found->type);
}

bool is_picture(std::string_view type) {
    return type == "image/jpeg" || type == "image/png" || type == "image/gif" ||
           type == "image/webp";
}

bool is_inline(std::string_view type) {
    return is_picture(type) || type == "video/mp4" || type == "video/quicktime" ||
           type == "audio/mpeg" || type == "audio/wav" || type == "text/plain";
}

whispr::FileType file_type_of(std::string_view type) {
    if (type.starts_with("image/")) return whispr::FileType::image;
    if (type.starts_with("video/")) return whispr::FileType::video;
    if (type.starts_with("audio/")) return whispr::FileType::audio;
    return whispr::FileType::document;
}

bool is_media_type(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) return false;
    if (text.size() > 127) return false;
    return std::all_of(text.begin(), text.end(), [&](const char& c) {
        if (&c == text.data() + slash) return true;
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               "!#$&-^_.+"sv.find(c) != std::string_view::npos;
    });
}

}  // namespace whisprd::media
