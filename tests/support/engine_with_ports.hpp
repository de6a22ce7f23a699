// An inline engine that asks others: whether signatures hold, and who has blocked whom.
#pragma once

#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "support/engine_fixture.hpp"
#include "whispr/adapters/memory.hpp"

namespace whispr::test {

/// A signature holds when it says which key made it: "by <key>". Keeps what it was last asked.
class SayingVerifier final : public SignatureVerifier {
 public:
    [[nodiscard]] bool verify(std::string_view signed_bytes, std::string_view signature,
                              std::string_view public_key) const noexcept override {
        ++asked;
        last_bytes = signed_bytes;
        return signature == "by " + std::string(public_key);
    }
    mutable int asked = 0;
    mutable std::string last_bytes;
};

/// Knows what the test has said.
class KnownContacts final : public Contacts {
 public:
    [[nodiscard]] bool blocked(UserId a, UserId b) noexcept override {
        return blocks.contains(UserPair::of(a, b));
    }
    [[nodiscard]] bool shows_reading(UserId user) noexcept override {
        return !discreet.contains(user);
    }
    std::set<UserPair> blocks;
    std::set<UserId> discreet;
};

struct EngineWithPorts : InlineEngine {
    explicit EngineWithPorts(const Limits& limits = {}) {
        EngineOptions ported;
        ported.storage = make_memory_storage(clock);
        ported.executor = executor;
        ported.clock = clock;
        ported.ids = std::make_shared<CountedIds>();
        ported.limits = limits;
        ported.signatures = verifier;
        ported.contacts = contacts;
        auto opened = Engine::open(std::move(ported));
        if (!opened) throw std::logic_error(opened.error().text);
        engine = *std::move(opened);
        engine->add_sink(sink);
    }

    const std::shared_ptr<SayingVerifier> verifier = std::make_shared<SayingVerifier>();
    const std::shared_ptr<KnownContacts> contacts = std::make_shared<KnownContacts>();
};

}  // namespace whispr::test
