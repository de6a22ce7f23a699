#include "import/reading_positions.hpp"

#include <algorithm>

namespace whispr_cli {

using whispr::Mseq;
using whispr::PositionRow;

ReadingPositions::ReadingPositions(const std::vector<Reader>& readers) {
    states_.reserve(readers.size());
    for (const Reader& reader : readers) {
        const std::size_t index = states_.size();
        State& state = states_.emplace_back();
        state.reader = reader;
        by_user_.emplace(reader.user, index);
        if (reader.last_read_at) {
            by_moment_.push_back(index);
        } else {
            state.past_moment = true;
            open_.push_back(index);
        }
    }
    std::stable_sort(by_moment_.begin(), by_moment_.end(), [this](std::size_t a, std::size_t b) {
        return states_[a].reader.last_read_at < states_[b].reader.last_read_at;
    });
}

void ReadingPositions::message(const Seen& message, std::span<const Receipt> receipts) {
    pass_moments(message);
    newest_ = message.mseq;
    take_receipts(message, receipts);
    std::erase_if(open_, [&](std::size_t index) {
        State& state = states_[index];
        const bool read = state.receipt_on == message.mseq;
        state.gap = !read && !message.deleted && message.sender != state.reader.user;
        return state.gap;
    });
}

void ReadingPositions::pass_moments(const Seen& message) {
    for (; passed_ < by_moment_.size(); ++passed_) {
        State& state = states_[by_moment_[passed_]];
        if (*state.reader.last_read_at >= message.sent_at) return;
        state.by_moment = message.mseq - 1;
        state.past_moment = true;
        open_.push_back(by_moment_[passed_]);
    }
}

void ReadingPositions::take_receipts(const Seen& message, std::span<const Receipt> receipts) {
    for (const Receipt& receipt : receipts) {
        const auto found = by_user_.find(receipt.user);
        if (found == by_user_.end()) continue;
        State& state = states_[found->second];
        if (receipt.delivered_at || receipt.read_at) {
            state.delivered = message.mseq;
            state.delivered_at = receipt.delivered_at ? receipt.delivered_at : receipt.read_at;
        }
        if (!receipt.read_at || !state.past_moment) continue;
        if (state.gap) {
            ++lost_;
            continue;
        }
        state.receipt_on = state.by_receipts = message.mseq;
        state.receipt_at = receipt.read_at;
    }
}

std::vector<PositionRow> ReadingPositions::positions() const {
    std::vector<PositionRow> rows;
    rows.reserve(states_.size());
    for (const State& state : states_) {
        const bool all = state.reader.last_read_at && !state.past_moment;
        const Mseq by_moment = all ? newest_ : state.by_moment;
        PositionRow& row = rows.emplace_back();
        row.user = state.reader.user;
        row.read_mseq = std::max(by_moment, state.by_receipts);
        if (by_moment > 0) row.read_at = state.reader.last_read_at;
        if (state.by_receipts > by_moment) row.read_at = std::max(row.read_at, state.receipt_at);
        row.shown_read_mseq = row.read_mseq;
        // What was read has arrived.
        row.delivered_mseq = std::max(state.delivered, row.read_mseq);
        row.delivered_at = state.delivered >= row.read_mseq ? state.delivered_at : row.read_at;
    }
    return rows;
}

}  // namespace whispr_cli
