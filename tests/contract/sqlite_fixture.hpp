// A SQLite file under test that can be opened with options of the test's own, and looked at from
// outside.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage_contract.hpp"

namespace whispr::test {

class SqliteFixture {
    TemporaryFolder folder_;

 public:
    [[nodiscard]] std::string path() const { return folder_.file("test.db"); }
    [[nodiscard]] Result<std::shared_ptr<Storage>> try_open();
    void open();
    void close();
    /// Runs SQL on the closed file, as another program would.
    void run(const std::string& sql);
    /// The first column of the first row.
    std::string ask(const std::string& sql);

    /// One more message of the only conversation, which the first call makes; the error when it is
    /// not stored.
    std::optional<Error> send(std::string content = "content");
    /// Numbers of the messages that are stored, in order.
    std::vector<Mseq> stored();

    SqliteOptions options{.path = path()};
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::shared_ptr<Storage> storage;
    std::unique_ptr<LaneStorage> lane;
    std::unique_ptr<ReadStorage> reader;
};

}  // namespace whispr::test
