#include "search/search_words.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <utility>

#include "whispr/limits.hpp"

namespace whispr {

namespace {

using Codepoint = utf8proc_int32_t;

struct Range {
    Codepoint first;
    Codepoint last;
};

// Scripts that write words without spaces between them, and Hangul, whose words carry their
// grammar at the end.
constexpr std::array unspaced{
    Range{0x0E00, 0x0FFF},    // Thai, Lao, Tibetan
    Range{0x1000, 0x109F},    // Myanmar
    Range{0x1100, 0x11FF},    // Hangul Jamo
    Range{0x1780, 0x17FF},    // Khmer
    Range{0x1950, 0x19FF},    // Tai Le, New Tai Lue, Khmer symbols
    Range{0x1A20, 0x1AAF},    // Tai Tham
    Range{0x2E80, 0x2FDF},    // radicals
    Range{0x3005, 0x3007},    // repetition, closing mark, zero
    Range{0x3021, 0x3035},    // numerals, repetition
    Range{0x3040, 0x31FF},    // Hiragana, Katakana, Bopomofo, Hangul
    Range{0x3400, 0x4DBF},    // Han
    Range{0x4E00, 0x9FFF},    // Han
    Range{0xA000, 0xA4CF},    // Yi
    Range{0xA960, 0xA97F},    // Hangul Jamo
    Range{0xA9E0, 0xA9FF},    // Myanmar
    Range{0xAA60, 0xAADF},    // Myanmar, Tai Viet
    Range{0xAC00, 0xD7FF},    // Hangul
    Range{0xF900, 0xFAFF},    // Han
    Range{0x1B000, 0x1B2FF},  // Kana, Nushu
    Range{0x20000, 0x3FFFF},  // Han
};

bool is_unspaced(Codepoint c) noexcept {
    return std::any_of(unspaced.begin(), unspaced.end(),
                       [c](const Range& range) { return c >= range.first && c <= range.last; });
}

/// Letters whose stroke is a part of them, and those that people type as two.
struct Spelling {
    Codepoint letter;
    std::string_view plain;
};
constexpr std::array spellings{
    Spelling{0x00E6, "ae"}, Spelling{0x00F8, "o"}, Spelling{0x0111, "d"},  Spelling{0x0127, "h"},
    Spelling{0x0131, "i"},  Spelling{0x0142, "l"}, Spelling{0x0153, "oe"}, Spelling{0x0167, "t"},
};

/// A mark without which people still take the letter for the same one: accents, the points of
/// Hebrew and Arabic. Vowel signs, voicing marks and tones of other scripts make another letter.
bool is_accent(Codepoint c) noexcept {
    const utf8proc_property_t* const property = utf8proc_get_property(c);
    if (property->category == UTF8PROC_CATEGORY_ME) return true;
    const int place = property->combining_class;
    return place == 1 || (place >= 10 && place <= 36) || place >= 200;
}

// Composed again after the folding, so that Hangul syllables and voiced Kana are one character
// each.
std::vector<Codepoint> composed(std::string_view text) {
    constexpr auto options = static_cast<utf8proc_option_t>(
        UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const auto size = static_cast<utf8proc_ssize_t>(text.size());
    // Most texts do not grow.
    std::vector<Codepoint> points(text.size() + 1);
    for (;;) {
        const auto room = static_cast<utf8proc_ssize_t>(points.size());
        const utf8proc_ssize_t count =
            utf8proc_decompose(bytes, size, points.data(), room, options);
        if (count < 0) return {};
        if (count > room) {
            points.resize(static_cast<std::size_t>(count) + 1);
            continue;
        }
        const utf8proc_ssize_t length = utf8proc_normalize_utf32(points.data(), count, options);
        points.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
        return points;
    }
}

/// Far more than what any character is composed of.
constexpr utf8proc_ssize_t most_parts = 8;

/// The text's characters without case and accents, one by one.
void for_each_folded(std::string_view text, const std::function<void(Codepoint)>& take) {
    for (const Codepoint c : composed(text)) {
        if (c < 0x80 || is_unspaced(c)) {
            take(c);
            continue;
        }
        std::array<Codepoint, most_parts> parts{};
        int boundary = 0;
        const utf8proc_ssize_t count =
            utf8proc_decompose_char(c, parts.data(), most_parts, UTF8PROC_DECOMPOSE, &boundary);
        for (utf8proc_ssize_t i = 0; i < std::min(count, most_parts); ++i) {
            const Codepoint part = parts[static_cast<std::size_t>(i)];
            if (is_accent(part)) continue;
            const auto spelling =
                std::find_if(spellings.begin(), spellings.end(),
                             [part](const Spelling& one) { return one.letter == part; });
            if (spelling == spellings.end()) {
                take(part);
            } else {
                for (const char letter : spelling->plain)
                    take(static_cast<Codepoint>(letter));
            }
        }
    }
}

void append(std::string& text, Codepoint c) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const utf8proc_ssize_t size = utf8proc_encode_char(c, bytes.data());
    text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

enum class Kind : std::uint8_t { blank, letter, character, mark, emoji, flag_letter };

Kind kind_of(Codepoint c) noexcept {
    if (c < 0x80) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return letter ? Kind::letter : Kind::blank;
    }
    if (c >= 0x1F1E6 && c <= 0x1F1FF) return Kind::flag_letter;
    switch (utf8proc_category(c)) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
            return is_unspaced(c) ? Kind::character : Kind::letter;
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
            return Kind::mark;
        case UTF8PROC_CATEGORY_SO:
            return Kind::emoji;
        default:
            return Kind::blank;
    }
}

/// Whether the last character of a run without spaces is a word: one that is looked for alone must
/// be found there, too, but who looks for two together need not find the second once more.
enum class LastAlone : std::uint8_t { yes, if_single };

class Splitter {
 public:
    Splitter(LastAlone last_alone, const std::function<bool(std::string)>& take)
        : last_alone_(last_alone), take_(take) {}

    void next(Codepoint c) {
        const Kind kind = kind_of(c);
        switch (kind) {
            case Kind::letter:
                end_run();
                if (pending_ != Kind::letter) end_word();
                pending_ = Kind::letter;
                extend(word_, c);
                return;
            case Kind::mark:
                // A mark alone is nothing.
                extend(run_ > 0 ? character_ : word_, c, run_ > 0 || pending_ == Kind::letter);
                return;
            case Kind::character:
                end_word();
                next_character(c);
                return;
            case Kind::flag_letter:
                end_run();
                if (pending_ != Kind::flag_letter) end_word();
                append(word_, c);
                // Two of them are a flag.
                if (std::exchange(pending_, Kind::flag_letter) == Kind::flag_letter) end_word();
                return;
            case Kind::emoji:
                end();
                append(word_, c);
                end_word();
                return;
            case Kind::blank:
                end();
                return;
        }
    }
    void end() {
        end_run();
        end_word();
    }
    [[nodiscard]] bool full() const noexcept { return full_; }

 private:
    static void extend(std::string& word, Codepoint c, bool wanted = true) {
        if (!wanted) return;
        const std::size_t size = word.size();
        append(word, c);
        if (word.size() > word_bytes) word.resize(size);
    }
    void emit(std::string word) {
        if (!word.empty() && !full_) full_ = !take_(std::move(word));
    }
    void end_word() {
        emit(std::exchange(word_, {}));
        pending_ = Kind::blank;
    }
    void next_character(Codepoint c) {
        if (run_ > 1) emit(before_ + character_);
        before_ = std::exchange(character_, {});
        append(character_, c);
        ++run_;
    }
    void end_run() {
        if (run_ > 1) emit(before_ + character_);
        if (run_ == 1 || (run_ > 1 && last_alone_ == LastAlone::yes)) emit(character_);
        before_.clear();
        character_.clear();
        run_ = 0;
    }

    const LastAlone last_alone_;
    const std::function<bool(std::string)>& take_;
    bool full_ = false;
    Kind pending_ = Kind::blank;  ///< what `word_` is made of
    std::string word_;
    // Of a run without spaces: how many characters it has, and its last two with their marks.
    std::size_t run_ = 0;
    std::string before_;
    std::string character_;
};

/// Gives the words to `take`, in order, until it does not want more.
void split(std::string_view text, LastAlone last_alone,
           const std::function<bool(std::string)>& take) {
    Splitter splitter(last_alone, take);
    for_each_folded(text, [&splitter](Codepoint c) {
        if (!splitter.full()) splitter.next(c);
    });
    splitter.end();
}

}  // namespace

std::string folded(std::string_view text) {
    std::string out;
    for_each_folded(text, [&out](Codepoint c) { append(out, c); });
    return out;
}

void WordCollector::add(std::string_view text) {
    if (known_.size() >= words_per_message) return;
    split(text, LastAlone::yes, [this](std::string word) {
        const auto [at, is_new] = known_.insert(std::move(word));
        if (is_new) {
            if (!joined_.empty()) joined_ += ' ';
            joined_ += *at;
        }
        return known_.size() < words_per_message;
    });
}

std::vector<std::string> query_words(std::string_view text) {
    std::vector<std::string> words;
    split(text, LastAlone::if_single, [&words](std::string word) {
        if (std::find(words.begin(), words.end(), word) == words.end()) {
            words.push_back(std::move(word));
        }
        return words.size() < limits::search_words;
    });
    return words;
}

}  // namespace whispr
