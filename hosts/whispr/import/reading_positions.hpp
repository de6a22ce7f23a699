// How far each member of a conversation has read, from what the service before kept: a moment up to
// which everything was read, and a receipt for single messages. Ours is one position: the moment's,
// or the newest receipt before which nothing of others is unread, whichever is further.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "whispr/ids.hpp"
#include "whispr/ports/rows.hpp"
#include "whispr/time.hpp"

namespace whispr_cli {

/// What one member did with one message.
struct Receipt {
    whispr::UserId user{};
    std::optional<whispr::Time> delivered_at{};
    std::optional<whispr::Time> read_at{};
};

/// Sees a conversation's messages in their order, one by one. Its work is that of the messages and
/// the receipts together, not of messages times members. One thread at a time.
class ReadingPositions {
 public:
    struct Reader {
        whispr::UserId user{};
        std::optional<whispr::Time> last_read_at{};
    };
    struct Seen {
        whispr::Mseq mseq = 0;
        whispr::Time sent_at{};  ///< as the service before had it
        whispr::UserId sender{};
        bool deleted = false;
    };

    explicit ReadingPositions(const std::vector<Reader>& readers);

    void message(const Seen& message, std::span<const Receipt> receipts);
    /// In the order of the readers.
    [[nodiscard]] std::vector<whispr::PositionRow> positions() const;
    /// Receipts of reading that no position tells: others of the same member are missing before.
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

 private:
    struct State {
        Reader reader{};
        whispr::Mseq by_moment = 0;
        whispr::Mseq by_receipts = 0;
        std::optional<whispr::Time> receipt_at{};
        whispr::Mseq delivered = 0;
        std::optional<whispr::Time> delivered_at{};
        whispr::Mseq receipt_on = 0;  ///< the newest message with a receipt of reading
        bool past_moment = false;     ///< messages come that the moment does not cover
        bool gap = false;             ///< one of them was not read
    };

    void pass_moments(const Seen& message);
    void take_receipts(const Seen& message, std::span<const Receipt> receipts);

    std::vector<State> states_;
    std::unordered_map<whispr::UserId, std::size_t> by_user_;
    std::vector<std::size_t> by_moment_;  ///< readers with a moment, the earliest first
    std::size_t passed_ = 0;              ///< so many of them are past it
    std::vector<std::size_t> open_;       ///< past their moment, and without a gap so far
    whispr::Mseq newest_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace whispr_cli
