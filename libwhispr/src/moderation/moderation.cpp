#include "whispr/moderation.hpp"

namespace whispr {

namespace {
Error todo() {
    return Error{Errc::internal, "not there yet", {}};
}
}  // namespace

void Moderation::report(const Caller&, FileReport, Completion<Report> done) {
    done(todo());
}
void Moderation::own_reports(const Caller&, ListReports, Completion<std::vector<Report>> done) {
    done(todo());
}
void Moderation::show(const Caller&, ReportId, Completion<Report> done) {
    done(todo());
}
void Moderation::reports(const Caller&, ListReports, Completion<std::vector<Report>> done) {
    done(todo());
}
void Moderation::resolve(const Caller&, ResolveReport, Completion<Report> done) {
    done(todo());
}
void Moderation::facts(const Caller&, Time, Completion<std::vector<ReportFacts>> done) {
    done(todo());
}
void Moderation::sanction(const Caller&, IssueSanction, Completion<Sanction> done) {
    done(todo());
}
void Moderation::lift(const Caller&, SanctionId, Completion<Sanction> done) {
    done(todo());
}
void Moderation::sanctions(const Caller&, ConversationId, Completion<std::vector<Sanction>> done) {
    done(todo());
}

}  // namespace whispr
