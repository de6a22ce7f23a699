#include <algorithm>

#include "engine/answering_command.hpp"
#include "moderation/use_cases.hpp"

namespace whispr {

namespace {

class Resolve final : public AnsweringCommand<Report> {
 public:
    // Resolutions of one report are ordered among themselves.
    Resolve(UserId caller, ResolveReport command, Completion<Report> done)
        : AnsweringCommand(ConversationId{command.report.uuid}, caller, std::move(done),
                           512 + command.action.size() + command.notes.size()),
          command_(std::move(command)) {}

    void lock(LockKeys&) const override {}

    void load(const WorkingSet&, LoadKeys& keys) const override {
        keys.moderation.reports.push_back(command_.report);
    }

 protected:
    Result<Report> decide(WorkingSet& set) override {
        auto& rows = set.moderation.rows.reports;
        const auto found = std::find_if(rows.begin(), rows.end(), [&](const ReportRow& row) {
            return row.report.id == command_.report;
        });
        if (found == rows.end()) {
            return Error{
                Errc::not_found, "report " + command_.report.to_string() + " was not found", {}};
        }
        Report& report = found->report;
        const bool open =
            report.status == ReportStatus::pending || report.status == ReportStatus::under_review;
        if (!open) {
            return Error{Errc::not_pending,
                         "report " + command_.report.to_string() + " is resolved already",
                         {}};
        }
        report.status = command_.action == "dismiss" ? ReportStatus::resolved_dismissed
                                                     : ReportStatus::resolved_action;
        report.resolution = Resolution{command_.action, caller(), set.now, command_.notes};
        report.updated_at = set.now;
        set.moderation.changes.reports_changed.push_back(*found);
        return report;
    }

 private:
    const ResolveReport command_;
};

}  // namespace

std::unique_ptr<Command> make_resolve(UserId caller, ResolveReport command,
                                      Completion<Report> done) {
    return std::make_unique<Resolve>(caller, std::move(command), std::move(done));
}

}  // namespace whispr
