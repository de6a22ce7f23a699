// Reading the values of settings: text to a number, size, duration, address or list, strictly and
// within bounds.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config.hpp"

namespace edge {

// Decimal digits only. Any thread, as all of these; nothing means that `text` is not what its
// function reads.
[[nodiscard]] std::optional<std::size_t> parse_count(std::string_view text);

// "true", "1", "yes", "on" or "false", "0", "no", "off", in any letter case.
[[nodiscard]] std::optional<bool> parse_switch(std::string_view text);

// Bytes: digits with an optional k, m or g (times 1,024), KiB, MiB, GiB meaning the same.
[[nodiscard]] std::optional<std::size_t> parse_size(std::string_view text);

// Digits with a unit, ms, s, m, h or d; without a unit milliseconds. At most 10,000 days.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// HOST:PORT or [HOST]:PORT, the host an IP address or "localhost" (127.0.0.1). Port 0 lets the
// system choose.
[[nodiscard]] std::optional<ListenAddress> parse_listen(std::string_view text);

// "sqlite:PATH", "memory:", or a URL of PostgreSQL ("postgres://...") without a password among its
// parameters.
[[nodiscard]] std::optional<StoreChoice> parse_store(std::string_view text);

// What stands between commas, without blanks around; empty pieces are left out.
[[nodiscard]] std::vector<std::string> parse_list(std::string_view text);

// The shortest text that parse_duration() reads back.
[[nodiscard]] std::string show_duration(std::chrono::milliseconds duration);

// Where data is kept when nothing else is said: $XDG_DATA_HOME/whispr, else
// $HOME/.local/share/whispr; empty when the environment names neither. Any thread.
[[nodiscard]] std::string default_data_dir(const std::map<std::string, std::string>& environment);

}  // namespace edge
