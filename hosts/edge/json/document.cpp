#include "edge/json/document.hpp"

#include <simdjson.h>

#include <cstring>

namespace edge::json {

namespace ondemand = simdjson::ondemand;

namespace {

// What is nested deeper is kept as text alone. Nothing of ours is, and metadata that is will be
// refused for it, in words, by the engine.
constexpr std::size_t max_depth = 32;
// Values of one text; the largest request has a member list of some thousands.
constexpr std::size_t max_nodes = 100'000;
// A buffer that one large body made big is not kept for the small ones that follow.
constexpr std::size_t kept_bytes = 1024 * 1024;

bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

std::string_view trimmed(const char* begin, const char* end) {
    while (end > begin && is_blank(end[-1]))
        --end;
    while (begin < end && is_blank(*begin))
        ++begin;
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

struct Document::Parser {
    ondemand::parser parser;
    std::vector<char> padded;
    ondemand::document document;
    std::string_view text;

    template <class Source>
    bool scalar(Source& source, ondemand::json_type type, Node& node) {
        const auto token = source.raw_json_token();
        std::string_view raw;
        if constexpr (requires { token.error(); }) {
            if (source.raw_json_token().get(raw) != simdjson::SUCCESS) return false;
        } else {
            raw = token;
        }
        raw = trimmed(raw.data(), raw.data() + raw.size());
        if (type == ondemand::json_type::string) {
            node.kind = Kind::string;
            node.source = raw;
            return source.get_string().get(node.text) == simdjson::SUCCESS;
        }
        node.text = raw;
        switch (type) {
            case ondemand::json_type::number: {
                node.kind = Kind::number;
                ondemand::number number;
                return source.get_number().get(number) == simdjson::SUCCESS;
            }
            case ondemand::json_type::boolean: {
                node.kind = Kind::boolean;
                bool flag = false;
                return source.get_bool().get(flag) == simdjson::SUCCESS;
            }
            default: {
                node.kind = Kind::null;
                bool is_null = false;
                if constexpr (requires { source.is_null().error(); }) {
                    return source.is_null().get(is_null) == simdjson::SUCCESS && is_null;
                } else {
                    is_null = source.is_null();
                    return is_null;
                }
            }
        }
    }

    // Where the next token begins: the end of what was read last, and blanks.
    const char* position() {
        const char* at = nullptr;
        if (document.current_location().get(at) != simdjson::SUCCESS)
            return text.data() + text.size();
        return at;
    }

    // Nothing but blanks follows the root.
    bool ended() {
        const char* at = nullptr;
        return document.current_location().get(at) == simdjson::OUT_OF_BOUNDS;
    }

    bool walk(ondemand::value value, std::string_view key, std::size_t depth,
              std::vector<Node>& nodes) {
        if (nodes.size() >= max_nodes) return false;
        const std::size_t index = nodes.size();
        nodes.push_back({key, {}, {}, 1, Kind::null});
        ondemand::json_type type{};
        if (value.type().get(type) != simdjson::SUCCESS) return false;
        if (type != ondemand::json_type::object && type != ondemand::json_type::array) {
            return scalar(value, type, nodes[index]);
        }
        const char* begin = value.raw_json_token().data();
        const bool is_object = type == ondemand::json_type::object;
        const bool read = depth >= max_depth ? skip(value, is_object)
                          : is_object        ? members(value, depth, nodes)
                                             : elements(value, depth, nodes);
        if (!read) return false;
        Node& node = nodes[index];
        node.kind = is_object ? Kind::object : Kind::array;
        node.text = trimmed(begin, position());
        node.size = static_cast<std::uint32_t>(nodes.size() - index);
        return true;
    }

    static bool skip(ondemand::value& value, bool is_object) {
        std::string_view skipped;
        if (is_object) {
            ondemand::object object;
            return value.get_object().get(object) == simdjson::SUCCESS &&
                   object.raw_json().get(skipped) == simdjson::SUCCESS;
        }
        ondemand::array array;
        return value.get_array().get(array) == simdjson::SUCCESS &&
               array.raw_json().get(skipped) == simdjson::SUCCESS;
    }

    bool members(ondemand::value& value, std::size_t depth, std::vector<Node>& nodes) {
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) return false;
        for (auto found : object) {
            ondemand::field field;
            if (std::move(found).get(field) != simdjson::SUCCESS) return false;
            std::string_view key;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS) return false;
            if (!walk(field.value(), key, depth + 1, nodes)) return false;
        }
        return true;
    }

    bool elements(ondemand::value& value, std::size_t depth, std::vector<Node>& nodes) {
        ondemand::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS) return false;
        for (auto found : array) {
            ondemand::value element;
            if (std::move(found).get(element) != simdjson::SUCCESS) return false;
            if (!walk(element, {}, depth + 1, nodes)) return false;
        }
        return true;
    }

    bool read(std::string_view given, std::vector<Node>& nodes) {
        const std::size_t needed = given.size() + simdjson::SIMDJSON_PADDING;
        if (padded.size() < needed) padded.resize(needed);
        if (!given.empty()) std::memcpy(padded.data(), given.data(), given.size());
        std::memset(padded.data() + given.size(), 0, simdjson::SIMDJSON_PADDING);
        text = {padded.data(), given.size()};
        if (parser.iterate(padded.data(), given.size(), padded.size()).get(document) !=
            simdjson::SUCCESS) {
            return false;
        }
        ondemand::json_type type{};
        if (document.type().get(type) != simdjson::SUCCESS) return false;
        if (type == ondemand::json_type::object || type == ondemand::json_type::array) {
            ondemand::value root;
            if (document.get_value().get(root) != simdjson::SUCCESS) return false;
            return walk(root, {}, 1, nodes) && ended();
        }
        nodes.push_back({{}, {}, {}, 1, Kind::null});
        return scalar(document, type, nodes.front()) && ended();
    }
};

Document::Document() : parser_(std::make_unique<Parser>()) {}
Document::~Document() = default;

bool Document::read(std::string_view text) {
    if (parser_->padded.size() > kept_bytes && text.size() < kept_bytes) {
        parser_ = std::make_unique<Parser>();
        nodes_ = std::vector<Node>();
    }
    nodes_.clear();
    if (parser_->read(text, nodes_)) return true;
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
