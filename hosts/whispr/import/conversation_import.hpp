// Imports a range of conversations with everything that belongs to them. A conversation may take
// several transactions: its messages come first, in their order, and its row says how many are
// there; the last transaction brings what makes it visible (members, policy) and marks it complete.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "import/change_writer.hpp"
#include "import/service_queries.hpp"
#include "import/service_rows.hpp"

namespace whispr_cli {

/// What an import has done so far.
struct ImportCounts {
    std::uint64_t conversations = 0;
    std::uint64_t messages = 0;
    std::uint64_t reports = 0;
    std::uint64_t lost_receipts = 0;  ///< of reading; see ReadingPositions
};

/// Whether all of an imported conversation is in the store.
[[nodiscard]] bool is_complete(const whispr::ConversationRow& row) noexcept;

class ConversationImport {
 public:
    /// `told` is called after each transaction.
    ConversationImport(Source& source, ChangeWriter& writer, ImportCounts& counts,
                       std::function<void()> told)
        : source_(source), writer_(writer), counts_(counts), told_(std::move(told)) {}

    /// `stored` are those of the range that are in the store already, complete or not. Fails with
    /// stale when the source is not what it was when they were written. Some of what was read may
    /// wait in the writer for the next flush.
    [[nodiscard]] whispr::Result<void> run(const ConversationRange& range,
                                           const std::vector<whispr::ConversationRow>& stored);

 private:
    struct Streams;
    struct Progress;

    whispr::Result<void> one(Streams& streams, const whispr::ConversationRow* stored);
    whispr::Result<void> messages(Streams& streams, Progress& progress);
    void belongings(Streams& streams, const Progress& progress, const whispr::MessageRow& message);
    void complete(Streams& streams, Progress& progress);
    whispr::Result<void> flush();

    Source& source_;
    ChangeWriter& writer_;
    ImportCounts& counts_;
    const std::function<void()> told_;
};

}  // namespace whispr_cli
