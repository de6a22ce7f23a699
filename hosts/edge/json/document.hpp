// One JSON text, read whole and checked whole. A Document is reused: it keeps its buffers, so a
// thread that reads many small texts allocates nothing. Duplicate keys: the last one counts.
// Refused: anything RFC 8259 refuses, text that is not UTF-8, lone surrogates.
// What is nested more than 32 deep is kept as text, unread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edge::json {

enum class Kind : std::uint8_t { absent, null, boolean, number, string, array, object };

struct Node;

// A value, or the absence of one. A view: valid until its Document reads again.
struct Value {
    Kind kind = Kind::absent;
    // A string's characters, unescaped; the JSON text of everything else.
    std::string_view text;
    // Its place in the document; null for a value that was not read from one.
    const Node* node = nullptr;

    // Neither absent nor null.
    [[nodiscard]] bool given() const { return kind > Kind::null; }
    // The last member of that name; absent for anything but an object that has it.
    [[nodiscard]] Value find(std::string_view key) const;
    // The elements of an array, or the values of an object, in order. Nothing for other kinds.
    [[nodiscard]] std::vector<Value> elements() const;
};

// A value with the name it has in its object.
struct Node {
    std::string_view key;
    std::string_view text;
    std::string_view source;  // the JSON text of a string, quotes and all; empty for other kinds
    std::uint32_t size = 1;   // of its subtree, itself included; children follow in order
    Kind kind = Kind::null;

    [[nodiscard]] Value value() const { return {kind, text, this}; }
};

class Document {
 public:
    Document() = default;
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    // Reads `text`, which is copied. False when it is not acceptable JSON. Views given out before
    // are invalid afterwards.
    [[nodiscard]] bool read(std::string_view text);

    // Of the last text that was read successfully.
    [[nodiscard]] Value root() const;

 private:
    std::string text_;     // with zeros behind it
    std::string storage_;  // strings that had escapes
    std::vector<Node> nodes_;
};

}  // namespace edge::json
