// A storage around another one that counts what lanes ask for, and fails where the test says so.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "whispr/ports/storage.hpp"

namespace whispr::test {

/// What a test has ordered; empty functions let everything pass. Set them while no step runs.
struct StorageScript {
    std::function<Result<void>(const LockKeys&)> before_begin;
    std::function<Result<void>(const LoadKeys&)> before_load;
    std::function<Result<void>(const ChangeSet&)> before_write;
    std::function<Result<void>()> before_commit;
    std::function<Result<void>()> after_commit;  ///< a failure hides the success
    std::function<void()> before_read;           ///< before any method of a reader
    std::function<Result<void>()> before_due;    ///< before a reader tells what is due
    std::optional<Uuid> epoch;                   ///< instead of the store's own
    Result<void> open_lane;
    Result<void> open_reader;

    std::atomic<int> begins{0};
    std::atomic<int> loads{0};
    std::atomic<int> writes{0};
    std::atomic<int> commits{0};
    std::atomic<int> rollbacks{0};
    std::atomic<int> reads{0};
};

/// `inner` with the script's eyes and faults; both may be used from anywhere.
[[nodiscard]] std::shared_ptr<Storage> make_scripted_storage(std::shared_ptr<Storage> inner,
                                                             std::shared_ptr<StorageScript> script);

}  // namespace whispr::test
