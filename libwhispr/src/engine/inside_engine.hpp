// Knows whether the present thread is inside a callback of an engine, where waiting for the engine
// would never end.
#pragma once

namespace whispr {

class InsideEngine {
 public:
    InsideEngine() noexcept { ++depth_; }
    ~InsideEngine() { --depth_; }
    InsideEngine(const InsideEngine&) = delete;
    InsideEngine& operator=(const InsideEngine&) = delete;

    [[nodiscard]] static bool here() noexcept { return depth_ > 0; }

 private:
    static inline thread_local int depth_ = 0;
};

}  // namespace whispr
