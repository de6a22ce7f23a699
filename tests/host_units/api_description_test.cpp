// What the server says of its interfaces is what its tables hold.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "edge/json/document.hpp"
#include "rest/dispatch.hpp"
#include "socket/events.hpp"

using edge::json::Document;
using edge::json::Kind;
using edge::json::Value;
using Names = std::set<std::string>;

namespace {

// "/messages/:id" as OpenAPI writes it.
std::string templated(std::string_view prefix, std::string_view pattern) {
    std::string path(prefix);
    bool parameter = false;
    for (const char c : pattern) {
        if (c == '/' && std::exchange(parameter, false)) path += '}';
        if (c == ':') {
            parameter = true;
            path += '{';
        } else {
            path += c;
        }
    }
    if (parameter) path += '}';
    return path;
}

std::string upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return result;
}

Names names_without(const Names& all, const Names& others) {
    Names rest;
    std::set_difference(all.begin(), all.end(), others.begin(), others.end(),
                        std::inserter(rest, rest.end()));
    return rest;
}

Names described_operations(const Document& document) {
    Names operations;
    for (const Value& path : document.root().find("paths").elements()) {
        for (const Value& operation : path.elements())
            operations.insert(upper(operation.node->key) + " " + std::string(path.node->key));
    }
    return operations;
}

}  // namespace

TEST_CASE("the OpenAPI document has exactly the routes that the router has") {
    Document document;
    REQUIRE(document.read(whisprd::rest::api_description("openapi.json")));
    Names routed;
    for (const auto& table : whisprd::rest::route_tables()) {
        for (const auto& route : table.routes)
            routed.insert(std::string(route.method) + " " + templated(table.prefix, route.pattern));
    }
    const Names described = described_operations(document);
    CHECK(names_without(routed, described) == Names{});
    CHECK(names_without(described, routed) == Names{});
}

TEST_CASE("the AsyncAPI document has exactly the events that clients may push") {
    Document document;
    REQUIRE(document.read(whisprd::rest::api_description("asyncapi.json")));
    const auto described = [&](std::string_view channel) {
        Names names;
        const auto messages = document.root().find("channels").find(channel).find("messages");
        for (const Value& message : messages.elements()) {
            const std::string_view name = message.node->key;
            if (!name.starts_with("push") || name.ends_with("Reply")) continue;
            names.insert(std::string(message.find("name").text));
        }
        return names;
    };
    Names conversation;
    using namespace whisprd::socket;
    for (const auto table :
         {message_events(), receipt_events(), reaction_events(), typing_events()}) {
        for (const auto& handler : table)
            conversation.insert(std::string(handler.event));
    }
    Names user;
    for (const auto& handler : user_events())
        user.insert(std::string(handler.event));
    CHECK(described("conversation") == conversation);
    CHECK(described("user") == user);
}

TEST_CASE("the AsyncAPI document has every event that a change is told by") {
    Document document;
    REQUIRE(document.read(whisprd::rest::api_description("asyncapi.json")));
    const auto events_of = [&](std::string_view channel) {
        Names names;
        const auto messages = document.root().find("channels").find(channel).find("messages");
        for (const Value& message : messages.elements()) {
            if (!message.node->key.starts_with("push"))
                names.insert(std::string(message.find("name").text));
        }
        return names;
    };
    std::ifstream file(WHISPR_EVENT_FRAMES);
    REQUIRE(file);
    const std::string source{std::istreambuf_iterator<char>(file), {}};
    const auto told_by = [&](const std::string& function) {
        Names names;
        const std::string call = function + "(\"";
        for (auto at = source.find(call); at != std::string::npos; at = source.find(call, at + 1)) {
            const auto begin = at + call.size();
            names.insert(source.substr(begin, source.find('"', begin) - begin));
        }
        return names;
    };
    CHECK(told_by("to_conversation").size() > 10);
    CHECK(names_without(told_by("to_conversation"), events_of("conversation")) == Names{});
    CHECK(names_without(told_by("to_members"), events_of("user")) == Names{});
    CHECK(names_without(told_by("to_user"), events_of("user")) == Names{});
}
