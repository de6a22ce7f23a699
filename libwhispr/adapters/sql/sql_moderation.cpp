// Reports and sanctions.
#include <algorithm>
#include <array>

#include "sql_concepts.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement load_reports{"load reports", "id uuid",
                                 "SELECT {report} FROM {keys} reports p WHERE p.id = $id"};

constexpr Statement load_operations{
    "load reports of operations", "reporter uuid, op_id uuid",
    "SELECT {report} FROM {keys} reports p WHERE p.reporter = $reporter AND p.op_id = $op_id"};

// Without their texts, which are large: they are only counted.
constexpr Statement load_filed{"load reports filed lately", "reporter uuid, since bigint",
                               "SELECT {report_head} FROM {keys} reports p "
                               "WHERE p.reporter = $reporter AND p.created_at >= $since"};

constexpr Statement load_reporters{
    "load reporters", "reported uuid, since bigint",
    "SELECT p.reported, p.reporter, max(p.created_at) FROM {keys} reports p "
    "WHERE p.reported = $reported AND p.created_at >= $since GROUP BY p.reported, p.reporter"};

constexpr Statement create_reports{
    "create reports",
    "id uuid, reporter uuid, reported uuid, conversation_id uuid, message_id uuid, op_id uuid, "
    "category small, status small, auto_escalated bool, created_at bigint, updated_at bigint, "
    "resolved_by uuid, resolved_at bigint, resolution_action text, resolution_notes text, "
    "description text, evidence text",
    "INSERT INTO reports (id, reporter, reported, conversation_id, message_id, op_id, category, "
    "status, auto_escalated, created_at, updated_at, resolved_by, resolved_at, "
    "resolution_action, resolution_notes, description, evidence) "
    "{values} $id, $reporter, $reported, $conversation_id, $message_id, $op_id, $category, "
    "$status, $auto_escalated, $created_at, $updated_at, $resolved_by, $resolved_at, "
    "$resolution_action, $resolution_notes, $description, $evidence {/values}"};

constexpr Statement change_reports{
    "change reports",
    "id uuid, status small, updated_at bigint, resolved_by uuid, resolved_at bigint, "
    "resolution_action text, resolution_notes text",
    "UPDATE reports SET status = $status, updated_at = $updated_at, resolved_by = $resolved_by, "
    "resolved_at = $resolved_at, resolution_action = $resolution_action, "
    "resolution_notes = $resolution_notes {from_keys} WHERE reports.id = $id"};

constexpr Statement load_sanctions_of{"load sanctions of members", "no bigint, user_id uuid",
                                      "SELECT {sanction} FROM {keys} sanctions x "
                                      "WHERE x.no = $no AND x.user_id = $user_id AND NOT x.lifted"};

constexpr Statement load_sanctions{
    "load sanctions", "no bigint, id uuid",
    "SELECT {sanction} FROM {keys} sanctions x WHERE x.no = $no AND x.id = $id"};

constexpr Statement create_sanctions{
    "create sanctions",
    "no bigint, id uuid, user_id uuid, type small, lifted bool, issued_by uuid, "
    "expires_at bigint, created_at bigint, reason text",
    "INSERT INTO sanctions (no, id, user_id, type, lifted, issued_by, expires_at, created_at, "
    "reason) {values} $no, $id, $user_id, $type, $lifted, $issued_by, $expires_at, $created_at, "
    "$reason {/values}"};

constexpr Statement change_sanctions{"change sanctions", "no bigint, id uuid, lifted bool",
                                     "UPDATE sanctions SET lifted = $lifted {from_keys} "
                                     "WHERE sanctions.no = $no AND sanctions.id = $id"};

// Three ways to find a page of reports, each by an index of its own.
constexpr auto list_keys =
    "reporter uuid, status small, category small, max_rows bigint, skipped bigint";

constexpr Statement list_own{
    "list a user's reports", list_keys,
    "SELECT {report} FROM {keys} {lateral} (SELECT * FROM reports p "
    "WHERE p.reporter = $reporter AND ($status IS NULL OR p.status = $status) "
    "AND ($category IS NULL OR p.category = $category) "
    "ORDER BY p.created_at DESC, p.id DESC LIMIT $max_rows OFFSET $skipped) p "
    "ORDER BY p.created_at DESC, p.id DESC"};

constexpr Statement list_queue{
    "list reports by status", list_keys,
    "SELECT {report} FROM {keys} {lateral} (SELECT * FROM reports p "
    "WHERE $reporter IS NULL AND p.status = $status "
    "AND ($category IS NULL OR p.category = $category) "
    "ORDER BY p.created_at DESC, p.id DESC LIMIT $max_rows OFFSET $skipped) p "
    "ORDER BY p.created_at DESC, p.id DESC"};

constexpr Statement list_all{
    "list reports", list_keys,
    "SELECT {report} FROM {keys} {lateral} (SELECT * FROM reports p "
    "WHERE $reporter IS NULL AND $status IS NULL "
    "AND ($category IS NULL OR p.category = $category) "
    "ORDER BY p.created_at DESC, p.id DESC LIMIT $max_rows OFFSET $skipped) p "
    "ORDER BY p.created_at DESC, p.id DESC"};

constexpr Statement read_facts{
    "read facts of reports", "since bigint",
    "SELECT p.reporter, p.reported, p.category, p.status, p.created_at, p.updated_at, "
    "p.conversation_id FROM {keys} reports p WHERE p.created_at >= $since "
    "ORDER BY p.created_at, p.id"};

constexpr Statement list_sanctions{
    "list sanctions", "no bigint, present bigint",
    "SELECT {sanction} FROM {keys} sanctions x WHERE x.no = $no AND NOT x.lifted "
    "AND (x.expires_at IS NULL OR x.expires_at > $present) "
    "ORDER BY x.created_at DESC, x.id DESC"};

constexpr Statement find_sanction{"locate a sanction", "id uuid",
                                  "SELECT c.id FROM {keys} sanctions x "
                                  "JOIN conversations c ON c.no = x.no WHERE x.id = $id"};

constexpr std::array statements{
    &load_reports,     &load_operations,  &load_filed,        &load_reporters,
    &create_reports,   &change_reports,   &load_sanctions_of, &load_sanctions,
    &create_sanctions, &change_sanctions, &list_own,          &list_queue,
    &list_all,         &read_facts,       &list_sanctions,    &find_sanction};

template <class Kind>
std::optional<Kind> optional_id(Columns& columns) {
    if (const auto found = columns.optional_uuid()) return Kind{*found};
    return std::nullopt;
}

ReportRow read_head(Columns& columns) {
    ReportRow row;
    Report& report = row.report;
    columns.id(report.id);
    columns.id(report.reporter);
    columns.id(report.reported);
    report.category = static_cast<ReportCategory>(columns.number());
    report.status = static_cast<ReportStatus>(columns.number());
    report.auto_escalated = columns.boolean();
    report.created_at = columns.time();
    report.updated_at = columns.time();
    report.conversation = optional_id<ConversationId>(columns);
    report.message = optional_id<MessageId>(columns);
    row.op_id = optional_id<OpId>(columns);
    if (columns.next_is_null()) {
        columns.skip(4);
    } else {
        Resolution& resolution = report.resolution.emplace();
        columns.id(resolution.resolved_by);
        resolution.resolved_at = columns.time();
        resolution.action = columns.text();
        resolution.notes = columns.text();
    }
    return row;
}

ReportRow read_report(Columns& columns) {
    ReportRow row = read_head(columns);
    row.report.description = columns.text();
    row.report.evidence = columns.text();
    return row;
}

std::pair<std::int64_t, SanctionRow> read_sanction(Columns& columns) {
    std::pair<std::int64_t, SanctionRow> numbered;
    auto& [no, row] = numbered;
    no = columns.number();
    columns.id(row.id);
    columns.id(row.user);
    row.type = static_cast<SanctionType>(columns.number());
    row.lifted = columns.boolean();
    columns.id(row.issued_by);
    row.created_at = columns.time();
    row.expires_at = columns.optional_time();
    row.reason = columns.text();
    return numbered;
}

/// A field of the resolution, or null where there is none.
template <class Field>
Value resolved(const Report& report, Field Resolution::*field) {
    if (!report.resolution) return {std::optional<std::int64_t>()};
    return {(*report.resolution).*field};
}

class Reader final : public ModerationReader {
 public:
    explicit Reader(Reading reading) : reading_(reading) {}

    Result<std::optional<Report>> report(ReportId id) override {
        std::optional<Report> found;
        reading_.keys.row(id);
        const auto done = reading_.run(load_reports, [&](const Row& row) {
            Columns columns(row);
            found = read_report(columns).report;
        });
        if (!done) return done.error();
        return found;
    }

    Result<std::vector<Report>> reports(const ReportQuery& query) override {
        std::vector<Report> found;
        reading_.keys.row(query.reporter, query.status, query.category, query.limit, query.offset);
        const Statement& statement =
            query.reporter ? list_own : (query.status ? list_queue : list_all);
        const auto done = reading_.run(statement, [&](const Row& row) {
            Columns columns(row);
            found.push_back(read_report(columns).report);
        });
        if (!done) return done.error();
        return found;
    }

    Result<std::vector<ReportFacts>> report_facts(Time since) override {
        std::vector<ReportFacts> found;
        reading_.keys.row(since);
        const auto done = reading_.run(read_facts, [&](const Row& row) {
            Columns columns(row);
            ReportFacts& facts = found.emplace_back();
            columns.id(facts.reporter);
            columns.id(facts.reported);
            facts.category = static_cast<ReportCategory>(columns.number());
            facts.status = static_cast<ReportStatus>(columns.number());
            facts.created_at = columns.time();
            facts.updated_at = columns.time();
            facts.conversation = optional_id<ConversationId>(columns);
        });
        if (!done) return done.error();
        return found;
    }

    Result<std::vector<SanctionRow>> sanctions(std::int64_t no, Time now) override {
        std::vector<SanctionRow> found;
        reading_.keys.row(no, now);
        const auto done = reading_.run(list_sanctions, [&](const Row& row) {
            Columns columns(row);
            found.push_back(read_sanction(columns).second);
        });
        if (!done) return done.error();
        return found;
    }

    Result<std::optional<ConversationId>> locate_sanction(SanctionId id) override {
        std::optional<ConversationId> found;
        reading_.keys.row(id);
        const auto done = reading_.run(find_sanction, [&](const Row& row) {
            Columns columns(row);
            columns.id(found.emplace());
        });
        if (!done) return done.error();
        return found;
    }

 private:
    Reading reading_;
};

void load_report_rows(Batch& batch, const ModerationKeys& keys, LoadedModeration& loaded) {
    const auto take_report = [&loaded](const Row& row) {
        Columns columns(row);
        loaded.reports.push_back(read_report(columns));
    };
    for (const ReportId& id : keys.reports)
        batch.keys.row(id);
    batch.ask(load_reports, take_report);
    for (const auto& [reporter, op_id] : keys.operations)
        batch.keys.row(reporter, op_id);
    batch.ask(load_operations, take_report);
    for (const auto& [reporter, since] : keys.filed_by)
        batch.keys.row(reporter, since);
    batch.ask(load_filed, [&loaded](const Row& row) {
        Columns columns(row);
        loaded.filed.push_back(read_head(columns));
    });
    for (const auto& [reported, since] : keys.about)
        batch.keys.row(reported, since);
    batch.ask(load_reporters, [&loaded](const Row& row) {
        Columns columns(row);
        Reporter& reporter = loaded.reporters.emplace_back();
        columns.id(reporter.reported);
        columns.id(reporter.reporter);
        reporter.newest = columns.time();
    });
}

void load_sanction_rows(Batch& batch, const ModerationKeys& keys, LoadedModeration& loaded) {
    const auto take_sanction = [&loaded](const Row& row) {
        Columns columns(row);
        auto numbered = read_sanction(columns);
        const auto known =
            std::find_if(loaded.sanctions.begin(), loaded.sanctions.end(),
                         [&](const auto& other) { return other.second.id == numbered.second.id; });
        if (known == loaded.sanctions.end()) loaded.sanctions.push_back(std::move(numbered));
    };
    for (const MemberKey& key : keys.sanctions_of)
        batch.keys.row(key.no, key.user);
    batch.ask(load_sanctions_of, take_sanction);
    for (const auto& [no, id] : keys.sanctions)
        batch.keys.row(no, id);
    batch.ask(load_sanctions, take_sanction);
}

void write_reports(Batch& batch, const ModerationChanges& changes) {
    // Changed ones first: who has resolved a report makes room for the next one.
    for (const auto& [report, op_id] : changes.reports_changed) {
        batch.keys.row(report.id, report.status, report.updated_at,
                       resolved(report, &Resolution::resolved_by),
                       resolved(report, &Resolution::resolved_at),
                       resolved(report, &Resolution::action), resolved(report, &Resolution::notes));
    }
    batch.ask_each(change_reports);
    for (const auto& [report, op_id] : changes.reports_created) {
        batch.keys.row(
            report.id, report.reporter, report.reported, report.conversation, report.message, op_id,
            report.category, report.status, report.auto_escalated, report.created_at,
            report.updated_at, resolved(report, &Resolution::resolved_by),
            resolved(report, &Resolution::resolved_at), resolved(report, &Resolution::action),
            resolved(report, &Resolution::notes), report.description, report.evidence);
    }
    batch.ask(create_reports);
}

}  // namespace

std::span<const Statement* const> moderation_statements() noexcept {
    return statements;
}

std::unique_ptr<ModerationReader> make_moderation_reader(Reading reading) {
    return std::make_unique<Reader>(reading);
}

void load_moderation(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    load_report_rows(batch, keys.moderation, loaded.moderation);
    load_sanction_rows(batch, keys.moderation, loaded.moderation);
}

void write_moderation(Batch& batch, const ChangeSet& changes) {
    const ModerationChanges& moderation = changes.moderation;
    write_reports(batch, moderation);
    for (const auto& [conversation, row, created] : moderation.sanctions_created) {
        batch.keys.row(batch.held.number(conversation), row.id, row.user, row.type, row.lifted,
                       row.issued_by, row.expires_at, row.created_at, row.reason);
    }
    batch.ask(create_sanctions);
    for (const auto& [conversation, row, created] : moderation.sanctions_changed) {
        batch.keys.row(batch.held.number(conversation), row.id, row.lifted);
    }
    batch.ask_each(change_sanctions);
}

}  // namespace whispr::sql
