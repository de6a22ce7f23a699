#include "rest/call.hpp"

#include <algorithm>

#include "edge/json/document.hpp"
#include "edge/log_redaction.hpp"
#include "edge/log_request_id.hpp"
#include "meters.hpp"
#include "rate_limits.hpp"
#include "rest/multipart.hpp"

namespace whisprd::rest {

namespace {

constexpr std::string_view json_type = "application/json; charset=utf-8";

// "Application/JSON; charset=utf-8" is application/json.
std::string media_type(std::string_view header) {
    std::string type(header.substr(0, header.find(';')));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
        type.pop_back();
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return type;
}

bool is_json(std::string_view type) {
    return type == "application/json" || type.ends_with("+json");
}

edge::json::Document& document() {
    static thread_local edge::json::Document reused;
    return reused;
}

}  // namespace

Call::Call(Service& service, net::HttpRequest request, net::HttpResponder responder)
    : service_(service),
      request_(std::move(request)),
      responder_(std::move(responder)),
      thread_(&responder_.thread()),
      request_id_(edge::request_id(request_.header("x-request-id"))) {}

bool Call::read_params() {
    auto query = parse_pairs(request_.query());
    if (!query) return false;
    const std::string body = request_.take_body();
    const bool reads_body =
        request_.method() != "GET" && request_.method() != "HEAD" && !body.empty();
    const std::string type =
        reads_body ? media_type(request_.header("content-type").value_or("")) : std::string();
    Pairs form;
    std::vector<std::string> files;
    edge::json::Value root;
    bool sound = true;
    if (is_json(type)) {
        sound = document().read(body);
        if (sound && document().root().kind == edge::json::Kind::object) root = document().root();
    } else if (type == "application/x-www-form-urlencoded") {
        auto pairs = parse_pairs(body);
        sound = pairs.has_value();
        if (sound) form = *std::move(pairs);
    } else if (type == "multipart/form-data") {
        const auto parts = parse_multipart(request_.header("content-type").value_or(""), body);
        sound = parts.has_value();
        for (const Part& part : parts.value_or(std::vector<Part>())) {
            if (part.is_file) files.push_back(part.name);
            if (!part.is_file) form.emplace_back(part.name, part.body);
        }
    }
    if (!sound) return false;
    params_ = Params(*std::move(query), std::move(form), root, std::move(files));
    return true;
}

bool Call::identify() {
    const auto tokens = request_.headers("authorization");
    const auto users = request_.headers("x-user-id");
    const auto who = service_.authenticator.authenticate({tokens, users, request_.peer_address()},
                                                         std::chrono::system_clock::now());
    if (const auto* refusal = std::get_if<edge::Refusal>(&who)) {
        if (*refusal != edge::Refusal::keys_not_loaded) return true;
        refuse(edge::unavailable_error());
        return false;
    }
    const auto& identity = std::get<edge::Identity>(who);
    const auto user = whispr::UserId::parse(identity.user_id);
    if (!user) return true;
    caller_ = whispr::Caller{*user, identity.device_id.value_or("")};
    by_token_ = identity.expires_at.has_value();
    const auto verdict = service_.limits.requests.take(*user, arrived_);
    set_rate(verdict);
    if (verdict.allowed) return true;
    refuse_too_fast(verdict);
    return false;
}

std::string_view Call::presented_token() const {
    if (!by_token_) return {};
    return request_.header("authorization").value_or(std::string_view());
}

void Call::refuse_too_fast(const RateLimit::Verdict& verdict) {
    service_.meters.rate_limited.add();
    const std::string seconds = std::to_string(verdict.retry_after.count());
    add_header("retry-after", seconds);
    set_rate(verdict);
    answer(429,
           R"({"error":"Too Many Requests","message":"Rate limit exceeded. Please retry after )" +
               seconds + R"( seconds.","retry_after":)" + seconds + "}");
}

void Call::answer(unsigned status, std::string_view json) {
    net::HttpResponse response;
    response.status = status;
    response.body = net::Buffer::copy(json);
    response.headers.reserve(16);
    response.add("content-type", std::string(json_type));
    respond(std::move(response));
}

void Call::answer_empty(unsigned status) {
    net::HttpResponse response;
    response.status = status;
    respond(std::move(response));
}

void Call::refuse(const edge::HttpError& error) {
    if (error.retry_later) add_header("retry-after", "1");
    answer(error.status, error.body);
}

void Call::respond(net::HttpResponse response) {
    add_common_headers(response);
    const unsigned status = response.status;
    const auto took = std::chrono::steady_clock::now() - arrived_;
    service_.meters.answered(status, std::chrono::duration<double>(took).count());
    const auto level = status >= 500 ? edge::LogLevel::warn : edge::LogLevel::debug;
    if (service_.log.enabled(level)) {
        service_.log.write(level, "request",
                           {{"request_id", request_id_},
                            {"method", request_.method()},
                            {"target", edge::redact_target(request_.target())},
                            {"status", status},
                            {"ms", std::chrono::duration<double, std::milli>(took).count()},
                            {"user", caller_ ? caller_->user.to_string() : std::string()}});
    }
    responder_.answer(std::move(response));
}

void Call::add_header(std::string name, std::string value) {
    headers_.emplace_back(std::move(name), std::move(value));
}

void Call::add_common_headers(net::HttpResponse& response) {
    const auto is_cache_control = [](const auto& header) {
        return header.first == "cache-control";
    };
    if (std::none_of(response.headers.begin(), response.headers.end(), is_cache_control)) {
        response.add("cache-control", "max-age=0, private, must-revalidate");
    }
    response.add("x-request-id", request_id_);
    if (shared_with_origins_) add_cors_headers(response);
    if (rate_.limit > 0) add_rate_headers(response);
    for (auto& [name, value] : headers_)
        response.add(std::move(name), std::move(value));
}

void Call::add_rate_headers(net::HttpResponse& response) const {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    response.add("x-ratelimit-limit", std::to_string(rate_.limit));
    response.add("x-ratelimit-remaining", std::to_string(rate_.remaining));
    response.add("x-ratelimit-reset",
                 std::to_string((now + std::chrono::seconds(60)).time_since_epoch().count()));
}

void Call::add_cors_headers(net::HttpResponse& response) {
    const auto& allowed = service_.config.cors_allowed_origins;
    const auto origin = request_.header("origin");
    const bool any = std::find(allowed.begin(), allowed.end(), "*") != allowed.end();
    if (any && !origin) {
        // Browsers refuse the wildcard together with credentials, so it goes without them.
        response.add("access-control-allow-origin", "*");
    } else {
        response.add("vary", "origin");
        if (origin &&
            (any || std::find(allowed.begin(), allowed.end(), *origin) != allowed.end())) {
            response.add("access-control-allow-origin", std::string(*origin));
            response.add("access-control-allow-credentials", "true");
        }
    }
    response.add("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
    response.add("access-control-allow-headers",
                 "authorization, content-type, accept, x-user-id, idempotency-key, x-request-id, "
                 "range, if-range, if-none-match, tus-resumable, upload-length, upload-offset, "
                 "upload-metadata, upload-checksum");
    response.add(
        "access-control-expose-headers",
        "x-request-id, x-whispr-duplicate, x-whispr-media-id, retry-after, location, etag, "
        "accept-ranges, content-range, content-disposition, tus-resumable, tus-version, "
        "tus-extension, tus-max-size, tus-checksum-algorithm, upload-offset, "
        "upload-length, upload-metadata, upload-expires, x-ratelimit-limit, "
        "x-ratelimit-remaining, x-ratelimit-reset");
    response.add("access-control-max-age", "86400");
}

std::string& scratch() {
    static thread_local std::string buffer;
    // A page that was unusually large is not kept for ever.
    if (buffer.capacity() > 1024 * 1024) buffer = std::string();
    buffer.clear();
    return buffer;
}

}  // namespace whisprd::rest
