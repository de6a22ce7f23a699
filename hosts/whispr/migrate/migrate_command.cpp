#include "migrate/migrate_command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>

#include "command.hpp"
#include "edge/config_values.hpp"
#include "whispr/adapters/local.hpp"
#include "whispr/adapters/postgres_copy.hpp"
#include "whispr/adapters/sqlite_copy.hpp"

namespace whispr_cli {

namespace {

using edge::StoreChoice;
using whispr::CopyRole;
using whispr::CopySide;
using whispr::CopyState;
using whispr::Errc;
using whispr::Error;
using whispr::Result;
using whispr::StorePair;
using Kind = StoreChoice::Kind;

/// Pages of a SQLite file that are kept in memory: some indexes are written all over.
constexpr std::uint32_t cache_kib = 192 * 1024;
/// A database that is busy with something else is waited for.
constexpr std::chrono::minutes longest_statement{10};
constexpr std::chrono::seconds between_lines{2};

Result<StoreChoice> choice(const std::string& flag, const std::string& text) {
    const auto store = edge::parse_store(text);
    if (store && store->kind != Kind::memory) return *store;
    // Never the text itself: it may hold a password.
    return Error{
        Errc::invalid,
        flag + ": not a store such as sqlite:PATH or postgres://user:password@host/database",
        {}};
}

Result<CopySide> open(const StoreChoice& store, CopyRole role) {
    auto side = [&] {
        if (store.kind == Kind::postgres) {
            whispr::PostgresOptions options;
            options.connection = store.path;
            options.lanes = 1;
            options.statement_timeout = longest_statement;
            return whispr::open_postgres_copy(std::move(options), role);
        }
        // What a power cut takes is copied again.
        return whispr::open_sqlite_copy(
            {.path = store.path, .synchronous_full = false, .cache_kib = cache_kib}, role,
            whispr::make_system_clock());
    }();
    if (!side && side.error().text.find(" in use") != std::string::npos)
        side.error().text += "; stop every server that uses it first";
    return side;
}

/// The lines that say how far it is. They come at most every two seconds, and at the end.
class ProgressLines {
 public:
    explicit ProgressLines(std::ostream& out) : out_(out), begun_(Clock::now()), told_(begun_) {}

    void tell(const whispr::CopyProgress& progress) {
        rows_ = progress.rows;
        if (Clock::now() - told_ < between_lines) return;
        say();
        out_ << ", now in " << progress.table << '\n' << std::flush;
    }
    void end() {
        say();
        out_ << '\n' << std::flush;
    }

 private:
    using Clock = std::chrono::steady_clock;

    void say() {
        told_ = Clock::now();
        const std::chrono::duration<double> took = told_ - begun_;
        out_ << "copied " << rows_ << " rows, "
             << static_cast<std::int64_t>(static_cast<double>(rows_) /
                                          std::max(took.count(), 0.001))
             << " rows/s";
    }

    std::ostream& out_;
    const Clock::time_point begun_;
    Clock::time_point told_;
    std::uint64_t rows_ = 0;
};

Result<void> copy(const StorePair& stores, const MigrateOptions& options, std::ostream& out) {
    ProgressLines lines(out);
    whispr::CopyOptions copying;
    copying.batch_rows = options.batch;
    copying.tell = [&](const whispr::CopyProgress& progress) { lines.tell(progress); };
    if (auto done = whispr::copy_store(stores, copying); !done) return done;
    lines.end();
    return {};
}

void write_side(const char* side, const whispr::TableDigest& digest, std::ostream& out) {
    out << "  " << side << ": " << digest.rows << " rows, digest " << std::hex << std::setfill('0')
        << std::setw(16) << digest.digest << std::dec << std::setfill(' ') << '\n';
}

/// One line for a table that is the same on both sides, and what differs for any other.
void write_table(const whispr::TableComparison& table, std::ostream& out) {
    if (table.different == 0 && table.source == table.target) {
        out << "  " << std::left << std::setw(16) << table.table << std::right << std::setw(12)
            << table.source.rows << "  " << std::hex << std::setfill('0') << std::setw(16)
            << table.source.digest << std::dec << std::setfill(' ') << '\n';
        return;
    }
    out << table.table << ": " << table.different << " rows differ\n";
    write_side("source", table.source, out);
    write_side("target", table.target, out);
    for (const std::string& difference : table.first)
        out << "  " << difference << '\n';
    if (table.different > table.first.size())
        out << "  and " << table.different - table.first.size() << " more\n";
}

Result<bool> compare(const StorePair& stores, std::ostream& out) {
    out << "comparing both sides: table, rows, digest\n" << std::flush;
    const auto compared = whispr::compare_stores(stores);
    if (!compared) return compared.error();
    bool same = true;
    std::uint64_t rows = 0;
    for (const whispr::TableComparison& table : *compared) {
        write_table(table, out);
        same = same && table.different == 0 && table.source == table.target;
        rows += table.target.rows;
    }
    out << "compared " << compared->size() << " tables, " << rows
        << " rows: " << (same ? "no differences" : "they differ") << '\n'
        << std::flush;
    return same;
}

void say_what_next(const StoreChoice& to, const CopySide& target, std::ostream& out) {
    out << "now start the server on it: whisprd serve --store ";
    if (to.kind == Kind::sqlite) {
        out << to.text() << '\n';
    } else {
        out << "postgres://... as --to was, for " << target.name
            << "; WHISPR_STORE keeps a password out of the list of processes\n";
    }
}

/// Copies unless everything was, and tells whether there is something to finish then; an error when
/// these two are no migration.
Result<bool> bring_over(const StorePair& stores, const MigrateOptions& options, std::ostream& out) {
    const auto state = whispr::copy_state(stores);
    if (!state) return state.error();
    if (*state == CopyState::finished) {
        out << "everything was copied before\n";
        return false;
    }
    if (options.verify_only) {
        return Error{Errc::unavailable,
                     *state == CopyState::none
                         ? stores.target.name + " is empty: there is nothing to compare"
                         : "the migration into " + stores.target.name + " is not finished",
                     {}};
    }
    if (*state == CopyState::begun) out << "going on with the migration that has begun\n";
    if (auto done = copy(stores, options, out); !done) return done.error();
    return true;
}

Result<int> run(const MigrateOptions& options, std::ostream& out) {
    const auto from = choice(options.from_flag, options.from);
    if (!from) return from.error();
    const auto to = choice("--to", options.to);
    if (!to) return to.error();
    if (from->kind == to->kind) {
        return Error{Errc::invalid,
                     options.from_flag +
                         " and --to: one is a SQLite file, the other a PostgreSQL; a file is "
                         "copied with cp, a database with pg_dump",
                     {}};
    }
    StorePair stores;
    if (options.verify_only && to->kind == Kind::sqlite && !std::filesystem::exists(to->path))
        return Error{Errc::unavailable, "there is no database " + to->path, {}};
    auto source = open(*from, CopyRole::source);
    if (!source) return source.error();
    stores.source = *std::move(source);
    auto target = open(*to, CopyRole::target);
    if (!target) return target.error();
    stores.target = *std::move(target);
    out << "from " << stores.source.name << " to " << stores.target.name << '\n' << std::flush;

    const auto unfinished = bring_over(stores, options, out);
    if (!unfinished) return unfinished.error();
    const auto same = compare(stores, out);
    if (!same) return same.error();
    if (!*same) {
        out << "was one of them written to meanwhile? stop every server, and begin again with an "
               "empty target\n";
        return 1;
    }
    if (*unfinished) {
        if (auto done = whispr::finish_copy(stores); !done) return done.error();
    }
    if (options.verify_only) return 0;
    say_what_next(*to, stores.target, out);
    return 0;
}

}  // namespace

int migrate_store(const MigrateOptions& options, std::ostream& out, std::ostream& complaints) {
    if (options.batch == 0) {
        complaints << options.program << " migrate: --batch: at least 1\n";
        return 2;
    }
    const auto result = run(options, out);
    if (result) return *result;
    complaints << options.program << " migrate: " << result.error().text << '\n';
    return result.error().code == Errc::invalid ? 2 : 1;
}

namespace {

struct Asked {
    MigrateOptions options;
    std::string config_file;
    ConfiguredStore configured;
};

int migrate(Asked& asked) {
    if (!asked.configured || !asked.options.from.empty())
        return migrate_store(asked.options, std::cout, std::cerr);
    auto from = asked.configured(asked.config_file);
    if (!from) {
        std::cerr << from.error().text;
        return 2;
    }
    asked.options.from = *std::move(from);
    asked.options.from_flag = "the configured store";
    return migrate_store(asked.options, std::cout, std::cerr);
}

void add_command(CLI::App& app, Action& action, const std::shared_ptr<Asked>& asked) {
    MigrateOptions& options = asked->options;
    CLI::App* command = app.add_subcommand(
        "migrate", "Move a whole store from a SQLite file into a PostgreSQL, or back");
    std::string from_help = "The store: sqlite:PATH or postgres://...";
    if (asked->configured) from_help += " (the one that the server is configured with)";
    CLI::Option* const from = command->add_option("--from", options.from, from_help)
                                  ->type_name("STORE")
                                  ->envname("WHISPR_MIGRATE_FROM");
    if (asked->configured) {
        command
            ->add_option("--config", asked->config_file,
                         "TOML file with the server's settings [WHISPR_CONFIG]")
            ->type_name("FILE");
    } else {
        from->required();
    }
    command->add_option("--to", options.to, "An empty one of the other kind; a file is made")
        ->type_name("STORE")
        ->envname("WHISPR_MIGRATE_TO")
        ->required();
    command->add_option("--batch", options.batch, "Rows in one transaction")
        ->type_name("N")
        ->capture_default_str();
    command->add_flag("--verify", options.verify_only, "Compare both sides only");
    command->callback([asked, &action] { action = [asked] { return migrate(*asked); }; });
}

}  // namespace

void add_migrate_command(CLI::App& app, Action& action) {
    add_command(app, action, std::make_shared<Asked>());
}

int run_migrate(int argc, const char* const* argv, const std::string& program,
                ConfiguredStore configured) {
    const auto asked = std::make_shared<Asked>();
    asked->options.program = program;
    asked->configured = std::move(configured);
    CLI::App app("", program);
    app.get_formatter()->column_width(32);
    Action action;
    add_command(app, action, asked);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ExtrasError&) {
        // CLI11's own text repeats them, and a store's may hold a password.
        std::cerr << program
                  << " migrate: there are arguments that belong to no flag; --help lists the "
                     "flags\n";
        return 2;
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    return action();
}

}  // namespace whispr_cli
