#include "size_rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace tidy {
namespace {

enum class Block { scope, function, value, inner };

bool has_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const bool starts = at == 0 || !is_identifier_char(text[at - 1]);
        const auto end = at + word.size();
        if (starts && (end == text.size() || !is_identifier_char(text[end]))) return true;
    }
    return false;
}

// Drops `template <...>` and [[attributes]], which may stand before a class or a function alike.
std::string_view without_prefix(std::string_view head) {
    for (;;) {
        head = trimmed(head);
        const bool is_template = head.starts_with("template");
        if (!is_template && !head.starts_with("[[")) return head;
        const char open = is_template ? '<' : '[';
        const char close = is_template ? '>' : ']';
        auto at = head.find(open);
        int depth = 0;
        for (; at < head.size(); ++at) {
            if (head[at] == open) ++depth;
            if (head[at] == close && --depth == 0) break;
        }
        if (at >= head.size()) return head;
        head.remove_prefix(at + 1);
    }
}

bool is_scope(std::string_view head) {
    constexpr std::array<std::string_view, 4> classes{"class", "struct", "union", "enum"};
    if (has_word(head, "namespace") || head.starts_with("extern \"")) return true;
    head = without_prefix(head);
    return std::any_of(classes.begin(), classes.end(), [head](std::string_view word) {
        return head.starts_with(word) &&
               (head.size() == word.size() || !is_identifier_char(head[word.size()]));
    });
}

// An assignment outside of parentheses: `auto x = {`; not `operator==(...) {` or a default
// argument.
bool is_assigned(std::string_view head) {
    int depth = 0;
    for (std::size_t i = 0; i < head.size(); ++i) {
        if (head[i] == '(') ++depth;
        if (head[i] == ')') --depth;
        if (head[i] == '=' && depth == 0 && !has_word(head, "operator")) return true;
    }
    return false;
}

bool is_access(std::string_view head) {
    head = trimmed(head);
    return head == "public" || head == "private" || head == "protected";
}

bool inside_parentheses(std::string_view head) {
    return std::count(head.begin(), head.end(), '(') > std::count(head.begin(), head.end(), ')');
}

// `head` is what stands between the end of the previous declaration (or block) and the brace.
Block classify(std::string_view head, Block previous) {
    head = trimmed(head);
    if (is_scope(head)) return Block::scope;
    // After `member_{...}` of an initialiser list comes the next member or the body itself.
    if (head.empty() || head.starts_with(','))
        return previous == Block::function ? previous : Block::value;
    if (is_assigned(without_prefix(head)) || head.find('(') == std::string_view::npos)
        return Block::value;
    return Block::function;
}

class Scanner {
 public:
    std::vector<Function> run(const SourceFile& file) {
        bool directive = false;
        for (std::size_t i = 0; i < file.code.size(); ++i) {
            const auto line = trimmed(file.code[i]);
            directive = directive || line.starts_with('#');
            if (!directive) {
                for (const char c : file.code[i])
                    take(c, i + 1);
                take(' ', i + 1);
            } else {
                directive = line.ends_with('\\');
            }
        }
        return std::move(functions_);
    }

 private:
    [[nodiscard]] bool between_functions() const {
        return std::all_of(open_.begin(), open_.end(),
                           [](Block block) { return block == Block::scope; });
    }

    void take(char c, std::size_t line) {
        if (c == '{') return open(line);
        if (c == '}') return close(line);
        if (!between_functions()) return;
        if (c == ';' || (c == ':' && is_access(head_))) return start_head(Block::value);
        if (trimmed(head_).empty()) head_line_ = line;
        head_ += c;
    }

    void open(std::size_t line) {
        // Inside of parentheses it is a default argument: `void f(Options options = {}) {`.
        if (!between_functions() || inside_parentheses(head_)) {
            open_.push_back(Block::inner);
            return;
        }
        const auto block = classify(head_, previous_);
        // A body that follows an initialiser list belongs to the constructor that began before it.
        const bool goes_on = block == Block::function && previous_ == Block::function &&
                             (trimmed(head_).empty() || trimmed(head_).starts_with(','));
        if (block == Block::function && !goes_on) {
            functions_.push_back({trimmed(head_).empty() ? line : head_line_, line});
        }
        open_.push_back(block);
        head_.clear();
    }

    void close(std::size_t line) {
        if (open_.empty()) return;
        const auto block = open_.back();
        open_.pop_back();
        if (block == Block::function) functions_.back().last_line = line;
        if (between_functions() && block != Block::inner) start_head(block);
    }

    void start_head(Block previous) {
        previous_ = previous;
        head_.clear();
    }

    std::vector<Block> open_;
    std::vector<Function> functions_;
    std::string head_;
    std::size_t head_line_ = 0;
    Block previous_ = Block::value;
};

}  // namespace

std::vector<Function> functions_of(const SourceFile& file) {
    return Scanner{}.run(file);
}

Findings check_file_length(const SourceFile& file, std::size_t most) {
    if (file.lines.size() <= most) return {};
    return {{file.path, 0,
             "has " + std::to_string(file.lines.size()) + " lines, the limit is " +
                 std::to_string(most) + ": split it by use case"}};
}

Findings check_function_length(const SourceFile& file, std::size_t most) {
    Findings findings;
    for (const auto& function : functions_of(file)) {
        if (function.length() <= most) continue;
        findings.push_back({file.path, function.first_line,
                            "this function has " + std::to_string(function.length()) +
                                " lines, the limit is " + std::to_string(most) +
                                ": name its steps"});
    }
    return findings;
}

}  // namespace tidy
