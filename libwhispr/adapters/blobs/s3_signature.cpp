#include "s3_signature.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "sha256.hpp"

namespace whispr::blobs {

namespace {

struct Stamp {
    std::string day;     // 20260131
    std::string moment;  // 20260131T235959Z
};

Stamp stamp_of(std::chrono::sys_seconds now) {
    const auto midnight = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day day(midnight);
    const std::chrono::hh_mm_ss time(now - midnight);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d%02u%02u", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    Stamp stamp;
    stamp.day = text.data();
    std::snprintf(text.data(), text.size(), "T%02d%02d%02dZ",
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    stamp.moment = stamp.day + text.data();
    return stamp;
}

std::string scope_of(const Stamp& stamp, const S3Credentials& credentials) {
    return stamp.day + "/" + credentials.region + "/s3/aws4_request";
}

std::string signature_of(const std::string& canonical, const Stamp& stamp,
                         const S3Credentials& credentials) {
    const std::string text = "AWS4-HMAC-SHA256\n" + stamp.moment + "\n" +
                             scope_of(stamp, credentials) + "\n" + sha256(canonical).to_string();
    const std::string secret = "AWS4" + credentials.secret_key;
    BlobKey key = hmac_sha256(
        std::span(reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()), stamp.day);
    for (const std::string_view part : {std::string_view(credentials.region),
                                        std::string_view("s3"), std::string_view("aws4_request")}) {
        key = hmac_sha256(key.bytes, part);
    }
    return hmac_sha256(key.bytes, text).to_string();
}

}  // namespace

std::string encoded(const std::string& text, bool keep_slashes) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos || (keep_slashes && c == '/')) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

std::string query_text(Pairs query) {
    for (auto& [name, value] : query) {
        name = encoded(name);
        value = encoded(value);
    }
    std::sort(query.begin(), query.end());
    std::string text;
    for (const auto& [name, value] : query) {
        if (!text.empty()) text += '&';
        text += name + "=" + value;
    }
    return text;
}

Pairs signed_headers(const S3Request& request, const BlobKey& payload,
                     const S3Credentials& credentials, std::chrono::sys_seconds now) {
    const Stamp stamp = stamp_of(now);
    Pairs headers{{"host", request.host},
                  {"x-amz-content-sha256", payload.to_string()},
                  {"x-amz-date", stamp.moment}};
    if (!credentials.session_token.empty()) {
        headers.emplace_back("x-amz-security-token", credentials.session_token);
    }
    std::string written;
    std::string names;
    for (const auto& [name, value] : headers) {
        written += name + ":" + value + "\n";
        names += (names.empty() ? "" : ";") + name;
    }
    const std::string canonical = request.method + "\n" + request.path + "\n" +
                                  query_text(request.query) + "\n" + written + "\n" + names + "\n" +
                                  payload.to_string();
    headers.emplace_back("authorization",
                         "AWS4-HMAC-SHA256 Credential=" + credentials.access_key + "/" +
                             scope_of(stamp, credentials) + ",SignedHeaders=" + names +
                             ",Signature=" + signature_of(canonical, stamp, credentials));
    return headers;
}

std::string signed_query(S3Request request, std::chrono::seconds lifetime,
                         const S3Credentials& credentials, std::chrono::sys_seconds now) {
    const Stamp stamp = stamp_of(now);
    Pairs& query = request.query;
    query.emplace_back("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
    query.emplace_back("X-Amz-Credential",
                       credentials.access_key + "/" + scope_of(stamp, credentials));
    query.emplace_back("X-Amz-Date", stamp.moment);
    query.emplace_back("X-Amz-Expires", std::to_string(lifetime.count()));
    query.emplace_back("X-Amz-SignedHeaders", "host");
    if (!credentials.session_token.empty()) {
        query.emplace_back("X-Amz-Security-Token", credentials.session_token);
    }
    const std::string text = query_text(query);
    const std::string canonical = request.method + "\n" + request.path + "\n" + text +
                                  "\nhost:" + request.host + "\n\nhost\nUNSIGNED-PAYLOAD";
    return text + "&X-Amz-Signature=" + signature_of(canonical, stamp, credentials);
}

}  // namespace whispr::blobs
