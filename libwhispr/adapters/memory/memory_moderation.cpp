// Reports and sanctions.
#include <algorithm>
#include <tuple>

#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

bool newer(const Report& a, const Report& b) {
    return std::tie(a.created_at, a.id) > std::tie(b.created_at, b.id);
}

bool is_open_for_message(const Report& report) {
    return report.message && report.status == ReportStatus::pending;
}

class Reader final : public ModerationReader {
 public:
    explicit Reader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Result<std::optional<Report>> report(ReportId id) override {
        const Lock lock(shared_->mutex);
        const auto found = shared_->tables.reports.find(id);
        if (found == shared_->tables.reports.end()) return std::optional<Report>();
        return std::optional<Report>(found->second.report);
    }

    Result<std::vector<Report>> reports(const ReportQuery& query) override {
        std::vector<Report> found;
        {
            const Lock lock(shared_->mutex);
            for (const auto& [id, row] : shared_->tables.reports) {
                const Report& report = row.report;
                const bool wanted = (!query.reporter || report.reporter == *query.reporter) &&
                                    (!query.status || report.status == *query.status) &&
                                    (!query.category || report.category == *query.category);
                if (wanted) found.push_back(report);
            }
        }
        std::sort(found.begin(), found.end(), newer);
        found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(
                                                       std::min(query.offset, found.size())));
        if (found.size() > query.limit) found.resize(query.limit);
        return found;
    }

    Result<std::vector<ReportFacts>> report_facts(Time since) override {
        std::vector<Report> reports;
        {
            const Lock lock(shared_->mutex);
            for (const auto& [id, row] : shared_->tables.reports) {
                if (row.report.created_at >= since) reports.push_back(row.report);
            }
        }
        std::sort(reports.rbegin(), reports.rend(), newer);
        std::vector<ReportFacts> facts;
        for (const Report& report : reports) {
            facts.push_back({report.reporter, report.reported, report.conversation, report.category,
                             report.status, report.created_at, report.updated_at});
        }
        return facts;
    }

    Result<std::vector<SanctionRow>> sanctions(std::int64_t no, Time now) override {
        std::vector<SanctionRow> found;
        const Lock lock(shared_->mutex);
        const ConversationTable* const table = find(shared_->tables, no);
        if (table == nullptr) return found;
        for (const auto& [id, row] : table->sanctions) {
            if (!row.lifted && (!row.expires_at || *row.expires_at > now)) found.push_back(row);
        }
        std::sort(found.begin(), found.end(), [](const SanctionRow& a, const SanctionRow& b) {
            return std::tie(a.created_at, a.id) > std::tie(b.created_at, b.id);
        });
        return found;
    }

    Result<std::optional<ConversationId>> locate_sanction(SanctionId id) override {
        const Lock lock(shared_->mutex);
        const auto found = shared_->tables.sanction_ids.find(id);
        if (found == shared_->tables.sanction_ids.end()) return std::optional<ConversationId>();
        return std::optional(shared_->tables.conversations.at(found->second).row.id);
    }

 private:
    const std::shared_ptr<Shared> shared_;
};

// As SQL storage does, without the texts.
ReportRow without_texts(ReportRow row) {
    row.report.description.clear();
    row.report.evidence = "{}";
    return row;
}

void load_reports(const Tables& tables, const ModerationKeys& keys, LoadedModeration& loaded) {
    for (const ReportId& id : keys.reports) {
        const auto found = tables.reports.find(id);
        if (found != tables.reports.end()) loaded.reports.push_back(found->second);
    }
    for (const auto& [id, row] : tables.reports) {
        for (const auto& [reporter, op_id] : keys.operations) {
            if (row.report.reporter == reporter && row.op_id == op_id)
                loaded.reports.push_back(row);
        }
        for (const auto& [reporter, since] : keys.filed_by) {
            if (row.report.reporter == reporter && row.report.created_at >= since) {
                loaded.filed.push_back(without_texts(row));
            }
        }
    }
    for (const auto& [reported, since] : keys.about) {
        std::map<UserId, Time> newest;
        for (const auto& [id, row] : tables.reports) {
            const Report& report = row.report;
            if (report.reported != reported || report.created_at < since) continue;
            Time& latest = newest.try_emplace(report.reporter, report.created_at).first->second;
            latest = std::max(latest, report.created_at);
        }
        for (const auto& [reporter, latest] : newest)
            loaded.reporters.push_back({reported, reporter, latest});
    }
}

void load_sanctions(const Tables& tables, const ModerationKeys& keys, LoadedModeration& loaded) {
    std::map<SanctionId, std::pair<std::int64_t, SanctionRow>> found;
    for (const MemberKey& key : keys.sanctions_of) {
        const ConversationTable* const table = find(tables, key.no);
        if (table == nullptr) continue;
        for (const auto& [id, row] : table->sanctions) {
            if (row.user == key.user && !row.lifted) found[id] = {key.no, row};
        }
    }
    for (const auto& [no, id] : keys.sanctions) {
        const ConversationTable* const table = find(tables, no);
        if (table == nullptr) continue;
        const auto row = table->sanctions.find(id);
        if (row != table->sanctions.end()) found[id] = {no, row->second};
    }
    for (auto& [id, numbered] : found)
        loaded.sanctions.push_back(std::move(numbered));
}

Error taken(const std::string& what) {
    return {Errc::already_exists, what + " exists already", {}};
}

Error missing(const std::string& what) {
    return {Errc::internal, what + " was to be changed, but is not there", {}};
}

Result<void> check_reports(const Tables& tables, const ModerationChanges& changes) {
    std::map<ReportId, ReportRow> after = tables.reports;
    for (const ReportRow& row : changes.reports_changed) {
        const auto found = after.find(row.report.id);
        if (found == after.end()) return missing("report " + row.report.id.to_string());
        found->second.report.status = row.report.status;
    }
    for (const ReportRow& row : changes.reports_created) {
        const Report& report = row.report;
        const bool repeats = std::any_of(after.begin(), after.end(), [&](const auto& other) {
            const Report& known = other.second.report;
            if (known.reporter != report.reporter) return false;
            return (row.op_id && other.second.op_id == row.op_id) ||
                   (is_open_for_message(report) && is_open_for_message(known) &&
                    known.message == report.message);
        });
        if (repeats || !after.emplace(report.id, row).second) {
            return taken("report " + report.id.to_string() + " or another of the same");
        }
    }
    return {};
}

}  // namespace

void load_moderation(const Tables& tables, const LoadKeys& keys, Loaded& loaded) {
    load_reports(tables, keys.moderation, loaded.moderation);
    load_sanctions(tables, keys.moderation, loaded.moderation);
}

Result<void> check_moderation(const Tables& tables, const ChangeSet& changes) {
    const ModerationChanges& moderation = changes.moderation;
    const bool of_reports =
        !moderation.reports_created.empty() || !moderation.reports_changed.empty();
    if (of_reports) {
        if (auto done = check_reports(tables, moderation); !done) return done;
    }
    std::set<SanctionId> created;
    for (const auto& [conversation, row, is_new] : moderation.sanctions_created) {
        if (tables.sanction_ids.contains(row.id) || !created.insert(row.id).second) {
            return taken("sanction " + row.id.to_string());
        }
    }
    for (const auto& [conversation, row, is_new] : moderation.sanctions_changed) {
        const ConversationTable* const table = find(tables, conversation);
        const bool there =
            created.contains(row.id) || (table != nullptr && table->sanctions.contains(row.id));
        if (!there) return missing("sanction " + row.id.to_string());
    }
    return {};
}

void apply_moderation(Tables& tables, const ChangeSet& changes) {
    const ModerationChanges& moderation = changes.moderation;
    for (const ReportRow& row : moderation.reports_changed) {
        Report& report = tables.reports.at(row.report.id).report;
        report.status = row.report.status;
        report.resolution = row.report.resolution;
        report.updated_at = row.report.updated_at;
    }
    for (const ReportRow& row : moderation.reports_created)
        tables.reports[row.report.id] = row;
    for (const auto& [conversation, row, is_new] : moderation.sanctions_created) {
        ConversationTable& table = table_of(tables, conversation);
        table.sanctions[row.id] = row;
        tables.sanction_ids[row.id] = table.row.no;
    }
    for (const auto& [conversation, row, is_new] : moderation.sanctions_changed)
        table_of(tables, conversation).sanctions.at(row.id).lifted = row.lifted;
}

std::unique_ptr<ModerationReader> make_moderation_reader(std::shared_ptr<Shared> shared) {
    return std::make_unique<Reader>(std::move(shared));
}

}  // namespace whispr::memory
