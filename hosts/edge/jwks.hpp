// The keys that tokens are checked with: an immutable set read from a JWKS document (RFC 7517), and
// the place where the current set lives. A set is replaced as a whole; who holds the old one keeps
// it until done.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/mutex.hpp"
#include "token_signature.hpp"

namespace edge {

struct NamedKey {
    std::string id;
    VerifyingKey key;
};

// Tells one key from others in a few bytes: the beginning of its x coordinate. A key that comes
// under another id, or another key under the same id, is not mistaken.
using KeyMark = std::array<char, 8>;
[[nodiscard]] KeyMark mark_of(const VerifyingKey& key);

// Immutable once published.
class KeySet {
 public:
    KeySet() = default;
    // The first of several keys with one id counts.
    explicit KeySet(std::vector<NamedKey> keys);

    // The key named `id`; without an id the first key. Null when there is none. Any thread.
    [[nodiscard]] const VerifyingKey* find(const std::optional<std::string>& id) const;

    // Whether a key with this mark is among them.
    [[nodiscard]] bool holds(const KeyMark& mark) const;

    [[nodiscard]] bool empty() const { return keys_.empty(); }
    [[nodiscard]] std::size_t size() const { return keys_.size(); }
    // Whether both hold the same keys under the same ids in the same order.
    [[nodiscard]] bool same_keys(const KeySet& other) const;

 private:
    std::vector<NamedKey> keys_;
};

// What was found in a document. `error` says why nothing could be read; keys that cannot be used
// are counted and skipped. A document without a usable key has an empty set and no error.
struct KeyDocument {
    KeySet keys;
    std::size_t skipped = 0;
    std::string error;
};

// Reads a JWKS document. Kept: kty EC, crv P-256 and (use sig or alg ES256); a key without `kid` is
// named key-<n> by its place, from 0. At most 100 keys. Any thread; never throws on bad input.
[[nodiscard]] KeyDocument parse_key_set(std::string_view json);

// A JWKS document with one key. Any thread.
[[nodiscard]] std::string write_key_set(std::string_view key_id, const KeyCoordinates& point);

// The key set in force. All members may be called from any thread and hold a lock for a pointer
// copy only.
class KeyStore {
 public:
    struct Snapshot {
        std::shared_ptr<const KeySet> keys;  // null until the first set was loaded
        std::uint64_t generation = 0;        // rises with every change of the set
    };

    [[nodiscard]] Snapshot snapshot() const;

    // Makes `keys` the set in force. False, and nothing happens, when it holds the keys already in
    // force.
    bool replace(KeySet keys);

 private:
    mutable net::Mutex mutex_;
    Snapshot current_ NET_GUARDED_BY(mutex_);
};

}  // namespace edge
