#include "import/importer.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <set>

namespace whispr_cli {

using namespace whispr;

namespace {

/// Conversations whose rows are asked for at once: enough that asking costs nothing, few enough
/// that the source sorts little.
constexpr std::size_t conversations_at_once = 500;
/// Rows without a conversation that one transaction holds.
constexpr std::size_t rows_at_once = 500;

/// Gives a cursor's rows to `take` in groups.
template <class Row, class Read, class Take>
Result<void> in_groups(SourceCursor& cursor, Read read, Take take) {
    while (!cursor.done()) {
        std::vector<Row> group;
        for (; !cursor.done() && group.size() < rows_at_once; cursor.next())
            group.push_back(read(cursor.row()));
        if (auto done = take(std::move(group)); !done) return done;
    }
    return {};
}

struct DirectPair {
    UserPair pair{};
    ConversationId conversation{};
};

}  // namespace

Result<void> Importer::run() {
    for (const auto part :
         {&Importer::conversations, &Importer::pairs, &Importer::reports, &Importer::sender_keys}) {
        if (auto done = (this->*part)(); !done) return done;
        // A failed source looks as if it had come to its end.
        if (source_.failure()) return *source_.failure();
    }
    return {};
}

Result<void> Importer::conversations() {
    ConversationImport import(source_, writer_, counts_, [this] { told_(counts_); });
    std::optional<ConversationId> last;
    for (;;) {
        const Answer answer =
            source_.ask(next_conversations_query(last ? &*last : nullptr, conversations_at_once));
        if (!answer || PQntuples(answer.get()) == 0) break;
        std::vector<ConversationId> ids;
        for (int i = 0; i < PQntuples(answer.get()); ++i)
            ids.push_back(SourceRow(answer.get(), i).id<ConversationId>(0));
        last = ids.back();

        const auto stored = writer_.stored(ids);
        if (!stored) return stored.error();
        // Those that are complete come first, unless the source has got new ones.
        const auto missing = std::find_if(ids.begin(), ids.end(), [&](const ConversationId& id) {
            return std::none_of(stored->begin(), stored->end(), [&](const ConversationRow& row) {
                return row.id == id && is_complete(row);
            });
        });
        if (missing == ids.end()) continue;
        if (auto done = import.run({*missing, ids.back()}, *stored); !done) return done;
        // The next range's question locks: nothing may wait then.
        if (auto done = writer_.flush(); !done) return done;
        told_(counts_);
    }
    return {};
}

Result<void> Importer::pairs() {
    SourceCursor cursor(source_, "pairs_c", pairs_query());
    const auto read = [](const SourceRow& row) {
        return DirectPair{{row.id<UserId>(0), row.id<UserId>(1)}, row.id<ConversationId>(2)};
    };
    return in_groups<DirectPair>(cursor, read, [&](const std::vector<DirectPair>& group) {
        LockKeys keys;
        for (const DirectPair& one : group) {
            keys.pairs.push_back(one.pair);
            keys.conversations.push_back(one.conversation);
        }
        return writer_.flush(keys, {}, [&](const Locked& locked, const Loaded&, ChangeSet& out) {
            std::set<UserPair> there;
            for (const auto& [pair, conversation] : locked.pairs)
                there.insert(pair);
            for (const DirectPair& one : group) {
                if (!there.contains(one.pair))
                    out.pairs_created.emplace_back(one.pair, one.conversation);
            }
        });
    });
}

Result<void> Importer::reports() {
    SourceCursor cursor(source_, "reports_c", reports_query(), 100);
    return in_groups<ReportRow>(cursor, report_of, [&](const std::vector<ReportRow>& group) {
        LoadKeys keys;
        for (const ReportRow& row : group)
            keys.moderation.reports.push_back(row.report.id);
        return writer_.flush({}, keys, [&](const Locked&, const Loaded& loaded, ChangeSet& out) {
            std::set<ReportId> there;
            for (const ReportRow& row : loaded.moderation.reports)
                there.insert(row.report.id);
            for (const ReportRow& row : group) {
                if (!there.contains(row.report.id)) out.moderation.reports_created.push_back(row);
            }
            counts_.reports += out.moderation.reports_created.size();
        });
    });
}

Result<void> Importer::sender_keys() {
    SourceCursor cursor(source_, "keys_c", sender_keys_query());
    return in_groups<SenderKeyRow>(
        cursor, sender_key_of, [&](const std::vector<SenderKeyRow>& group) {
            LoadKeys keys;
            for (const SenderKeyRow& row : group)
                keys.sender_keys.of.push_back(row.user);
            return writer_.flush({}, keys,
                                 [&](const Locked&, const Loaded& loaded, ChangeSet& out) {
                                     std::set<std::pair<UserId, std::string>> there;
                                     for (const SenderKeyRow& row : loaded.sender_keys.of)
                                         there.emplace(row.user, row.key.public_key);
                                     for (const SenderKeyRow& row : group) {
                                         if (!there.contains({row.user, row.key.public_key}))
                                             out.sender_keys.created.push_back(row);
                                     }
                                 });
        });
}

}  // namespace whispr_cli
