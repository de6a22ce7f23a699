// From a method and a path to an endpoint. Routes are added by concept, one table per file of
// endpoints; a fixed segment is preferred to a parameter, so /conversations/search goes before
// /conversations/:id whatever the order of the tables.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_stream.hpp"
#include "rest/call.hpp"

namespace whisprd::rest {

using Endpoint = void (*)(CallPtr call);
// Takes a request whose body comes in pieces; see net::ServerHandler::on_stream.
using StreamEndpoint = std::unique_ptr<net::BodySink> (*)(CallPtr call, net::BodyControl control);

enum class Audience : std::uint8_t {
    users,     // JSON for callers, who are identified; what anonymous ones get is the endpoint's
               // choice
    files,     // callers, who are identified, whatever they accept: pictures are asked for as such
    anyone,    // JSON, whoever asks: also while no keys are loaded
    browsers,  // whatever is accepted
};

struct Route {
    std::string_view method;   // GET, POST, PUT, PATCH, DELETE; HEAD is answered by GET
    std::string_view pattern;  // "/messages/:id/reactions"
    Endpoint endpoint;
    Audience audience = Audience::users;
    StreamEndpoint stream = nullptr;  // for requests with a body, instead of `endpoint`
};

class Router {
 public:
    Router();
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    // Requires: no route of that method and shape was added before; `prefix` and the routes outlive
    // the router.
    void add(std::string_view prefix, std::span<const Route> routes);

    struct Match {
        const Route* route = nullptr;         // null: no such path or method
        bool malformed = false;               // a segment is not percent-encoded UTF-8
        std::vector<std::string> parameters;  // decoded
    };
    // Empty segments are ignored, so a slash too many changes nothing.
    [[nodiscard]] Match find(std::string_view method, std::string_view path) const;

 private:
    struct Node;
    std::unique_ptr<Node> root_;
};

// The tables.
[[nodiscard]] std::span<const Route> conversation_routes();
[[nodiscard]] std::span<const Route> member_routes();
[[nodiscard]] std::span<const Route> settings_routes();
[[nodiscard]] std::span<const Route> message_routes();
[[nodiscard]] std::span<const Route> reaction_routes();
[[nodiscard]] std::span<const Route> receipt_routes();
[[nodiscard]] std::span<const Route> pin_routes();
[[nodiscard]] std::span<const Route> attachment_routes();
[[nodiscard]] std::span<const Route> gallery_routes();
[[nodiscard]] std::span<const Route> upload_routes();
[[nodiscard]] std::span<const Route> resumable_upload_routes();
[[nodiscard]] std::span<const Route> download_routes();
[[nodiscard]] std::span<const Route> draft_routes();
[[nodiscard]] std::span<const Route> schedule_routes();
[[nodiscard]] std::span<const Route> report_routes();
[[nodiscard]] std::span<const Route> compatible_report_routes();
[[nodiscard]] std::span<const Route> report_analytics_routes();
[[nodiscard]] std::span<const Route> sanction_routes();
[[nodiscard]] std::span<const Route> search_routes();
[[nodiscard]] std::span<const Route> list_state_routes();
[[nodiscard]] std::span<const Route> forward_routes();
[[nodiscard]] std::span<const Route> sender_key_routes();
[[nodiscard]] std::span<const Route> sync_routes();
[[nodiscard]] std::span<const Route> monitoring_routes();
[[nodiscard]] std::span<const Route> internal_routes();
[[nodiscard]] std::span<const Route> api_docs_routes();
[[nodiscard]] std::span<const Route> health_routes();
[[nodiscard]] std::span<const Route> probe_routes();
[[nodiscard]] std::span<const Route> info_routes();
[[nodiscard]] std::span<const Route> dev_routes();

// The description of that name, "openapi.json" or "asyncapi.json": a JSON document.
[[nodiscard]] std::string_view api_description(std::string_view name);

}  // namespace whisprd::rest
