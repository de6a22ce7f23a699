// What the server sends: the frames around payloads, in either dialect. Each function appends to a
// buffer; a frame is opened, its payload written behind, and closed.
#pragma once

#include <string>
#include <string_view>

#include "edge/phoenix/dialect.hpp"
#include "edge/phoenix/topic.hpp"

namespace edge::phoenix {

enum class Status { ok, error };

// A reply to a push. `join_ref` and `ref` are JSON; `topic` is text of any kind. What follows is
// the response, a JSON object.
void open_reply(std::string& out, Dialect dialect, std::string_view join_ref, std::string_view ref,
                std::string_view topic, Status status);
void close_reply(std::string& out, Dialect dialect);

// A push to one channel instance; a "null" join_ref makes it a broadcast. What follows is the
// payload. `ref` other than "null" is only used by phx_close and phx_error.
void open_push(std::string& out, Dialect dialect, std::string_view join_ref, std::string_view ref,
               std::string_view topic, std::string_view event);
void close_push(std::string& out, Dialect dialect);

// A broadcast whose topic is `user:` with an id still to come: what stands before and behind the 36
// characters of that id.
struct AroundId {
    std::string before;
    std::string after;
};
[[nodiscard]] AroundId around_user_id(Dialect dialect, std::string_view event,
                                      std::string_view payload);

}  // namespace edge::phoenix
