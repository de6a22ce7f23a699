#include <algorithm>

#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

ReportRow report(std::uint64_t number, UserId reporter, UserId reported, Time when) {
    ReportRow row;
    row.report.id = id<ReportId>(number);
    row.report.reporter = reporter;
    row.report.reported = reported;
    row.report.category = ReportCategory::spam;
    row.report.description = "what he said ☀";
    row.report.evidence = R"({"message_id":"x"})";
    row.report.created_at = when;
    row.report.updated_at = when;
    return row;
}

std::string text(const Report& row) {
    std::string joined = row.id.to_string().substr(24) + " " + row.reporter.to_string().substr(32) +
                         ">" + row.reported.to_string().substr(32) + " " +
                         std::string(to_string(row.category)) + " " +
                         std::string(to_string(row.status)) + " " + row.description + " " +
                         row.evidence + (row.auto_escalated ? " escalated " : " ") +
                         std::to_string(row.created_at.time_since_epoch().count()) + " " +
                         std::to_string(row.updated_at.time_since_epoch().count());
    if (row.conversation) joined += " in " + row.conversation->to_string();
    if (row.message) joined += " of " + row.message->to_string();
    if (row.resolution) {
        joined += " " + row.resolution->action + " by " + row.resolution->resolved_by.to_string() +
                  " " + row.resolution->notes + " " +
                  std::to_string(row.resolution->resolved_at.time_since_epoch().count());
    }
    return joined;
}

ModerationReader& moderation(Store& store) {
    return store.reader().concepts().moderation;
}

void file(Store& store, const std::vector<ReportRow>& rows) {
    ChangeSet changes;
    changes.moderation.reports_created = rows;
    store.put({}, changes);
}

LoadedModeration load(Store& store, const ModerationKeys& keys,
                      const std::vector<ConversationId>& held = {}) {
    store.begin({.conversations = held});
    LoadKeys all;
    all.moderation = keys;
    LoadedModeration loaded = store.load(all).moderation;
    store.lane().rollback();
    return loaded;
}

std::vector<std::uint64_t> numbers(const std::vector<Report>& reports) {
    std::vector<std::uint64_t> found;
    for (const Report& row : reports)
        found.push_back(row.id.uuid.bytes[15]);
    return found;
}

SanctionRow sanction(std::uint64_t number, UserId of, SanctionType type, Time when) {
    return {.id = id<SanctionId>(number),
            .user = of,
            .type = type,
            .reason = "because",
            .issued_by = user(9),
            .expires_at = std::nullopt,
            .lifted = false,
            .created_at = when};
}

std::vector<std::uint64_t> numbers(const std::vector<SanctionRow>& rows) {
    std::vector<std::uint64_t> found;
    for (const SanctionRow& row : rows)
        found.push_back(row.id.uuid.bytes[15]);
    return found;
}

}  // namespace

TEMPLATE_TEST_CASE("a report comes back as it was filed", "[storage]", WHISPR_STORES) {
    TestType store;
    ReportRow full = report(1, user(1), user(2), at(5));
    full.report.conversation = id<ConversationId>(77);
    full.report.message = id<MessageId>(78);
    full.report.auto_escalated = true;
    full.op_id = id<OpId>(4);
    const ReportRow bare = report(2, user(1), user(2), at(6));
    file(store, {full, bare});
    store.reopen();
    for (const ReportRow& row : {full, bare}) {
        const auto found = take(moderation(store).report(row.report.id));
        REQUIRE(found);
        CHECK(text(*found) == text(row.report));
    }
    CHECK_FALSE(take(moderation(store).report(id<ReportId>(404))));
    const LoadedModeration loaded =
        load(store, {.reports = {bare.report.id},
                     .operations = {{user(1), id<OpId>(4)}, {user(2), id<OpId>(4)}}});
    REQUIRE(loaded.reports.size() == 2);
    CHECK(text(loaded.reports[0].report) == text(bare.report));
    CHECK(text(loaded.reports[1].report) == text(full.report));
    CHECK(loaded.reports[1].op_id == full.op_id);
}

TEMPLATE_TEST_CASE("a resolution is written, and what was filed stays", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ReportRow row = report(1, user(1), user(2), at(5));
    file(store, {row});
    row.report.status = ReportStatus::resolved_dismissed;
    row.report.updated_at = at(9);
    row.report.resolution = Resolution{"dismiss", user(3), at(9), "nothing in it"};
    ChangeSet changes;
    changes.moderation.reports_changed = {row};
    store.put({}, changes);
    store.reopen();
    CHECK(text(*take(moderation(store).report(row.report.id))) == text(row.report));
    changes.moderation.reports_changed = {report(404, user(1), user(2), at(5))};
    CHECK(store.refused({}, changes).code == Errc::internal);
}

TEMPLATE_TEST_CASE("reports of a reporter since a moment come without their texts", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    file(store, {report(1, user(1), user(2), at(1)), report(2, user(1), user(3), at(2)),
                 report(3, user(1), user(3), at(3)), report(4, user(2), user(3), at(3))});
    const auto loaded = load(store, {.filed_by = {{user(1), at(2)}, {user(5), at(0)}}});
    std::vector<Report> filed;
    for (const ReportRow& row : loaded.filed) {
        CHECK(row.report.reporter == user(1));
        CHECK(row.report.description.empty());
        CHECK(row.report.evidence == "{}");
        filed.push_back(row.report);
    }
    auto found = numbers(filed);
    std::sort(found.begin(), found.end());
    CHECK(found == std::vector<std::uint64_t>{2, 3});
}

TEMPLATE_TEST_CASE("each reporter of a user comes once, with the newest report", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    file(store, {report(1, user(1), user(9), at(1)), report(2, user(1), user(9), at(7)),
                 report(3, user(2), user(9), at(2)), report(4, user(3), user(9), at(1)),
                 report(5, user(3), user(8), at(5))});
    auto reporters = load(store, {.about = {{user(9), at(2)}}}).reporters;
    std::sort(reporters.begin(), reporters.end(),
              [](const Reporter& a, const Reporter& b) { return a.reporter < b.reporter; });
    REQUIRE(reporters.size() == 2);
    CHECK(reporters[0].reported == user(9));
    CHECK(reporters[0].reporter == user(1));
    CHECK(reporters[0].newest == at(7));
    CHECK(reporters[1].reporter == user(2));
}

TEMPLATE_TEST_CASE("an operation files one report, and a message has one open report of a user",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ReportRow first = report(1, user(1), user(2), at(1));
    first.op_id = id<OpId>(1);
    first.report.message = id<MessageId>(5);
    file(store, {first});
    const auto refuses = [&](const ReportRow& row) {
        ChangeSet changes;
        changes.moderation.reports_created = {row};
        return store.refused({}, changes).code == Errc::already_exists;
    };
    ReportRow same_op = report(2, user(1), user(3), at(2));
    same_op.op_id = first.op_id;
    CHECK(refuses(same_op));
    ReportRow same_message = report(3, user(1), user(2), at(2));
    same_message.report.message = first.report.message;
    CHECK(refuses(same_message));
    ReportRow of_another = report(4, user(3), user(2), at(2));
    of_another.report.message = first.report.message;
    of_another.op_id = first.op_id;
    file(store, {of_another});
    // The same batch resolves the first one, which makes room.
    first.report.status = ReportStatus::resolved_action;
    first.report.resolution = Resolution{"warn", user(9), at(3), ""};
    ChangeSet changes;
    changes.moderation.reports_changed = {first};
    changes.moderation.reports_created = {same_message};
    store.put({}, changes);
    CHECK(take(moderation(store).report(same_message.report.id)));
}

TEMPLATE_TEST_CASE("reports are listed newest first, by reporter, status and category", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    std::vector<ReportRow> rows;
    for (std::uint64_t i = 1; i <= 6; ++i) {
        // Two at a time, which their ids then order.
        rows.push_back(report(i, user(1 + i % 2), user(7), at(static_cast<std::int64_t>(i / 2))));
        rows.back().report.category = i <= 3 ? ReportCategory::nudity : ReportCategory::other;
        rows.back().report.status = i == 2 ? ReportStatus::under_review : ReportStatus::pending;
    }
    file(store, rows);
    const auto listed = [&](const ReportQuery& query) {
        return numbers(take(moderation(store).reports(query)));
    };
    using Numbers = std::vector<std::uint64_t>;
    CHECK(listed({}) == Numbers{6, 5, 4, 3, 2, 1});
    CHECK(listed({.limit = 2, .offset = 1}) == Numbers{5, 4});
    CHECK(listed({.offset = 6}).empty());
    CHECK(listed({.reporter = user(1)}) == Numbers{6, 4, 2});
    CHECK(listed({.reporter = user(1), .status = ReportStatus::pending}) == Numbers{6, 4});
    CHECK(listed({.status = ReportStatus::pending}) == Numbers{6, 5, 4, 3, 1});
    CHECK(listed({.status = ReportStatus::pending, .category = ReportCategory::nudity}) ==
          Numbers{3, 1});
    CHECK(listed({.category = ReportCategory::nudity, .limit = 2}) == Numbers{3, 2});
}

TEMPLATE_TEST_CASE("facts of reports come oldest first since a moment", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ReportRow here = report(1, user(1), user(2), at(5));
    here.report.conversation = id<ConversationId>(3);
    here.report.status = ReportStatus::resolved_action;
    here.report.updated_at = at(8);
    file(store, {report(3, user(3), user(2), at(6)), here, report(2, user(1), user(2), at(4))});
    const auto facts = take(moderation(store).report_facts(at(5)));
    REQUIRE(facts.size() == 2);
    CHECK(facts[0].reporter == user(1));
    CHECK(facts[0].reported == user(2));
    CHECK(facts[0].conversation == here.report.conversation);
    CHECK(facts[0].category == ReportCategory::spam);
    CHECK(facts[0].status == ReportStatus::resolved_action);
    CHECK(facts[0].created_at == at(5));
    CHECK(facts[0].updated_at == at(8));
    CHECK(facts[1].reporter == user(3));
    CHECK_FALSE(facts[1].conversation);
}

TEMPLATE_TEST_CASE("sanctions are those of a conversation, until they are lifted or over",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    const ConversationRow other = store.create(2, {user(1), user(2)});
    SanctionRow over = sanction(1, user(1), SanctionType::mute, at(1));
    over.expires_at = at(10);
    SanctionRow lifted = sanction(2, user(1), SanctionType::mute, at(2));
    const SanctionRow kick = sanction(3, user(2), SanctionType::kick, at(3));
    const SanctionRow elsewhere = sanction(4, user(1), SanctionType::shadow_restrict, at(4));
    ChangeSet changes;
    changes.moderation.sanctions_created = {{row.id, over, true},
                                            {row.id, lifted, true},
                                            {row.id, kick, true},
                                            {other.id, elsewhere, true}};
    store.put({row, other}, changes);
    lifted.lifted = true;
    ChangeSet later;
    later.moderation.sanctions_changed = {{row.id, lifted, false}};
    store.put({row}, later);
    store.reopen();
    auto& reader = moderation(store);
    using Numbers = std::vector<std::uint64_t>;
    CHECK(numbers(take(reader.sanctions(row.no, at(9)))) == Numbers{3, 1});
    CHECK(numbers(take(reader.sanctions(row.no, at(10)))) == Numbers{3});
    const auto found = take(reader.sanctions(row.no, at(9)));
    CHECK(found[1].user == user(1));
    CHECK(found[1].type == SanctionType::mute);
    CHECK(found[1].reason == "because");
    CHECK(found[1].issued_by == user(9));
    CHECK(found[1].expires_at == at(10));
    CHECK(found[1].created_at == at(1));
    CHECK_FALSE(found[0].expires_at);
    CHECK(take(reader.locate_sanction(elsewhere.id)) == other.id);
    CHECK_FALSE(take(reader.locate_sanction(id<SanctionId>(404))));
}

TEMPLATE_TEST_CASE("a sanction that is named in two ways is loaded once", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    SanctionRow lifted = sanction(2, user(1), SanctionType::mute, at(2));
    lifted.lifted = true;
    ChangeSet changes;
    changes.moderation.sanctions_created = {
        {row.id, sanction(1, user(1), SanctionType::mute, at(1)), true},
        {row.id, lifted, true},
        {row.id, sanction(3, user(2), SanctionType::mute, at(1)), true}};
    store.put({row}, changes);
    const auto loaded = [&](const ModerationKeys& keys) {
        std::vector<std::uint64_t> found;
        for (const auto& [no, one] : load(store, keys, {row.id}).sanctions) {
            CHECK(no == row.no);
            found.push_back(one.id.uuid.bytes[15]);
        }
        std::sort(found.begin(), found.end());
        return found;
    };
    using Numbers = std::vector<std::uint64_t>;
    CHECK(loaded({.sanctions_of = {{row.no, user(1)}}}) == Numbers{1});
    CHECK(loaded({.sanctions_of = {{row.no, user(1)}},
                  .sanctions = {{row.no, id<SanctionId>(1)}, {row.no, id<SanctionId>(2)}}}) ==
          Numbers{1, 2});
    ChangeSet again;
    again.moderation.sanctions_created = {
        {row.id, sanction(1, user(1), SanctionType::mute, at(1)), true}};
    CHECK(store.refused({row}, again).code == Errc::already_exists);
    ChangeSet nowhere;
    nowhere.moderation.sanctions_changed = {
        {row.id, sanction(404, user(1), SanctionType::mute, at(1)), false}};
    CHECK(store.refused({row}, nowhere).code == Errc::internal);
}

TEMPLATE_TEST_CASE("an answer to a shadowed message shows it to the shadowed one alone",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    MessageRow shadowed;
    shadowed.shadowed = true;
    store.send(row, user(1), shadowed);
    MessageRow answer;
    answer.reply_to_mseq = 1;
    store.send(row, user(1), answer);
    const auto replied = [&](UserId reader) {
        const PageRows page = store.page({.no = row.no, .reader = reader, .now = at(0)});
        const PageRows named = take(store.reader().messages(row.no, {2}, reader));
        CHECK(page.replied.size() == named.replied.size());
        return page.replied.size();
    };
    CHECK(replied(user(1)) == 1);
    CHECK(replied(user(2)) == 0);
    CHECK(take(store.reader().messages(row.no, {2}, system_user)).replied.size() == 1);
}

TEMPLATE_TEST_CASE("a hidden conversation does not come back for a shadowed message", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(2), 2);
    ChangeSet hide;
    for (const UserId member : {user(1), user(2)}) {
        MembershipRow membership;
        membership.user = member;
        membership.hidden_mseq = row.mseq;
        hide.memberships.push_back({row.id, membership, false});
    }
    store.put({row}, hide);
    const auto listed = [&](UserId reader) {
        return store.list({.user = reader, .now = at(0)}).size();
    };
    CHECK(listed(user(1)) == 0);
    MessageRow shadowed;
    shadowed.shadowed = true;
    store.send(row, user(1), shadowed);
    CHECK(listed(user(1)) == 1);
    CHECK(listed(user(2)) == 0);
    store.send(row, user(1));
    CHECK(listed(user(2)) == 1);
}
