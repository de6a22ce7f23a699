#include "receipts/receipt_windows.hpp"

#include <iterator>
#include <utility>

#include "engine/core.hpp"
#include "engine/inside_engine.hpp"

namespace whispr {

namespace {

void submit(Core& core, ReceiptRequest request) {
    core.submit_taken(request.kind == ReceiptKind::read ? make_mark_read(std::move(request))
                                                        : make_mark_delivered(std::move(request)));
}

// The further of both; a request without a message means everything.
void join(ReceiptRequest& waiting, ReceiptRequest request) {
    const bool further = !request.upto || (waiting.upto && *request.upto >= *waiting.upto);
    if (further) {
        waiting.upto = request.upto;
        waiting.message = request.message;
    }
    waiting.shown = waiting.shown && request.shown;
    waiting.done.insert(waiting.done.end(), std::make_move_iterator(request.done.begin()),
                        std::make_move_iterator(request.done.end()));
}

}  // namespace

void ReceiptWindows::add(ReceiptRequest request) {
    const bool joins =
        core_.limits().receipt_coalescing.count() > 0 && !core_.executor().time_stands_still();
    const Key key{request.conversation, request.user, request.kind};
    if (joins) {
        const MutexLock lock(mutex_);
        if (const auto window = windows_.find(key); window != windows_.end()) {
            if (window->second) {
                join(*window->second, std::move(request));
            } else {
                window->second = std::move(request);
            }
            return;
        }
        if (!closed_) windows_.emplace(key, std::nullopt);
    }
    submit(core_, std::move(request));
    if (joins) watch(key);
}

void ReceiptWindows::watch(const Key& key) {
    core_.executor().run_after(core_.limits().receipt_coalescing, [weak = weak_from_this(), key] {
        if (const auto self = weak.lock()) self->end_window(key);
    });
}

void ReceiptWindows::end_window(const Key& key) {
    const TimerGate::Pass pass(timers_);
    if (!pass) return;
    std::optional<ReceiptRequest> waiting;
    {
        const MutexLock lock(mutex_);
        const auto window = windows_.find(key);
        if (window == windows_.end()) return;
        waiting = std::exchange(window->second, std::nullopt);
        if (!waiting) windows_.erase(window);
    }
    if (!waiting) return;
    // The lane may refuse it at once, and the answer may close the engine, which must not wait for
    // us.
    const InsideEngine inside;
    submit(core_, *std::move(waiting));
    watch(key);
}

void ReceiptWindows::flush_read(ConversationId conversation, UserId user) {
    std::optional<ReceiptRequest> waiting;
    {
        const MutexLock lock(mutex_);
        const auto window = windows_.find({conversation, user, ReceiptKind::read});
        if (window == windows_.end()) return;
        waiting = std::exchange(window->second, std::nullopt);
    }
    if (waiting) submit(core_, *std::move(waiting));
}

void ReceiptWindows::close() {
    timers_.close();
    decltype(windows_) windows;
    {
        const MutexLock lock(mutex_);
        closed_ = true;
        windows = std::exchange(windows_, {});
    }
    for (auto& [key, waiting] : windows) {
        if (waiting) submit(core_, *std::move(waiting));
    }
}

}  // namespace whispr
