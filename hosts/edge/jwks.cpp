#include "jwks.hpp"

#include <simdjson.h>

#include <algorithm>

#include "token_encoding.hpp"

namespace edge {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t max_keys = 100;
constexpr std::size_t max_json_depth = 16;

std::string_view member(const dom::element& object, std::string_view name) {
    std::string_view text;
    if (object.at_key(name).get(text) != simdjson::SUCCESS) return {};
    return text;
}

std::optional<VerifyingKey> read_key(const dom::element& entry) {
    if (!entry.is_object()) return std::nullopt;
    if (member(entry, "kty") != "EC" || member(entry, "crv") != "P-256") return std::nullopt;
    if (member(entry, "use") != "sig" && member(entry, "alg") != "ES256") return std::nullopt;
    auto x = base64url_decode(member(entry, "x"));
    auto y = base64url_decode(member(entry, "y"));
    if (!x || !y) return std::nullopt;
    return VerifyingKey::from_coordinates({std::move(*x), std::move(*y)});
}

}  // namespace

KeyMark mark_of(const VerifyingKey& key) {
    KeyMark mark{};
    const std::string& x = key.coordinates().x;
    std::copy_n(x.begin(), std::min(mark.size(), x.size()), mark.begin());
    return mark;
}

KeySet::KeySet(std::vector<NamedKey> keys) {
    for (NamedKey& candidate : keys) {
        const bool taken = std::any_of(keys_.begin(), keys_.end(), [&](const NamedKey& known) {
            return known.id == candidate.id;
        });
        if (!taken) keys_.push_back(std::move(candidate));
    }
}

const VerifyingKey* KeySet::find(const std::optional<std::string>& id) const {
    const auto found = id ? std::find_if(keys_.begin(), keys_.end(),
                                         [&](const NamedKey& known) { return known.id == *id; })
                          : keys_.begin();
    return found == keys_.end() ? nullptr : &found->key;
}

bool KeySet::holds(const KeyMark& mark) const {
    return std::any_of(keys_.begin(), keys_.end(),
                       [&](const NamedKey& known) { return mark_of(known.key) == mark; });
}

bool KeySet::same_keys(const KeySet& other) const {
    return std::equal(keys_.begin(), keys_.end(), other.keys_.begin(), other.keys_.end(),
                      [](const NamedKey& mine, const NamedKey& theirs) {
                          return mine.id == theirs.id &&
                                 mine.key.coordinates() == theirs.key.coordinates();
                      });
}

KeyDocument parse_key_set(std::string_view json) {
    KeyDocument document;
    dom::parser parser;
    if (parser.allocate(json.size(), max_json_depth) != simdjson::SUCCESS) {
        document.error = "no memory for the document";
        return document;
    }
    dom::element root;
    if (const auto error = parser.parse(simdjson::padded_string(json)).get(root);
        error != simdjson::SUCCESS) {
        document.error = std::string("not JSON: ") + simdjson::error_message(error);
        return document;
    }
    dom::array entries;
    if (!root.is_object() || root.at_key("keys").get(entries) != simdjson::SUCCESS) {
        document.error = "no array \"keys\"";
        return document;
    }
    std::vector<NamedKey> keys;
    std::size_t place = 0;
    for (const dom::element entry : entries) {
        auto key = keys.size() < max_keys ? read_key(entry) : std::nullopt;
        if (key) {
            std::string id(member(entry, "kid"));
            if (id.empty()) id = "key-" + std::to_string(place);
            keys.push_back({std::move(id), std::move(*key)});
        } else {
            ++document.skipped;
        }
        ++place;
    }
    document.keys = KeySet(std::move(keys));
    return document;
}

std::string write_key_set(std::string_view key_id, const KeyCoordinates& point) {
    return R"({"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":")" +
           std::string(key_id) + R"(","x":")" + base64url_encode(point.x) + R"(","y":")" +
           base64url_encode(point.y) + R"("}]})";
}

KeyStore::Snapshot KeyStore::snapshot() const {
    const net::MutexLock lock(mutex_);
    return current_;
}

bool KeyStore::replace(KeySet keys) {
    auto next = std::make_shared<const KeySet>(std::move(keys));
    const net::MutexLock lock(mutex_);
    if (current_.keys && current_.keys->same_keys(*next)) return false;
    current_ = {std::move(next), current_.generation + 1};
    return true;
}

}  // namespace edge
