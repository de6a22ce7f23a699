#include "source_file.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace tidy {
namespace {

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

// Walks over the text once and copies every character to the side that it belongs to.
class Splitter {
 public:
    explicit Splitter(std::string_view text) : text_(text), code_(blank()), comments_(blank()) {}

    void run() {
        while (at_ < text_.size()) {
            if (looking_at("//")) {
                take_comment(text_.find('\n', at_));
            } else if (looking_at("/*")) {
                const auto end = text_.find("*/", at_ + 2);
                take_comment(end == std::string_view::npos ? end : end + 2);
            } else if (text_[at_] == '"') {
                take_string();
            } else if (text_[at_] == '\'' && !is_digit_separator()) {
                take_quoted('\'');
            } else {
                keep_code();
            }
        }
    }

    [[nodiscard]] const std::string& code() const noexcept { return code_; }
    [[nodiscard]] const std::string& comments() const noexcept { return comments_; }

 private:
    [[nodiscard]] std::string blank() const {
        std::string blanks(text_.size(), ' ');
        for (std::size_t i = 0; i < text_.size(); ++i) {
            if (text_[i] == '\n') blanks[i] = '\n';
        }
        return blanks;
    }

    [[nodiscard]] bool looking_at(std::string_view what) const noexcept {
        return text_.substr(at_).starts_with(what);
    }

    // 1'000: the token that the quote stands in begins with a digit.
    [[nodiscard]] bool is_digit_separator() const noexcept {
        auto begin = at_;
        while (begin > 0 && (is_identifier_char(text_[begin - 1]) || text_[begin - 1] == '\''))
            --begin;
        return begin < at_ && std::isdigit(static_cast<unsigned char>(text_[begin])) != 0;
    }

    void keep_code() {
        code_[at_] = text_[at_];
        ++at_;
    }

    void take_comment(std::size_t end) {
        for (end = std::min(end, text_.size()); at_ < end; ++at_)
            comments_[at_] = text_[at_];
    }

    void take_string() {
        const bool raw = at_ > 0 && text_[at_ - 1] == 'R' &&
                         (at_ < 2 || !is_identifier_char(text_[at_ - 2]) || text_[at_ - 2] == '8' ||
                          text_[at_ - 2] == 'L' || text_[at_ - 2] == 'u' || text_[at_ - 2] == 'U');
        if (!raw) return take_quoted('"');
        const auto open = text_.find('(', at_);
        if (open == std::string_view::npos) return take_quoted('"');
        const auto close = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
        const auto end = text_.find(close, open);
        keep_code();
        at_ = end == std::string_view::npos ? text_.size() : end + close.size() - 1;
        if (at_ < text_.size()) keep_code();
    }

    // Keeps the quotes, drops what is between them.
    void take_quoted(char quote) {
        keep_code();
        while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
            at_ += text_[at_] == '\\' ? 2 : 1;
        }
        if (at_ < text_.size()) keep_code();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string code_;
    std::string comments_;
};

}  // namespace

bool is_identifier_char(char c) noexcept {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_below(std::string_view path, std::string_view folder) noexcept {
    return path == folder ||
           (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

std::string_view trimmed(std::string_view text) noexcept {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

SourceFile parse_source(std::string path, std::string_view text) {
    Splitter splitter(text);
    splitter.run();
    return {std::move(path), split_lines(text), split_lines(splitter.code()),
            split_lines(splitter.comments())};
}

std::string to_text(const Findings& findings) {
    std::string text;
    for (const auto& finding : findings) {
        text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.what + "\n";
    }
    return text;
}

std::vector<Include> includes_of(const SourceFile& file) {
    std::vector<Include> includes;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
        auto code = trimmed(file.code[i]);
        if (!code.starts_with('#')) continue;
        code = trimmed(code.substr(1));
        if (!code.starts_with("include")) continue;
        // The name of a quoted include is a literal, which only the untouched line still has.
        const std::string_view line = file.lines[i];
        const auto open = line.find_first_of("\"<");
        if (open == std::string_view::npos) continue;
        const auto close = line.find(line[open] == '<' ? '>' : '"', open + 1);
        if (close == std::string_view::npos) continue;
        includes.push_back(
            {i + 1, std::string(line.substr(open + 1, close - open - 1)), line[open] == '"'});
    }
    return includes;
}

}  // namespace tidy
