#include "edge/json/document.hpp"

#include "edge/json/scan.hpp"
#include "edge/json/text.hpp"

namespace edge::json {

namespace {

// What is nested deeper is kept as text alone. Nothing of ours is, and metadata that is will be
// refused for it, in words, by the engine.
constexpr std::size_t max_depth = 32;
// Values of one text; the largest request has a member list of some thousands.
constexpr std::size_t max_nodes = 100'000;
// Buffers that one large body made big are not kept for the small ones that follow.
constexpr std::size_t kept_bytes = 1024 * 1024;
// Zeros behind the text: a zero ends every scan, so none has to ask for the end, and eight bytes
// can always be read.
constexpr std::size_t padding = 8;

constexpr bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

void write_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 63));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 63));
        out += static_cast<char>(0x80 | (code & 63));
    } else {
        out += static_cast<char>(0xF0 | code >> 18);
        out += static_cast<char>(0x80 | (code >> 12 & 63));
        out += static_cast<char>(0x80 | (code >> 6 & 63));
        out += static_cast<char>(0x80 | (code & 63));
    }
}

// Reads values from the front of a text that ends with zeros. Simple strings are views of the text;
// those with escapes are unescaped into `storage`, which must have room for as much as the text
// has.
class Reader {
 public:
    Reader(const char* text, std::string& storage, std::vector<Node>& nodes)
        : at_(text), storage_(storage), nodes_(nodes) {}

    // One value and nothing behind it but blanks.
    bool document(const char* end) {
        if (!value({}, 1)) return false;
        skip_blanks();
        return at_ == end;
    }

 private:
    void skip_blanks() {
        while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')
            ++at_;
    }

    bool take(char expected) {
        if (*at_ != expected) return false;
        ++at_;
        return true;
    }

    bool value(std::string_view key, std::size_t depth) {
        skip_blanks();
        if (nodes_.size() >= max_nodes) return false;
        const std::size_t index = nodes_.size();
        nodes_.push_back({key, {}, {}, 1, Kind::null});
        const char* const begin = at_;
        Kind kind = Kind::null;
        switch (*at_) {
            case '"':
                nodes_[index].kind = Kind::string;
                if (!string(nodes_[index].text)) return false;
                nodes_[index].source = since(begin);
                return true;
            case '{':
            case '[':
                kind = *at_ == '{' ? Kind::object : Kind::array;
                break;
            case 't':
            case 'f':
                kind = Kind::boolean;
                break;
            case 'n':
                break;
            default:
                kind = Kind::number;
                break;
        }
        if (!rest(kind, depth)) return false;
        Node& node = nodes_[index];
        node.kind = kind;
        node.text = since(begin);
        node.size = static_cast<std::uint32_t>(nodes_.size() - index);
        return true;
    }

    bool rest(Kind kind, std::size_t depth) {
        switch (kind) {
            case Kind::object:
                return depth < max_depth ? members(depth) : skip_nested();
            case Kind::array:
                return depth < max_depth ? elements(depth) : skip_nested();
            case Kind::boolean:
                return *at_ == 't' ? word("true") : word("false");
            case Kind::number:
                return number();
            default:
                return word("null");
        }
    }

    std::string_view since(const char* begin) const {
        return {begin, static_cast<std::size_t>(at_ - begin)};
    }

    bool word(std::string_view expected) {
        for (const char letter : expected) {
            if (!take(letter)) return false;
        }
        return true;
    }

    bool digits() {
        if (!is_digit(*at_)) return false;
        while (is_digit(*at_))
            ++at_;
        return true;
    }

    bool number() {
        take('-');
        if (*at_ == '0') {
            ++at_;
        } else if (!digits()) {
            return false;
        }
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            return digits();
        }
        return true;
    }

    // From the opening quote to behind the closing one.
    bool string(std::string_view& text) {
        const char* begin = ++at_;
        skip_plain();
        if (*at_ == '"') {
            text = since(begin);
            ++at_;
            return true;
        }
        const std::size_t start = storage_.size();
        while (*at_ == '\\') {
            storage_.append(begin, at_);
            ++at_;
            if (!escape()) return false;
            begin = at_;
            skip_plain();
        }
        storage_.append(begin, at_);
        text = std::string_view(storage_).substr(start);
        return take('"');
    }

    void skip_plain() {
        std::size_t plain = 8;
        while (plain == 8) {
            plain = plain_bytes(at_);
            at_ += plain;
        }
    }

    bool escape() {
        constexpr std::string_view named = "\"\\/bfnrt";
        constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
        const char letter = *at_++;
        if (letter == 'u') return code_point();
        const std::size_t found = letter == '\0' ? std::string_view::npos : named.find(letter);
        if (found == std::string_view::npos) return false;
        storage_ += meant[found];
        return true;
    }

    bool hex4(std::uint32_t& code) {
        code = 0;
        for (int i = 0; i < 4; ++i) {
            const char digit = *at_;
            const auto lower = static_cast<char>(digit | 0x20);
            if (is_digit(digit)) {
                code = code * 16 + static_cast<std::uint32_t>(digit - '0');
            } else if (lower >= 'a' && lower <= 'f') {
                code = code * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
            } else {
                return false;
            }
            ++at_;
        }
        return true;
    }

    bool code_point() {
        std::uint32_t code = 0;
        if (!hex4(code)) return false;
        if (code >= 0xDC00 && code < 0xE000) return false;
        if (code >= 0xD800 && code < 0xDC00) {
            std::uint32_t low = 0;
            if (!take('\\') || !take('u') || !hex4(low) || low < 0xDC00 || low >= 0xE000)
                return false;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        write_utf8(storage_, code);
        return true;
    }

    bool members(std::size_t depth) {
        ++at_;
        skip_blanks();
        if (take('}')) return true;
        do {
            skip_blanks();
            std::string_view key;
            if (*at_ != '"' || !string(key)) return false;
            skip_blanks();
            if (!take(':') || !value(key, depth + 1)) return false;
            skip_blanks();
        } while (take(','));
        return take('}');
    }

    bool elements(std::size_t depth) {
        ++at_;
        skip_blanks();
        if (take(']')) return true;
        do {
            if (!value({}, depth + 1)) return false;
            skip_blanks();
        } while (take(','));
        return take(']');
    }

    // To behind the bracket that closes the one here. What is between is not looked at, but for
    // strings, in which brackets do not count.
    bool skip_nested() {
        std::size_t open = 0;
        do {
            const char byte = *at_;
            if (byte == '\0') return false;
            if (byte == '"') {
                std::string_view ignored;
                const std::size_t kept = storage_.size();
                if (!string(ignored)) return false;
                storage_.resize(kept);
                continue;
            }
            if (byte == '{' || byte == '[') ++open;
            if (byte == '}' || byte == ']') --open;
            ++at_;
        } while (open > 0);
        return true;
    }

    const char* at_;
    std::string& storage_;
    std::vector<Node>& nodes_;
};

}  // namespace

bool Document::read(std::string_view given) {
    if (text_.size() > kept_bytes && given.size() < kept_bytes) {
        text_ = {};
        storage_ = {};
        nodes_ = {};
    }
    nodes_.clear();
    storage_.clear();
    if (!is_utf8(given)) return false;
    text_.assign(given);
    text_.append(padding, '\0');
    // Unescaped text is never longer than escaped text, so no view of it moves.
    storage_.reserve(given.size());
    if (Reader(text_.data(), storage_, nodes_).document(text_.data() + given.size())) return true;
    nodes_.clear();
    return false;
}

Value Document::root() const {
    return nodes_.empty() ? Value{} : nodes_.front().value();
}

Value Value::find(std::string_view key) const {
    Value found;
    if (kind != Kind::object || node == nullptr) return found;
    const Node* end = node + node->size;
    for (const Node* child = node + 1; child < end; child += child->size) {
        if (child->key == key) found = child->value();
    }
    return found;
}

std::vector<Value> Value::elements() const {
    std::vector<Value> all;
    if ((kind != Kind::array && kind != Kind::object) || node == nullptr) return all;
    const Node* end = node + node->size;
    for (const Node* child = node + 1; child < end; child += child->size)
        all.push_back(child->value());
    return all;
}

}  // namespace edge::json
