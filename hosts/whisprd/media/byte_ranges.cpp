#include "media/byte_ranges.hpp"

#include <algorithm>
#include <charconv>

namespace whisprd::media {

namespace {

// More parts than a viewer of documents asks for; beyond, the whole file costs less.
constexpr std::size_t most_parts = 16;

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<std::uint64_t> number(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

// One "first-last", "first-" or "-suffix". Malformed: nothing. Beyond the file: of size 0.
std::optional<ByteRange> read_one(std::string_view spec, std::uint64_t size) {
    const auto dash = spec.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const std::string_view before = spec.substr(0, dash);
    const std::string_view after = spec.substr(dash + 1);
    if (before.empty()) {
        const auto suffix = number(after);
        if (!suffix) return std::nullopt;
        const std::uint64_t length = std::min(*suffix, size);
        return ByteRange{size - length, length};
    }
    const auto first = number(before);
    const auto last = after.empty() ? std::optional(size) : number(after);
    if (!first || !last || (!after.empty() && *last < *first)) return std::nullopt;
    if (*first >= size) return ByteRange{*first, 0};
    return ByteRange{*first, std::min(*last, size - 1) - *first + 1};
}

// Parts that overlap or touch become one, so that nobody is sent the same bytes many times.
std::vector<ByteRange> joined(const std::vector<ByteRange>& parts) {
    std::vector<ByteRange> kept;
    for (ByteRange part : parts) {
        for (auto other = kept.begin(); other != kept.end();) {
            const bool apart =
                other->first + other->size < part.first || part.first + part.size < other->first;
            if (apart) {
                ++other;
                continue;
            }
            const auto end = std::max(other->first + other->size, part.first + part.size);
            part.first = std::min(other->first, part.first);
            part.size = end - part.first;
            other = kept.erase(other);
        }
        kept.push_back(part);
    }
    return kept;
}

}  // namespace

RangeRequest read_range(std::optional<std::string_view> header, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    if (!header || !header->starts_with(unit)) return {};
    std::string_view rest = header->substr(unit.size());
    std::vector<ByteRange> parts;
    bool any = false;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(','), rest.size());
        const std::string_view spec = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (spec.empty()) continue;
        const auto part = read_one(spec, size);
        if (!part) return {};
        any = true;
        if (part->size > 0) parts.push_back(*part);
        if (parts.size() > most_parts) return {};
    }
    if (!any) return {};
    if (parts.empty()) return {RangeRequest::Kind::unsatisfiable, {}};
    return {RangeRequest::Kind::parts, joined(parts)};
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
    return "bytes " + std::to_string(range.first) + "-" +
           std::to_string(range.first + range.size - 1) + "/" + std::to_string(size);
}

bool names_tag(std::string_view header, std::string_view tag) {
    std::string_view rest = header;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(','), rest.size());
        std::string_view one = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == "*" || one == tag) return true;
    }
    return false;
}

}  // namespace whisprd::media
