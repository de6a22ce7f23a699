#include "sync/cursor.hpp"

#include <algorithm>
#include <cstdint>

namespace whispr {

namespace {

constexpr std::string_view digits = "0123456789abcdef";
/// Of the form below. Another form gets another letter.
constexpr char form = 'a';

class Writer {
 public:
    void byte(std::uint8_t value) {
        text_ += digits[value >> 4];
        text_ += digits[value & 15];
    }
    void number(std::int64_t value) {
        for (int shift = 56; shift >= 0; shift -= 8)
            byte(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
    }
    void id(const Uuid& value) {
        for (const std::uint8_t one : value.bytes)
            byte(one);
    }
    void mark(const ChangeMark& value) {
        id(value.epoch);
        id(value.numbering);
        number(value.number);
    }
    std::string take() { return std::move(text_); }

 private:
    std::string text_{form};
};

/// Anything that cannot be read leaves it failed.
class Reader {
 public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::uint8_t byte() {
        if (rest_.size() < 2) return fail();
        const auto high = digits.find(rest_[0]);
        const auto low = digits.find(rest_[1]);
        if (high == digits.npos || low == digits.npos) return fail();
        rest_.remove_prefix(2);
        return static_cast<std::uint8_t>(high << 4 | low);
    }
    std::int64_t number() {
        std::uint64_t value = 0;
        for (int i = 0; i < 8; ++i)
            value = value << 8 | byte();
        return static_cast<std::int64_t>(value);
    }
    Uuid id() {
        Uuid value;
        std::generate(value.bytes.begin(), value.bytes.end(), [this] { return byte(); });
        return value;
    }
    ChangeMark mark() {
        ChangeMark value;
        value.epoch = id();
        value.numbering = id();
        value.number = number();
        if (value.number < 0) fail();
        return value;
    }
    [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }

 private:
    std::uint8_t fail() {
        failed_ = true;
        rest_ = {};
        return 0;
    }

    std::string_view rest_;
    bool failed_ = false;
};

/// What the cursor holds, as bits of its first byte.
constexpr std::uint8_t has_since = 1;
constexpr std::uint8_t has_pages = 2;
constexpr std::uint8_t reconciles = 4;

}  // namespace

std::string to_text(const SyncCursor& cursor) {
    Writer out;
    const bool reconcile = cursor.pages && cursor.pages->reconcile;
    out.byte(static_cast<std::uint8_t>((cursor.since ? has_since : 0) |
                                       (cursor.pages ? has_pages : 0) |
                                       (reconcile ? reconciles : 0)));
    if (cursor.since) out.mark(*cursor.since);
    if (cursor.pages) {
        out.mark(cursor.pages->upto);
        out.number(cursor.pages->behind.last_activity_at.time_since_epoch().count());
        out.id(cursor.pages->behind.id.uuid);
    }
    return out.take();
}

std::optional<SyncCursor> to_cursor(std::string_view text) {
    if (text.empty() || text.front() != form) return std::nullopt;
    Reader in(text.substr(1));
    const std::uint8_t holds = in.byte();
    SyncCursor cursor;
    if ((holds & has_since) != 0) cursor.since = in.mark();
    if ((holds & has_pages) != 0) {
        SyncCursor::Pages& pages = cursor.pages.emplace();
        pages.upto = in.mark();
        pages.behind.last_activity_at = Time{Time::duration{in.number()}};
        pages.behind.id.uuid = in.id();
        pages.reconcile = (holds & reconciles) != 0;
    }
    // One text for each cursor: what this one would be written as.
    if (!in.done() || to_text(cursor) != text) return std::nullopt;
    return cursor;
}

}  // namespace whispr
