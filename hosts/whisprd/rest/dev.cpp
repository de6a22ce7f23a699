// Development mode: people to be, and tokens to be them with. These routes exist in that mode
// alone.
#include <array>

#include "edge/json/cast.hpp"
#include "edge/json/text.hpp"
#include "rest/router.hpp"

namespace whisprd::rest {

namespace {

struct Person {
    std::string_view id;
    std::string_view name;
};

constexpr std::array people{
    Person{"11111111-1111-4111-8111-000000000001", "Alice"},
    Person{"11111111-1111-4111-8111-000000000002", "Bob"},
    Person{"11111111-1111-4111-8111-000000000003", "Carol"},
    Person{"11111111-1111-4111-8111-000000000004", "Dave"},
    Person{"11111111-1111-4111-8111-000000000005", "Erin"},
    Person{"11111111-1111-4111-8111-000000000006", "Frank"},
};

void list_people(CallPtr call) {
    call->same_origin_only();
    std::string& out = scratch();
    out += R"({"data":[)";
    for (const auto& person : people) {
        if (out.back() != '[') out += ',';
        out += R"({"id":)";
        edge::json::write_text(out, person.id);
        out += R"(,"name":)";
        edge::json::write_text(out, person.name);
        out += '}';
    }
    out += "]}";
    call->answer(200, out);
}

void make_token(CallPtr call) {
    call->same_origin_only();
    const auto user = edge::json::to_uuid(call->params().find("user_id"));
    if (!user.value) return call->refuse(edge::plain_error(422, "user_id must be a UUID"));
    const auto& config = call->service().config;
    edge::TokenRequest request;
    request.user_id = user.value->to_string();
    request.issuer = config.jwt_issuer;
    request.audience = config.jwt_audience;
    const auto now = std::chrono::system_clock::now();
    const std::string token = call->service().dev_keys->mint(request, now);
    if (token.empty()) return call->refuse(edge::framework_error(500));
    std::string& out = scratch();
    out += R"({"data":{"token":)";
    edge::json::write_text(out, token);
    out += R"(,"userId":)";
    edge::json::write(out, *user.value);
    out += R"(,"expiresAt":)";
    edge::json::write(out, std::chrono::floor<std::chrono::microseconds>(now + request.lifetime));
    out += "}}";
    call->answer(200, out);
}

constexpr std::array routes{
    Route{"GET", "/dev/people", list_people, Audience::anyone},
    Route{"POST", "/dev/token", make_token, Audience::anyone},
};

}  // namespace

std::span<const Route> dev_routes() {
    return routes;
}

}  // namespace whisprd::rest
