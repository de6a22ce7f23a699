#include "rest/router.hpp"

#include <algorithm>

namespace whisprd::rest {

namespace {

// A longer path names nothing of ours; it bounds the walk.
constexpr std::size_t most_segments = 16;

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty() && segments.size() <= most_segments) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0) segments.push_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return segments;
}

}  // namespace

// A segment of the tree: its fixed continuations, sorted, and the one that takes anything.
struct Router::Node {
    std::string_view segment;
    std::vector<std::unique_ptr<Node>> fixed;
    std::unique_ptr<Node> parameter;
    std::vector<const Route*> routes;

    [[nodiscard]] auto place_of(std::string_view name) const {
        return std::lower_bound(
            fixed.begin(), fixed.end(), name,
            [](const auto& node, std::string_view other) { return node->segment < other; });
    }
    [[nodiscard]] const Node* fixed_child(std::string_view name) const {
        const auto place = place_of(name);
        return place != fixed.end() && (*place)->segment == name ? place->get() : nullptr;
    }
    Node& child(std::string_view name) {
        if (name.starts_with(':')) {
            if (!parameter) parameter = std::make_unique<Node>();
            return *parameter;
        }
        const auto place = place_of(name);
        if (place != fixed.end() && (*place)->segment == name) return **place;
        auto made = std::make_unique<Node>();
        made->segment = name;
        return **fixed.insert(place, std::move(made));
    }
    [[nodiscard]] const Route* route(std::string_view method) const {
        if (method == "HEAD") method = "GET";
        for (const Route* one : routes) {
            if (one->method == method) return one;
        }
        return nullptr;
    }

    // The route for the segments from `at` on; what parameters take is added to `taken`.
    const Route* find(std::string_view method, std::span<const std::string_view> segments,
                      std::vector<std::string_view>& taken) const {
        if (segments.empty()) return route(method);
        if (const Node* next = fixed_child(segments.front())) {
            if (const Route* found = next->find(method, segments.subspan(1), taken)) return found;
        }
        if (!parameter) return nullptr;
        taken.push_back(segments.front());
        if (const Route* found = parameter->find(method, segments.subspan(1), taken)) return found;
        taken.pop_back();
        return nullptr;
    }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(std::string_view prefix, std::span<const Route> routes) {
    for (const Route& route : routes) {
        Node* node = root_.get();
        for (const auto segment : segments_of(prefix))
            node = &node->child(segment);
        for (const auto segment : segments_of(route.pattern))
            node = &node->child(segment);
        node->routes.push_back(&route);
    }
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
    Match match;
    const auto segments = segments_of(path);
    if (segments.size() > most_segments) return match;
    std::vector<std::string_view> taken;
    match.route = root_->find(method, segments, taken);
    if (match.route == nullptr) return match;
    for (const auto segment : taken) {
        auto decoded = decode_segment(segment);
        if (!decoded) match.malformed = true;
        match.parameters.push_back(decoded ? *std::move(decoded) : std::string());
    }
    return match;
}

}  // namespace whisprd::rest
