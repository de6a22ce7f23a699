// From texts to the words that they are found by. A text and what is looked for in it go through
// the same steps: compatible forms become one (full width, ligatures), case and accents go, letters
// and digits make words, each emoji is one. Scripts without spaces give every two characters in a
// row, so that any part of a sentence can be looked for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace whispr {

/// Different words of one message: all of them in prose as long as a message may be; bounds what a
/// hostile one costs.
inline constexpr std::size_t words_per_message = 8'192;
/// Bytes of one word; a longer one is cut here, in a message and in what is looked for alike.
inline constexpr std::size_t word_bytes = 64;

/// The text as it is compared where a part of it is looked for: without case and accents. Empty
/// when it is not UTF-8.
[[nodiscard]] std::string folded(std::string_view text);

/// Collects the words of a message's texts, each once.
class WordCollector {
 public:
    /// What is not UTF-8 has no words.
    void add(std::string_view text);
    /// Separated by blanks, in the order in which they came.
    [[nodiscard]] std::string take() { return std::move(joined_); }

 private:
    std::unordered_set<std::string> known_;
    std::string joined_;
};

/// What must all be there, each as a word or the beginning of one; at most limits::search_words.
[[nodiscard]] std::vector<std::string> query_words(std::string_view text);

}  // namespace whispr
