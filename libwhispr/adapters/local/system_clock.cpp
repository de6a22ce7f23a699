#include "whispr/adapters/local.hpp"

namespace whispr {

namespace {

class SystemClock final : public Clock {
 public:
    Time now() noexcept override {
        return std::chrono::time_point_cast<std::chrono::microseconds>(
            std::chrono::system_clock::now());
    }
};

}  // namespace

std::shared_ptr<Clock> make_system_clock() {
    return std::make_shared<SystemClock>();
}

}  // namespace whispr
