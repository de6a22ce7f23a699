// One run of the indexer: some conversations, as much of each as the run's bounds allow.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/mutex.hpp"
#include "search/index_command.hpp"
#include "search/indexer.hpp"

namespace whispr {

class Core;
class ReadStorage;

class Indexer::Run : public std::enable_shared_from_this<Run> {
 public:
    /// `ended` is called once, on any thread. `scan`: conversations beyond this number that are
    /// behind are looked for, in place of named ones.
    Run(Core& core, std::vector<ConversationId> conversations, std::optional<std::int64_t> scan,
        std::function<void(const Run&)> ended)
        : core_(core),
          conversations_(std::move(conversations)),
          scan_(scan),
          ended_(std::move(ended)) {}

    void start();

    // Once it has ended:
    /// How far conversations are indexed now.
    [[nodiscard]] const std::vector<SearchCursor>& reached() const noexcept { return reached_; }
    /// Those with more to do.
    [[nodiscard]] const std::vector<ConversationId>& left() const noexcept { return left_; }
    /// Where the scan goes on; nothing when there was none or it has come to the end.
    [[nodiscard]] const std::optional<std::int64_t>& scan() const noexcept { return scan_; }
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
    void read(ReadStorage& storage);
    Result<void> find_behind(ReadStorage& storage);
    std::vector<IndexWork> collect(ReadStorage& storage);
    void submit(std::vector<IndexWork> work);
    void written(const SearchCursor& reached, bool complete, const Result<void>& result);
    void fail(const Error& error);

    Core& core_;
    std::vector<ConversationId> conversations_;
    std::optional<std::int64_t> scan_;
    const std::function<void(const Run&)> ended_;
    Mutex mutex_;  ///< several lanes may answer at once
    std::size_t writing_ = 0;
    std::vector<SearchCursor> reached_;
    std::vector<ConversationId> left_;
    std::optional<Error> error_;
};

}  // namespace whispr
