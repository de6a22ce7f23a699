// A request's parameters. Path, body and query are one map for existing clients: the path beats the
// body, and the body beats the query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edge/json/document.hpp"

namespace whisprd::rest {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// "a=1&b=c+d", decoded. Nothing when a name or value is not UTF-8. A broken percent sequence stands
// for itself.
[[nodiscard]] std::optional<Pairs> parse_pairs(std::string_view text);

// One segment of a path, decoded. Nothing when it is not percent-encoded UTF-8, or holds NUL.
[[nodiscard]] std::optional<std::string> decode_segment(std::string_view segment);

// What a request brought besides its path. Values are views: valid while the handler runs, until it
// hands the request to the engine.
class Params {
 public:
    Params() = default;
    // `files`: the names of the files that came with the form.
    Params(Pairs query, Pairs form, edge::json::Value body, std::vector<std::string> files = {})
        : query_(std::move(query)), form_(std::move(form)), body_(body), files_(std::move(files)) {}

    // The parameter of that name; absent when there is none.
    [[nodiscard]] edge::json::Value find(std::string_view name) const;
    // The same, where the body's parameters may be nested under `name` of its own.
    [[nodiscard]] Params under(std::string_view name) const;
    // The body alone.
    [[nodiscard]] edge::json::Value body(std::string_view name) const;
    // The query alone.
    [[nodiscard]] std::optional<std::string_view> query(std::string_view name) const;
    // Whether a file of that name came with a form.
    [[nodiscard]] bool has_file(std::string_view name) const;

 private:
    Pairs query_;
    Pairs form_;
    edge::json::Value body_;
    std::vector<std::string> files_;
};

}  // namespace whisprd::rest
