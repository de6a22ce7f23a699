#include <algorithm>

#include "engine/answering_command.hpp"
#include "messages/message_rules.hpp"
#include "moderation/report_rules.hpp"
#include "moderation/use_cases.hpp"

namespace whispr {

namespace {

// A report belongs to no conversation: reports of one user are ordered among themselves, so that
// nobody files more than he may.
ConversationId order_of(UserId reporter) {
    return ConversationId{reporter.uuid};
}

class FileReportCommand final : public AnsweringCommand<Report> {
 public:
    FileReportCommand(UserId caller, CheckedReport checked, const Limits& limits,
                      Completion<Report> done)
        : AnsweringCommand(order_of(caller), caller, std::move(done),
                           512 + checked.evidence.size() + checked.report.description.size()),
          checked_(std::move(checked)),
          limits_(limits) {}

    void lock(LockKeys&) const override {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        ModerationKeys& named = keys.moderation;
        const FileReport& report = checked_.report;
        if (report.op_id) named.operations.emplace_back(caller(), *report.op_id);
        named.filed_by.emplace_back(caller(), set.now - filed_window(limits_));
        named.about.emplace_back(report.reported, set.now - reporters_window(limits_));
    }

 protected:
    Result<Report> decide(WorkingSet& set) override {
        LoadedModeration& rows = set.moderation.rows;
        if (const Report* const known = repeated(rows)) return *known;
        if (!checked_.wrong.empty()) return invalid_fields(checked_.wrong);
        const auto refused = refuse_report(checked_.report, caller(), rows.filed, set.now, limits_);
        if (refused) return *refused;

        const ReportRow row{new_report(set.now), checked_.report.op_id};
        set.moderation.changes.reports_created.push_back(row);
        if (row.op_id) rows.reports.push_back(row);
        rows.filed.push_back(row);
        remember_reporter(rows.reporters, set.now);
        const Report& report = row.report;
        set.tell_host(report.conversation.value_or(ConversationId{}), caller(),
                      ReportFiled{report});
        if (auto reached = reached_level(report.reported, rows.reporters, set.now, limits_)) {
            set.tell_host(ConversationId{}, caller(), *reached);
        }
        return report;
    }

 private:
    [[nodiscard]] const Report* repeated(const LoadedModeration& rows) const {
        if (!checked_.report.op_id) return nullptr;
        const auto found =
            std::find_if(rows.reports.begin(), rows.reports.end(), [&](const ReportRow& row) {
                return row.report.reporter == caller() && row.op_id == checked_.report.op_id;
            });
        return found == rows.reports.end() ? nullptr : &found->report;
    }

    [[nodiscard]] Report new_report(Time now) const {
        const FileReport& filed = checked_.report;
        Report report;
        report.id = checked_.id;
        report.reporter = caller();
        report.reported = filed.reported;
        report.conversation = filed.conversation;
        report.message = filed.message;
        report.category = filed.category;
        report.description = filed.description;
        report.evidence = checked_.evidence;
        report.created_at = now;
        report.updated_at = now;
        return report;
    }

    void remember_reporter(std::vector<Reporter>& reporters, Time now) const {
        const UserId reported = checked_.report.reported;
        const auto known =
            std::find_if(reporters.begin(), reporters.end(), [&](const Reporter& one) {
                return one.reported == reported && one.reporter == caller();
            });
        if (known == reporters.end()) {
            reporters.push_back({reported, caller(), now});
        } else {
            known->newest = now;
        }
    }

    const CheckedReport checked_;
    const Limits& limits_;
};

}  // namespace

std::unique_ptr<Command> make_report(UserId caller, CheckedReport report, const Limits& limits,
                                     Completion<Report> done) {
    return std::make_unique<FileReportCommand>(caller, std::move(report), limits, std::move(done));
}

}  // namespace whispr
