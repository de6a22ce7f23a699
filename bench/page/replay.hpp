// Runs what the engine ran, through SQLite alone: the same statements with the same parameters,
// each prepared once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "meter/sql_watch.hpp"
#include "store/raw_sqlite.hpp"

namespace bench {

using Parameter =
    std::variant<std::monostate, std::int64_t, std::string, std::vector<std::uint8_t>>;

/// The parameters ?1 to ?n of a statement, read back from its text with them filled in. Ends the
/// program at what SQLite would not have made.
[[nodiscard]] std::vector<Parameter> parameters_of(const SeenStatement& seen);

class Replay {
 public:
    explicit Replay(const std::string& path) : database_(path) {}
    /// Learns what one call of the engine ran; calls are numbered from 0.
    void add(const std::vector<SeenStatement>& statements);
    /// Runs the statements of a call in their order and fetches every column of every row.
    std::uint64_t run(std::size_t call);

 private:
    struct Step {
        RawStatement* statement;
        std::vector<Parameter> parameters;
    };

    RawDatabase database_;
    std::map<std::string, std::unique_ptr<RawStatement>> prepared_;
    std::vector<std::vector<Step>> calls_;
};

}  // namespace bench
