// What storage keeps of message pins.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "whispr/ids.hpp"
#include "whispr/ports/rows.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr {

/// Key (conversation, mseq).
struct PinRow {
    Mseq mseq = 0;
    PinId id{};
    UserId pinned_by{};
    Time pinned_at{};
};

struct PinKeys {
    std::vector<std::int64_t> of{};  ///< all pins of these conversations
};
struct LoadedPins {
    std::vector<std::pair<std::int64_t, PinRow>> of{};
};
/// Removed, then created.
struct PinChanges {
    std::vector<RowOf<PinRow>> removed{};
    std::vector<RowOf<PinRow>> created{};
};

class PinReader {
 public:
    virtual ~PinReader() = default;

    /// All pins of the conversation, newest first.
    [[nodiscard]] virtual Result<std::vector<PinRow>> pins(std::int64_t no) = 0;
};

}  // namespace whispr
