#include <array>

#include "sql_concepts.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

// For the lane and for readers.
constexpr Statement load{"load pins", "no bigint",
                         "SELECT {pin} FROM {keys} pins p "
                         "WHERE {messages p; $no; 1; 4294967295} "
                         "ORDER BY p.pinned_at DESC, p.id DESC"};

constexpr Statement remove{"remove pins", "no bigint, mseq bigint",
                           "DELETE FROM pins {using_keys} WHERE {message pins; $no; $mseq}"};

constexpr Statement create{"create pins",
                           "no bigint, mseq bigint, id uuid, pinned_by uuid, pinned_at bigint",
                           "INSERT INTO pins ({message_key}, id, pinned_by, pinned_at) "
                           "{values} {key $no; $mseq}, $id, $pinned_by, $pinned_at {/values}"};

constexpr std::array statements{&load, &remove, &create};

class Reader final : public PinReader {
 public:
    explicit Reader(Reading reading) : reading_(reading) {}

    Result<std::vector<PinRow>> pins(std::int64_t no) override {
        std::vector<PinRow> rows;
        reading_.keys.row(no);
        const auto done = reading_.run(load, [&](const Row& row) {
            Columns columns(row);
            rows.push_back(read_pin(columns).second);
        });
        if (!done) return done.error();
        return rows;
    }

 private:
    Reading reading_;
};

}  // namespace

std::span<const Statement* const> pin_statements() noexcept {
    return statements;
}

void load_pins(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    for (const std::int64_t no : keys.pins.of)
        batch.keys.row(no);
    batch.ask(load, [&loaded](const Row& row) {
        Columns columns(row);
        loaded.pins.of.push_back(read_pin(columns));
    });
}

void write_pins(Batch& batch, const ChangeSet& changes) {
    for (const auto& [conversation, row, created] : changes.pins.removed)
        batch.keys.row(batch.held.number(conversation), row.mseq);
    batch.ask(remove);
    for (const auto& [conversation, row, created] : changes.pins.created) {
        batch.keys.row(batch.held.number(conversation), row.mseq, row.id, row.pinned_by,
                       row.pinned_at);
    }
    batch.ask(create);
}

std::unique_ptr<PinReader> make_pin_reader(Reading reading) {
    return std::make_unique<Reader>(reading);
}

}  // namespace whispr::sql
