// REST requests to prepare a scenario: many at once over a few keep-alive connections, answers in
// request order.
#pragma once

#include <string>
#include <vector>

#include "client/swarm.hpp"
#include "wire/http_message.hpp"

namespace load {

struct RestAnswer {
    int status = 0;
    std::string body;
};

/// Sends all requests over at most `connections` connections. Throws Failure if not all were
/// answered in time.
[[nodiscard]] std::vector<RestAnswer> rest_all(Endpoint endpoint,
                                               const std::vector<HttpRequest>& requests,
                                               std::size_t connections, Clock::duration patience);

/// One request. Throws Failure unless it is answered with a status below 300.
[[nodiscard]] std::string rest_one(Endpoint endpoint, const HttpRequest& request);

/// The string at a JSON pointer such as "/data/id"; throws Failure naming the pointer if there is
/// none.
[[nodiscard]] std::string json_text_at(const std::string& json, const std::string& pointer);

}  // namespace load
