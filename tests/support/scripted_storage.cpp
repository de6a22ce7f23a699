#include "support/scripted_storage.hpp"

#include <utility>

namespace whispr::test {

namespace {

class ScriptedLane final : public LaneStorage {
 public:
    ScriptedLane(std::unique_ptr<LaneStorage> inner, std::shared_ptr<StorageScript> script)
        : inner_(std::move(inner)), script_(std::move(script)) {}

    Result<Locked> begin(const LockKeys& keys) override {
        ++script_->begins;
        if (const auto fault = run(script_->before_begin, keys); !fault) return fault.error();
        return inner_->begin(keys);
    }
    Result<Loaded> load(const LoadKeys& keys) override {
        ++script_->loads;
        if (const auto fault = run(script_->before_load, keys); !fault) return fault.error();
        return inner_->load(keys);
    }
    Result<void> write(const ChangeSet& changes) override {
        ++script_->writes;
        if (const auto fault = run(script_->before_write, changes); !fault) return fault;
        return inner_->write(changes);
    }
    Result<void> commit() override {
        ++script_->commits;
        if (const auto fault = run(script_->before_commit); !fault) {
            inner_->rollback();
            return fault;
        }
        const auto committed = inner_->commit();
        if (!committed) return committed;
        return run(script_->after_commit);
    }
    void rollback() noexcept override {
        ++script_->rollbacks;
        inner_->rollback();
    }

 private:
    template <class... Arguments>
    static Result<void> run(const std::function<Result<void>(const Arguments&...)>& order,
                            const Arguments&... arguments) {
        return order ? order(arguments...) : Result<void>();
    }

    const std::unique_ptr<LaneStorage> inner_;
    const std::shared_ptr<StorageScript> script_;
};

class ScriptedDue final : public DueReader {
 public:
    ScriptedDue(DueReader& inner, std::shared_ptr<StorageScript> script)
        : inner_(inner), script_(std::move(script)) {}

    Result<std::optional<Time>> next_due() override { return inner_.next_due(); }
    Result<std::vector<DueSchedule>> due_schedules(Time now, std::size_t limit) override {
        if (script_->before_due) {
            if (const auto fault = script_->before_due(); !fault) return fault.error();
        }
        return inner_.due_schedules(now, limit);
    }
    Result<std::vector<ExpiredMessage>> expired_messages(Time now, std::size_t limit) override {
        return inner_.expired_messages(now, limit);
    }

 private:
    DueReader& inner_;
    const std::shared_ptr<StorageScript> script_;
};

class ScriptedReader final : public ReadStorage {
 public:
    ScriptedReader(std::unique_ptr<ReadStorage> inner, std::shared_ptr<StorageScript> script)
        : inner_(std::move(inner)), script_(std::move(script)) {}

    Result<std::vector<std::pair<MessageId, std::pair<ConversationId, Mseq>>>> locate(
        const std::vector<MessageId>& messages) override {
        look();
        return inner_->locate(messages);
    }
    Result<std::optional<Access>> access(ConversationId conversation, UserId user) override {
        look();
        return inner_->access(conversation, user);
    }
    Result<PageRows> page(const PageQuery& query) override {
        look();
        return inner_->page(query);
    }
    Result<PageRows> messages(std::int64_t no, const std::vector<Mseq>& mseqs,
                              UserId reader) override {
        look();
        return inner_->messages(no, mseqs, reader);
    }
    Result<std::vector<std::pair<ConversationId, Eseq>>> eseqs(
        const std::vector<ConversationId>& conversations) override {
        return inner_->eseqs(conversations);
    }
    Result<std::vector<MemberRow>> members(std::int64_t no) override {
        look();
        return inner_->members(no);
    }
    Result<std::vector<ListedConversation>> list(const ListQuery& query) override {
        look();
        return inner_->list(query);
    }
    Result<std::uint32_t> unread(std::int64_t no, UserId user, Time now) override {
        look();
        return inner_->unread(no, user, now);
    }
    Result<ChangeRows> changes(const ChangesQuery& query) override {
        look();
        return inner_->changes(query);
    }
    ConceptReaders concepts() noexcept override {
        look();
        const ConceptReaders inner = inner_->concepts();
        return {inner.pins,       inner.attachments, inner.drafts, inner.schedules, due_,
                inner.moderation, inner.sender_keys, inner.search, inner.uploads};
    }

 private:
    void look() {
        ++script_->reads;
        if (script_->before_read) script_->before_read();
    }

    const std::unique_ptr<ReadStorage> inner_;
    const std::shared_ptr<StorageScript> script_;
    ScriptedDue due_{inner_->concepts().due, script_};
};

class ScriptedStorage final : public Storage {
 public:
    ScriptedStorage(std::shared_ptr<Storage> inner, std::shared_ptr<StorageScript> script)
        : inner_(std::move(inner)), script_(std::move(script)) {}

    std::size_t lanes() const noexcept override { return inner_->lanes(); }
    Result<std::unique_ptr<LaneStorage>> open_lane() override {
        if (!script_->open_lane) return script_->open_lane.error();
        auto lane = inner_->open_lane();
        if (!lane) return lane.error();
        return std::unique_ptr<LaneStorage>(
            std::make_unique<ScriptedLane>(*std::move(lane), script_));
    }
    Result<std::unique_ptr<ReadStorage>> open_reader() override {
        if (!script_->open_reader) return script_->open_reader.error();
        auto reader = inner_->open_reader();
        if (!reader) return reader.error();
        return std::unique_ptr<ReadStorage>(
            std::make_unique<ScriptedReader>(*std::move(reader), script_));
    }
    Uuid epoch() const noexcept override { return script_->epoch.value_or(inner_->epoch()); }
    Result<void> ping() override { return inner_->ping(); }

 private:
    const std::shared_ptr<Storage> inner_;
    const std::shared_ptr<StorageScript> script_;
};

}  // namespace

std::shared_ptr<Storage> make_scripted_storage(std::shared_ptr<Storage> inner,
                                               std::shared_ptr<StorageScript> script) {
    return std::make_shared<ScriptedStorage>(std::move(inner), std::move(script));
}

}  // namespace whispr::test
