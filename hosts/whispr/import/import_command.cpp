#include "import/import_command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>

#include "command.hpp"
#include "import/importer.hpp"
#include "import/survey.hpp"
#include "import/verify.hpp"
#include "whispr/adapters/local.hpp"
#include "whispr/adapters/sqlite_import.hpp"

namespace whispr_cli {

namespace {

using whispr::Errc;
using whispr::Error;
using whispr::Result;

/// Pages of the target that are kept in memory: ids are spread over all of their index.
constexpr std::uint32_t cache_kib = 192 * 1024;
constexpr std::chrono::seconds between_lines{2};

Error with_hint(Error error, const std::string& to) {
    if (error.text.find("is in use") != std::string::npos)
        error.text += "; stop the server that uses " + to + " first";
    return error;
}

/// The lines that say how far it is. They come at most every two seconds, and at the end.
class ProgressLines {
 public:
    ProgressLines(std::ostream& out, std::int64_t conversations)
        : out_(out), conversations_(conversations), begun_(Clock::now()), told_(begun_) {}

    void tell(const ImportCounts& counts) {
        if (Clock::now() - told_ >= between_lines) say(counts);
    }
    void say(const ImportCounts& counts) {
        told_ = Clock::now();
        const std::chrono::duration<double> took = told_ - begun_;
        const double rate = static_cast<double>(counts.messages) / std::max(took.count(), 0.001);
        out_ << "imported " << counts.conversations << " of " << conversations_
             << " conversations, " << counts.messages << " messages, "
             << static_cast<std::int64_t>(rate) << " messages/s\n"
             << std::flush;
    }

 private:
    using Clock = std::chrono::steady_clock;

    std::ostream& out_;
    const std::int64_t conversations_;
    const Clock::time_point begun_;
    Clock::time_point told_;
};

/// Whether there is something to import; an error when this target is none for this source.
Result<bool> begin(const whispr::ImportTarget& target, const Source& source,
                   const ImportOptions& options, std::ostream& out) {
    const auto record = target.log->record();
    if (!record) return record.error();
    if (!*record) {
        if (options.verify_only) return Error{Errc::invalid, options.to + " holds no import", {}};
        auto begun = target.log->begin(source.identity());
        if (!begun && begun.error().code == Errc::already_exists) {
            return Error{Errc::already_exists,
                         options.to +
                             " holds conversations that no import brought; import into a "
                             "new file",
                         {}};
        }
        if (!begun) return begun.error();
        return true;
    }
    if ((*record)->source != source.identity()) {
        return Error{Errc::already_exists,
                     options.to + " is an import of " + (*record)->source + ", and this is " +
                         source.identity(),
                     {}};
    }
    if ((*record)->finished_at) {
        out << "everything was imported before\n";
        return false;
    }
    if (options.verify_only)
        return Error{Errc::invalid, "the import into " + options.to + " is not finished", {}};
    out << "going on with the import that has begun\n";
    return true;
}

Result<void> import_all(Source& source, const whispr::ImportTarget& target,
                        const ImportOptions& options, std::ostream& out) {
    auto lane = target.storage->open_lane();
    if (!lane) return lane.error();
    ProgressLines lines(out, source.number("SELECT count(*) FROM conversations"));
    Importer importer(source, **lane, {.messages = options.batch},
                      [&](const ImportCounts& counts) { lines.tell(counts); });
    if (auto done = importer.run(); !done) return done;
    lines.say(importer.counts());
    if (auto done = target.log->finish(); !done) return done;
    if (importer.counts().lost_receipts > 0) {
        out << "not kept: " << importer.counts().lost_receipts
            << " receipts of messages that were read while earlier ones were not\n";
    }
    return {};
}

Result<int> run(const ImportOptions& options, std::ostream& out) {
    const auto source = Source::open(options.from);
    if (!source) return source.error();
    out << "from " << (*source)->place() << " to " << options.to << '\n' << std::flush;
    if (options.dry_run) {
        if (std::filesystem::exists(options.to)) {
            const auto target =
                whispr::open_sqlite_import({.path = options.to}, whispr::make_system_clock());
            if (!target) return with_hint(target.error(), options.to);
        }
        return write_survey(**source, out);
    }
    const auto target = whispr::open_sqlite_import(
        // What a power cut takes is imported again.
        {.path = options.to, .synchronous_full = false, .cache_kib = cache_kib},
        whispr::make_system_clock());
    if (!target) return with_hint(target.error(), options.to);
    const auto wanted = begin(*target, **source, options, out);
    if (!wanted) return wanted.error();
    if (*wanted) {
        if (auto done = import_all(**source, *target, options, out); !done) return done.error();
    }
    return verify(**source, *target->storage, whispr::make_system_clock()->now(), out);
}

}  // namespace

int import_database(const ImportOptions& options, std::ostream& out, std::ostream& complaints) {
    if (options.batch == 0) {
        complaints << "whispr import: --batch: at least 1\n";
        return 2;
    }
    const auto result = run(options, out);
    if (result) return *result;
    complaints << "whispr import: " << result.error().text << '\n';
    return result.error().code == Errc::invalid ? 2 : 1;
}

void add_import_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<ImportOptions>();
    CLI::App* import = app.add_subcommand(
        "import", "Move the PostgreSQL database of the earlier messaging service into a new store");
    import->add_option("--from", options->from, "That database: postgres://user:password@host/name")
        ->type_name("URL")
        ->envname("WHISPR_IMPORT_FROM")
        ->required();
    import->add_option("--to", options->to, "The SQLite file, made when it is not there")
        ->type_name("PATH")
        ->required();
    import->add_option("--batch", options->batch, "Messages in one transaction")
        ->type_name("N")
        ->capture_default_str();
    auto* dry = import->add_flag("--dry-run", options->dry_run,
                                 "Say what there is and what will not be kept; change nothing");
    import->add_flag("--verify", options->verify_only, "Compare both sides only")->excludes(dry);
    import->callback([options, &action] {
        action = [options] { return import_database(*options, std::cout, std::cerr);
};
}  // namespace whispr_cli
);
}

}  // namespace whispr_cli
