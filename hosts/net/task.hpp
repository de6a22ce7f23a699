// A function without arguments that may own what cannot be copied, kept inline when it is small.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace net {

// Movable, called at most once per call of operator(). An empty one must not be called.
class Task {
 public:
    Task() = default;

    template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, Task>>>
    Task(F&& function) {  // NOLINT(google-explicit-constructor): a lambda is a task
        using Function = std::decay_t<F>;
        if constexpr (sizeof(Function) <= sizeof(storage_) && alignof(Function) <= alignof(void*) &&
                      std::is_nothrow_move_constructible_v<Function>) {
            ::new (static_cast<void*>(storage_)) Function(std::forward<F>(function));
            actions_ = &inline_actions<Function>;
        } else {
            ::new (static_cast<void*>(storage_)) Function*(new Function(std::forward<F>(function)));
            actions_ = &heap_actions<Function>;
        }
    }

    Task(Task&& other) noexcept { take(other); }
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~Task() { reset(); }

    explicit operator bool() const { return actions_ != nullptr; }
    void operator()() { actions_->call(storage_); }

 private:
    struct Actions {
        void (*call)(void*);
        void (*move)(void* from, void* to);
        void (*destroy)(void*);
    };

    template <class F>
    static F& at(void* place) {
        return *std::launder(static_cast<F*>(place));
    }

    template <class F>
    static constexpr Actions inline_actions{[](void* place) { at<F>(place)(); },
                                            [](void* from, void* to) {
                                                ::new (to) F(std::move(at<F>(from)));
                                                at<F>(from).~F();
                                            },
                                            [](void* place) { at<F>(place).~F(); }};

    template <class F>
    static constexpr Actions heap_actions{[](void* place) { (*at<F*>(place))(); },
                                          [](void* from, void* to) { ::new (to) F*(at<F*>(from)); },
                                          [](void* place) { delete at<F*>(place); }};

    void take(Task& other) noexcept {
        actions_ = std::exchange(other.actions_, nullptr);
        if (actions_ != nullptr) actions_->move(other.storage_, storage_);
    }
    void reset() {
        if (actions_ != nullptr) std::exchange(actions_, nullptr)->destroy(storage_);
    }

    const Actions* actions_ = nullptr;
    alignas(void*) std::byte storage_[56];
};

}  // namespace net
