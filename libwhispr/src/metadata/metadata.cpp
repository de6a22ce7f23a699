#include "metadata/metadata.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "whispr/limits.hpp"

namespace whispr {

namespace json = boost::json;

namespace {

// The fields of an object in the order they came: quoted keys, values as text.
class Fields {
 public:
    using Field = std::pair<std::string, std::string>;

    /// A key that is there already keeps its place.
    void put(std::string key, std::string value) {
        const auto [at, is_new] = place(key);
        if (is_new) {
            fields_.emplace_back(std::move(key), std::move(value));
        } else {
            fields_[at].second = std::move(value);
        }
    }
    [[nodiscard]] std::vector<Field>::iterator begin() noexcept { return fields_.begin(); }
    [[nodiscard]] std::vector<Field>::iterator end() noexcept { return fields_.end(); }
    [[nodiscard]] std::vector<Field>::const_iterator begin() const { return fields_.begin(); }
    [[nodiscard]] std::vector<Field>::const_iterator end() const { return fields_.end(); }

 private:
    // Looking at all of them is fastest for a few, but a hostile object has thousands.
    static constexpr std::size_t few = 16;

    std::pair<std::size_t, bool> place(const std::string& key) {
        if (fields_.size() < few) {
            const auto at = std::find_if(fields_.begin(), fields_.end(),
                                         [&](const Field& field) { return field.first == key; });
            return {static_cast<std::size_t>(at - fields_.begin()), at == fields_.end()};
        }
        if (places_.empty()) {
            for (std::size_t i = 0; i < fields_.size(); ++i)
                places_.emplace(fields_[i].first, i);
        }
        const auto [at, is_new] = places_.try_emplace(key, fields_.size());
        return {at->second, is_new};
    }

    std::vector<Field> fields_;
    std::unordered_map<std::string, std::size_t> places_;  ///< empty while there are few
};

std::string render(const Fields& fields) {
    std::string text = "{";
    for (const auto& [key, value] : fields) {
        if (text.size() > 1) text += ',';
        text += key;
        text += ':';
        text += value;
    }
    text += '}';
    return text;
}

std::string quote(std::string_view text) {
    return json::serialize(json::value(json::string_view(text.data(), text.size())));
}

// Takes the parser's tokens and rebuilds the text: strings are quoted afresh, numbers keep their
// digits.
class Rebuilder {
 public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    Fields fields;  ///< of the outermost object, when `is_object`
    bool is_object = false;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) {
        stack_.push_back({true, {}, {}, {}});
        return true;
    }
    bool on_object_end(std::size_t, json::error_code&) {
        Level level = std::move(stack_.back());
        stack_.pop_back();
        if (stack_.empty()) {
            is_object = true;
            fields = std::move(level.fields);
        } else {
            add(render(level.fields));
        }
        return true;
    }
    bool on_array_begin(json::error_code&) {
        stack_.push_back({false, {}, {}, {}});
        return true;
    }
    bool on_array_end(std::size_t, json::error_code&) {
        Level level = std::move(stack_.back());
        stack_.pop_back();
        if (!stack_.empty()) add("[" + level.items + "]");
        return true;
    }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
        token_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code& error) {
        token_.append(part.data(), part.size());
        if (has_nul(error)) return false;
        stack_.back().key = quote(std::exchange(token_, {}));
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        token_.append(part.data(), part.size());
        return true;
    }
    bool on_string(json::string_view part, std::size_t, json::error_code& error) {
        token_.append(part.data(), part.size());
        if (has_nul(error)) return false;
        return add(quote(std::exchange(token_, {})));
    }
    bool on_number_part(json::string_view part, json::error_code&) {
        token_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t, json::string_view part, json::error_code&) { return number(part); }
    bool on_uint64(std::uint64_t, json::string_view part, json::error_code&) {
        return number(part);
    }
    bool on_double(double, json::string_view part, json::error_code&) { return number(part); }
    bool on_bool(bool value, json::error_code&) { return add(value ? "true" : "false"); }
    bool on_null(json::error_code&) { return add("null"); }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
    struct Level {
        bool object;
        Fields fields;
        std::string items;
        std::string key;
    };

    // No database of ours keeps a NUL in text.
    bool has_nul(json::error_code& error) const {
        if (token_.find('\0') == std::string::npos) return false;
        error = json::error::syntax;
        return true;
    }
    bool number(json::string_view part) {
        token_.append(part.data(), part.size());
        return add(std::exchange(token_, {}));
    }
    bool add(std::string value) {
        if (stack_.empty()) return true;  // a bare value, which is not an object
        Level& level = stack_.back();
        if (level.object) {
            level.fields.put(std::move(level.key), std::move(value));
        } else {
            if (!level.items.empty()) level.items += ',';
            level.items += value;
        }
        return true;
    }

    std::vector<Level> stack_;
    std::string token_;
};

// Takes the parser's tokens and keeps the strings that are values.
class StringCollector {
 public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    std::vector<std::string> strings;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return true; }
    bool on_object_end(std::size_t, json::error_code&) { return true; }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_array_end(std::size_t, json::error_code&) { return true; }
    bool on_key_part(json::string_view, std::size_t, json::error_code&) { return true; }
    bool on_key(json::string_view, std::size_t, json::error_code&) { return true; }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        token_.append(part.data(), part.size());
        return true;
    }
    bool on_string(json::string_view part, std::size_t, json::error_code&) {
        token_.append(part.data(), part.size());
        strings.push_back(std::exchange(token_, {}));
        return true;
    }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
    bool on_double(double, json::string_view, json::error_code&) { return true; }
    bool on_bool(bool, json::error_code&) { return true; }
    bool on_null(json::error_code&) { return true; }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
    std::string token_;
};

std::optional<Fields> fields_of(std::string_view text) {
    if (text.size() > limits::metadata_bytes) return std::nullopt;
    json::parse_options options;
    options.max_depth = limits::metadata_depth;
    json::basic_parser<Rebuilder> parser(options);
    json::error_code error;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (error || !parser.done()) return std::nullopt;
    const bool only_space_follows =
        text.find_first_not_of(" \t\r\n", used) == std::string_view::npos;
    if (!only_space_follows || !parser.handler().is_object) return std::nullopt;
    return std::move(parser.handler().fields);
}

std::optional<std::string> within_bounds(std::string text) {
    if (text.size() > limits::metadata_bytes) return std::nullopt;
    return text;
}

}  // namespace

std::optional<std::string> normalise_metadata(std::string_view text) {
    if (text.empty() || text == "{}") return "{}";
    const auto fields = fields_of(text);
    if (!fields) return std::nullopt;
    return within_bounds(render(*fields));
}

std::optional<std::string> merge_metadata(std::string_view base, std::string_view patch) {
    auto fields = fields_of(base);
    auto changes = fields_of(patch);
    if (!fields || !changes) return std::nullopt;
    for (auto& [key, value] : *changes) {
        fields->put(std::move(key), std::move(value));
    }
    return within_bounds(render(*fields));
}

std::optional<MetadataField> metadata_field(std::string_view text, std::string_view key) {
    const auto fields = fields_of(text);
    if (!fields) return std::nullopt;
    const std::string quoted = quote(key);
    for (const auto& [known, value] : *fields) {
        if (known != quoted || value == "null") continue;
        if (value.front() != '"') return MetadataField{};
        const json::value decoded = json::parse(value);
        return MetadataField{true, std::string(decoded.get_string())};
    }
    return std::nullopt;
}

std::vector<std::string> metadata_strings(std::string_view text) {
    if (text.empty() || text == "{}") return {};
    json::parse_options options;
    options.max_depth = limits::metadata_depth;
    json::basic_parser<StringCollector> parser(options);
    json::error_code error;
    parser.write_some(false, text.data(), text.size(), error);
    return std::move(parser.handler().strings);
}

std::optional<std::string> with_metadata_string(std::string_view text, std::string_view key,
                                                std::string_view value) {
    auto fields = fields_of(text);
    if (!fields) return std::nullopt;
    fields->put(quote(key), quote(value));
    std::string changed = render(*fields);
    // Read once more, because a string that is not UTF-8 would spoil the whole.
    if (!fields_of(changed)) return std::nullopt;
    return changed;
}

}  // namespace whispr
