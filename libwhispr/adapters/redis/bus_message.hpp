// What nodes send each other, as bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/ports/event_bus.hpp"

namespace whispr::redis {

/// hello: this node listens from now on. alive: it is there, and its last number is this one. bye:
/// it goes.
enum class BusKind : std::uint8_t { events, presence, whole_presence, hello, alive, bye };

struct BusHead {
    BusKind kind = BusKind::alive;
    NodeId node = 0;
    /// Of this message among the node's events and presence, or of the last of them.
    std::uint64_t number = 0;
};

[[nodiscard]] std::string write_head(const BusHead& head);
[[nodiscard]] std::string write_events(const BusHead& head, const Events& events);
[[nodiscard]] std::string write_presence(const BusHead& head,
                                         const std::vector<PresenceDelta>& presence);

/// Nothing when it is not one of ours, or a node's of another version.
[[nodiscard]] std::optional<BusHead> read_head(std::string_view bytes);
[[nodiscard]] std::optional<Events> read_events(std::string_view bytes);
[[nodiscard]] std::optional<std::vector<PresenceDelta>> read_presence(std::string_view bytes);

}  // namespace whispr::redis
