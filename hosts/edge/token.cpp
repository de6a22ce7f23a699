#include "token.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cmath>

#include "token_encoding.hpp"

namespace edge {

namespace {

namespace dom = simdjson::dom;
using Seconds = std::chrono::sys_seconds;

constexpr std::size_t signature_bytes = 64;
constexpr std::size_t max_json_depth = 8;
constexpr std::size_t max_members = 64;  // per object; the duplicate check compares each with each
constexpr std::size_t max_audiences = 32;
constexpr std::size_t max_device_id_bytes = 128;
constexpr std::size_t max_key_id_bytes = 256;
constexpr std::int64_t year_10000 = 253'402'300'800;

// JSON leaves open which of two equal keys counts, so two parsers may see two different tokens:
// refuse.
bool has_duplicate_keys(dom::element element) {
    dom::array items;
    if (element.get(items) == simdjson::SUCCESS) {
        return std::any_of(items.begin(), items.end(), has_duplicate_keys);
    }
    dom::object members;
    if (element.get(members) != simdjson::SUCCESS) return false;
    std::vector<std::string_view> keys;
    for (const auto& [key, value] : members) {
        if (keys.size() == max_members || std::find(keys.begin(), keys.end(), key) != keys.end())
            return true;
        keys.push_back(key);
        if (has_duplicate_keys(value)) return true;
    }
    return false;
}

// The object that one part of a token holds; it lives as long as `parser`.
std::optional<dom::object> read_object(std::string_view part, dom::parser& parser) {
    const auto bytes = base64url_decode(part);
    if (!bytes || bytes->empty()) return std::nullopt;
    dom::element root;
    dom::object object;
    if (parser.allocate(max_token_bytes, max_json_depth) != simdjson::SUCCESS) return std::nullopt;
    if (parser.parse(simdjson::padded_string(*bytes)).get(root) != simdjson::SUCCESS)
        return std::nullopt;
    if (root.get(object) != simdjson::SUCCESS || has_duplicate_keys(root)) return std::nullopt;
    return object;
}

enum class Found { absent, good, bad };

Found read_text(dom::object object, std::string_view key, std::optional<std::string>& text) {
    dom::element element;
    if (object.at_key(key).get(element) != simdjson::SUCCESS) return Found::absent;
    std::string_view view;
    if (element.get(view) != simdjson::SUCCESS) return Found::bad;
    text = std::string(view);
    return Found::good;
}

// A NumericDate: seconds since 1970, a fraction allowed (RFC 7519 §2).
Found read_time(dom::object object, std::string_view key, std::optional<Seconds>& time) {
    dom::element element;
    if (object.at_key(key).get(element) != simdjson::SUCCESS) return Found::absent;
    double seconds = 0;
    if (element.get(seconds) != simdjson::SUCCESS) return Found::bad;
    if (!(seconds >= 0) || seconds >= static_cast<double>(year_10000)) return Found::bad;
    time = Seconds(std::chrono::seconds(static_cast<std::int64_t>(std::floor(seconds))));
    return Found::good;
}

bool read_audience(dom::object object, Claims& claims) {
    dom::element element;
    if (object.at_key("aud").get(element) != simdjson::SUCCESS) return true;
    claims.has_audience = true;
    std::string_view text;
    if (element.get(text) == simdjson::SUCCESS) {
        claims.audience.emplace_back(text);
        return true;
    }
    dom::array items;
    if (element.get(items) != simdjson::SUCCESS || items.size() > max_audiences) return false;
    for (const dom::element item : items) {
        if (item.get(text) != simdjson::SUCCESS) return false;
        claims.audience.emplace_back(text);
    }
    return true;
}

// A device id is extra information: one we cannot use is left out and does not cost the user the
// request.
void read_device(dom::object object, Claims& claims) {
    std::optional<std::string> device;
    if (read_text(object, "deviceId", device) != Found::good) return;
    const auto printable = [](char character) { return character > ' ' && character < 0x7f; };
    if (device->empty() || device->size() > max_device_id_bytes) return;
    if (std::all_of(device->begin(), device->end(), printable))
        claims.device_id = std::move(device);
}

bool read_header(std::string_view part, std::optional<std::string>& key_id) {
    dom::parser parser;
    const auto header = read_object(part, parser);
    if (!header) return false;
    std::optional<std::string> algorithm;
    if (read_text(*header, "alg", algorithm) != Found::good || *algorithm != "ES256") return false;
    // Extensions that must be understood, and we understand none (RFC 7515 §4.1.11).
    if (header->at_key("crit").error() == simdjson::SUCCESS) return false;
    if (read_text(*header, "kid", key_id) == Found::bad) return false;
    return !key_id || key_id->size() <= max_key_id_bytes;
}

bool read_claims(std::string_view part, Claims& claims) {
    dom::parser parser;
    const auto object = read_object(part, parser);
    if (!object) return false;
    std::optional<std::string> subject;
    std::optional<Seconds> expires;
    if (read_text(*object, "sub", subject) != Found::good) return false;
    if (read_time(*object, "exp", expires) != Found::good) return false;
    if (read_time(*object, "nbf", claims.not_before) == Found::bad) return false;
    if (read_text(*object, "iss", claims.issuer) == Found::bad) return false;
    if (!read_audience(*object, claims)) return false;
    auto user = canonical_uuid(*subject);
    if (!user) return false;
    claims.user_id = std::move(*user);
    claims.expires_at = *expires;
    read_device(*object, claims);
    return true;
}

bool audience_accepted(const Claims& claims, const TokenRules& rules, TokenUse use) {
    if (rules.audience.empty() || !claims.has_audience) return true;
    return std::any_of(
        claims.audience.begin(), claims.audience.end(), [&](const std::string& audience) {
            return audience == rules.audience || (use == TokenUse::socket && audience == "ws");
        });
}

}  // namespace

std::string_view name_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::missing:
            return "missing";
        case Refusal::malformed:
            return "malformed";
        case Refusal::unknown_key:
            return "unknown_key";
        case Refusal::bad_signature:
            return "bad_signature";
        case Refusal::expired:
            return "expired";
        case Refusal::not_yet_valid:
            return "not_yet_valid";
        case Refusal::wrong_audience:
            return "wrong_audience";
        case Refusal::wrong_issuer:
            return "wrong_issuer";
        case Refusal::keys_not_loaded:
            return "keys_not_loaded";
    }
    return "unknown";
}

std::variant<ParsedToken, Refusal> parse_token(std::string_view text) {
    if (text.empty()) return Refusal::missing;
    if (text.size() > max_token_bytes) return Refusal::malformed;
    const std::size_t first = text.find('.');
    if (first == std::string_view::npos) return Refusal::malformed;
    const std::size_t second = text.find('.', first + 1);
    if (second == std::string_view::npos) return Refusal::malformed;

    ParsedToken token;
    token.signed_text = text.substr(0, second);
    // A third dot is no base64url character, so it is refused here.
    auto signature = base64url_decode(text.substr(second + 1));
    if (!signature || signature->size() != signature_bytes) return Refusal::malformed;
    token.signature = std::move(*signature);
    if (!read_header(text.substr(0, first), token.key_id)) return Refusal::malformed;
    if (!read_claims(text.substr(first + 1, second - first - 1), token.claims))
        return Refusal::malformed;
    return token;
}

Authentication judge(const Claims& claims, const TokenRules& rules, TokenUse use,
                     std::chrono::system_clock::time_point now) {
    if (now >= claims.expires_at + rules.leeway) return Refusal::expired;
    if (claims.not_before && now + rules.leeway < *claims.not_before) return Refusal::not_yet_valid;
    if (!rules.issuer.empty() && claims.issuer && *claims.issuer != rules.issuer)
        return Refusal::wrong_issuer;
    if (!audience_accepted(claims, rules, use)) return Refusal::wrong_audience;
    return Identity{claims.user_id, claims.device_id, claims.expires_at};
}

}  // namespace edge
