#include "search/index_command.hpp"

#include <utility>

#include "engine/working_set.hpp"
#include "search/message_words.hpp"

namespace whispr {

namespace {

std::size_t bytes_of(const IndexWork& work) {
    std::size_t bytes = 256;
    for (const MessageWords& words : work.words)
        bytes += 64 + words.words.size();
    return bytes;
}

// What was read before it got here may have changed meanwhile. That is no harm: the cursor says
// as of which change it was read, so that the next run reads it again.
class Index final : public Command {
 public:
    Index(IndexWork work, std::function<void(const Result<void>&)> done)
        : Command(work.reached.conversation, bytes_of(work)),
          work_(std::move(work)),
          done_(std::move(done)) {}

    void apply(WorkingSet& set) override {
        if (set.conversation(conversation()) == nullptr) return;
        auto& [words, cursors] = set.search;
        words.insert(words.end(), work_.words.begin(), work_.words.end());
        cursors.push_back(work_.reached);
    }
    bool answer() override {
        done_({});
        return true;
    }
    void fail(const Error& error) override { done_(error); }

 private:
    const IndexWork work_;
    const std::function<void(const Result<void>&)> done_;
};

}  // namespace

std::unique_ptr<Command> make_index_command(IndexWork work,
                                            std::function<void(const Result<void>&)> done) {
    return std::make_unique<Index>(std::move(work), std::move(done));
}

IndexWork next_index_work(const UnindexedMessages& messages, std::size_t limit,
                          std::size_t words_bytes) {
    IndexWork work;
    work.reached = messages.indexed;
    work.reached.conversation = messages.newest.conversation;
    std::size_t bytes = 0;
    const auto take = [&](const MessageRow& row) {
        if (bytes >= words_bytes) return false;
        work.words.push_back({work.reached.conversation, row.mseq, words_of(row)});
        bytes += work.words.back().words.size();
        return true;
    };
    work.complete = false;
    for (const MessageRow& row : messages.changed) {
        if (!take(row)) return work;
        work.reached.eseq = row.last_eseq;
    }
    if (messages.changed.size() >= limit) return work;
    // All that changed is done, and what follows is read as it is now.
    work.reached.eseq = messages.newest.eseq;
    for (const MessageRow& row : messages.created) {
        if (!take(row)) return work;
        work.reached.mseq = row.mseq;
    }
    if (messages.changed.size() + messages.created.size() >= limit) return work;
    work.reached.mseq = messages.newest.mseq;
    work.complete = true;
    return work;
}

}  // namespace whispr
