// Joins what one member reads in quick succession: the first goes to the lane at once, and what
// follows within Limits::receipt_coalescing goes together when that time is over. Everything that
// was asked is answered.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "engine/mutex.hpp"
#include "engine/timer_gate.hpp"
#include "whispr/receipts.hpp"

namespace whispr {

enum class ReceiptKind : std::uint8_t { read, delivered };

/// Reads of one member in one conversation that go to the lane together.
struct ReceiptRequest {
    ReceiptKind kind = ReceiptKind::read;
    ConversationId conversation;
    UserId user;
    std::optional<Mseq> upto;          ///< nothing: everything there is
    std::optional<MessageId> message;  ///< the one that was named
    bool shown = true;                 ///< others may be told what was read
    std::vector<Completion<ReadMark>> done;
};

class ReceiptWindows : public std::enable_shared_from_this<ReceiptWindows> {
 public:
    explicit ReceiptWindows(Core& core) : core_(core) {}

    /// Any thread.
    void add(ReceiptRequest request);
    /// What the member has read goes to the lane now, so that it comes before what follows.
    void flush_read(ConversationId conversation, UserId user);
    /// Sends what waits to the lane, and holds nothing back any more.
    void close();

 private:
    using Key = std::tuple<ConversationId, UserId, ReceiptKind>;

    void end_window(const Key& key);
    void watch(const Key& key);

    Core& core_;
    TimerGate timers_;
    Mutex mutex_;
    std::map<Key, std::optional<ReceiptRequest>> windows_ WHISPR_GUARDED_BY(mutex_);
    bool closed_ WHISPR_GUARDED_BY(mutex_) = false;
};

/// The command of a request, in mark_read.cpp and mark_delivered.cpp.
[[nodiscard]] std::unique_ptr<class Command> make_mark_read(ReceiptRequest request);
[[nodiscard]] std::unique_ptr<class Command> make_mark_delivered(ReceiptRequest request);

}  // namespace whispr
