#include "authenticator.hpp"

#include "token_encoding.hpp"

namespace edge {

namespace {

constexpr std::string_view scheme = "Bearer ";

}  // namespace

Authenticator::Authenticator(const KeyStore& keys, Options options)
    : keys_(keys), options_(std::move(options)), cache_(options_.cache_entries) {}

Authentication Authenticator::authenticate(const RequestCredentials& request,
                                           std::chrono::system_clock::time_point now) {
    const bool named =
        !request.user_id.empty() && !(request.user_id.size() == 1 && request.user_id[0].empty());
    if (named && options_.trusted_proxies.trusts(request.peer)) {
        // Two headers may be one of the proxy and one of the client that the proxy let through:
        // take neither.
        auto user = request.user_id.size() == 1 ? canonical_uuid(request.user_id[0]) : std::nullopt;
        if (user) return Identity{std::move(*user), std::nullopt, std::nullopt};
        refused_.fetch_add(1, std::memory_order_relaxed);
        return Refusal::malformed;
    }
    if (request.authorization.empty()) return Refusal::missing;
    const std::string_view value = request.authorization[0];
    if (request.authorization.size() > 1 || !value.starts_with(scheme) ||
        value.size() == scheme.size()) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        return Refusal::malformed;
    }
    // A second space is no base64url character and is refused with the token.
    return authenticate_token(value.substr(scheme.size()), TokenUse::rest, now);
}

Authentication Authenticator::authenticate_token(std::string_view token, TokenUse use,
                                                 std::chrono::system_clock::time_point now) {
    Authentication result = check(token, use, now);
    if (std::holds_alternative<Refusal>(result)) refused_.fetch_add(1, std::memory_order_relaxed);
    return result;
}

Authentication Authenticator::check(std::string_view token, TokenUse use,
                                    std::chrono::system_clock::time_point now) {
    if (token.empty()) return Refusal::missing;
    if (token.size() > max_token_bytes) return Refusal::malformed;
    const auto [keys, generation] = keys_.snapshot();
    const TokenCache::Key cache_key = TokenCache::key_of(token);
    if (const auto known = cache_.find(cache_key, generation)) {
        hits_.fetch_add(1, std::memory_order_relaxed);
        return judge(*known, options_.rules, use, now);
    }
    misses_.fetch_add(1, std::memory_order_relaxed);

    auto parsed = parse_token(token);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) return *refusal;
    auto& parts = std::get<ParsedToken>(parsed);
    // Judged before the signature is checked: a token that would be refused anyway is not worth 75
    // µs, and must not make us fetch keys.
    Authentication result = judge(parts.claims, options_.rules, use, now);
    if (std::holds_alternative<Refusal>(result)) return result;
    if (!keys || keys->empty()) return Refusal::keys_not_loaded;
    const VerifyingKey* key = keys->find(parts.key_id);
    if (key == nullptr) {
        if (options_.on_unknown_key) options_.on_unknown_key();
        return Refusal::unknown_key;
    }
    if (!key->verifies(parts.signed_text, parts.signature)) return Refusal::bad_signature;
    cache_.put(cache_key, generation, std::make_shared<const Claims>(std::move(parts.claims)));
    return result;
}

KeyMark Authenticator::key_of(std::string_view token) const {
    const auto parsed = parse_token(token);
    const auto* const parts = std::get_if<ParsedToken>(&parsed);
    const auto keys = keys_.snapshot().keys;
    const VerifyingKey* const key = parts && keys ? keys->find(parts->key_id) : nullptr;
    return key != nullptr ? mark_of(*key) : KeyMark{};
}

bool Authenticator::ready() const {
    return keys_.snapshot().keys != nullptr;
}

Authenticator::Counts Authenticator::counts() const {
    return {hits_.load(std::memory_order_relaxed), misses_.load(std::memory_order_relaxed),
            refused_.load(std::memory_order_relaxed)};
}

}  // namespace edge
