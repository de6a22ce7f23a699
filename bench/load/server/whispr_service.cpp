#include "server/whispr_service.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>

#include "client/failure.hpp"
#include "server/rest_client.hpp"

namespace load {
namespace {

constexpr std::size_t creating_connections = 32;
constexpr auto creating_patience = std::chrono::seconds(180);

std::string ask_token(Endpoint endpoint, const std::string& user) {
    const std::string body =
        rest_one(endpoint, {"POST", "/dev/token", "", "{\"user_id\":\"" + user + "\"}"});
    return json_text_at(body, "/data/token");
}

std::string quoted_list(const std::vector<std::string>& ids, std::size_t from) {
    std::string out = "[";
    for (std::size_t i = from; i < ids.size(); ++i) {
        out.append(i == from ? "\"" : ",\"").append(ids[i]).append("\"");
    }
    return out + "]";
}

}  // namespace

std::string user_id(std::uint64_t n) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "10adface-0000-4000-8000-%012llx",
                  static_cast<unsigned long long>(n));
    return text.data();
}

WhisprService::WhisprService(const Setup& setup, const Server& server)
    : endpoint_(server.endpoint) {
    const std::string key =
        setup.key_file.empty() ? server.data_dir + "/dev-key.pem" : setup.key_file;
    if (::access(key.c_str(), R_OK) != 0) {
        if (!setup.key_file.empty()) throw system_failure("read the key " + key);
        return;
    }
    TokenMint::Claims claims;
    if (setup.kid.empty()) {
        claims = claims_of(ask_token(endpoint_, user_id(0)));
    } else {
        claims.kid = setup.kid;
    }
    mint_.emplace(key, claims);
}

std::string WhisprService::token(const std::string& user) const {
    return mint_ ? mint_->token(user) : ask_token(endpoint_, user);
}

std::string WhisprService::socket_target(const std::string& user) const {
    return "/socket/websocket?vsn=2.0.0&token=" + token(user);
}

HttpRequest WhisprService::creation(const Plan& plan) const {
    std::string body;
    if (plan.group) {
        body = R"({"type":"group","name":"load","user_ids":)" + quoted_list(plan.members, 1) + "}";
    } else {
        body = R"({"type":"direct","other_user_id":")" + plan.members[1] + "\"}";
    }
    return {"POST", "/messaging/api/v1/conversations", token(plan.members[0]), body};
}

std::string WhisprService::create_group(const std::string& creator,
                                        const std::vector<std::string>& others) const {
    Plan plan{{creator}, true};
    plan.members.insert(plan.members.end(), others.begin(), others.end());
    return json_text_at(rest_one(endpoint_, creation(plan)), "/data/id");
}

std::vector<std::string> WhisprService::create_all(const std::vector<Plan>& plans) const {
    std::vector<HttpRequest> requests;
    requests.reserve(plans.size());
    for (const Plan& plan : plans) {
        requests.push_back(creation(plan));
    }
    std::vector<std::string> ids;
    ids.reserve(plans.size());
    for (const RestAnswer& answer :
         rest_all(endpoint_, requests, creating_connections, creating_patience)) {
        if (answer.status != 201 && answer.status != 200) {
            throw Failure("creating a conversation answered " + std::to_string(answer.status) +
                          " " + answer.body.substr(0, 300));
        }
        ids.push_back(json_text_at(answer.body, "/data/id"));
    }
    return ids;
}

}  // namespace load
