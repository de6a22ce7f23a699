#include <algorithm>
#include <array>
#include <tuple>

#include "sql_concepts.hpp"
#include "sql_files.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

// For the lane, and for pages whose messages lie anywhere.
constexpr Statement load{"load attachments", "no bigint, mseq bigint",
                         "SELECT {attachment} FROM {keys} attachments a "
                         "WHERE {message a; $no; $mseq} ORDER BY a.uploaded_at, a.id"};

constexpr Statement read_range{"read attachments", "no bigint, lo bigint, hi bigint",
                               "SELECT {attachment} FROM {keys} attachments a "
                               "WHERE {messages a; $no; $lo; $hi}"};

constexpr Statement locate{"locate an attachment", "id uuid",
                           "SELECT c.id, {attachment} FROM {keys} attachments a "
                           "JOIN conversations c ON c.no = {no a} WHERE a.id = $id"};

constexpr Statement clear{
    "clear attachments", "no bigint, mseq bigint",
    "DELETE FROM attachments {using_keys} WHERE {message attachments; $no; $mseq}"};

constexpr Statement remove{"remove attachments", "no bigint, mseq bigint, id uuid",
                           "DELETE FROM attachments {using_keys} "
                           "WHERE {message attachments; $no; $mseq} AND attachments.id = $id"};

constexpr Statement create{
    "create attachments",
    "no bigint, mseq bigint, id uuid, op_id uuid, type small, size bigint, uploaded_at bigint, "
    "media_id text, file_name text, mime_type text, url text, thumbnail_url text, metadata text, "
    "blob bytes, encrypted bool, width bigint, height bigint, thumbnails text",
    "INSERT INTO attachments ({message_key}, id, op_id, type, size, uploaded_at, media_id, "
    "file_name, mime_type, url, thumbnail_url, metadata, blob, encrypted, width, height, "
    "thumbnails) "
    "{values} {key $no; $mseq}, $id, $op_id, $type, $size, $uploaded_at, $media_id, $file_name, "
    "$mime_type, $url, $thumbnail_url, $metadata, $blob, $encrypted, $width, $height, "
    "$thumbnails {/values}"};

// Behind a place means: of an older message, or of the same with a smaller id.
constexpr Statement read_gallery{
    "read a gallery",
    "no bigint, hi bigint, before_id uuid, reader uuid, present bigint, max_rows bigint",
    "SELECT a.message_id, a.sender, a.sent_at, {attachment} FROM {keys} {lateral} "
    "(SELECT a.*, m.id AS message_id, m.sender, m.sent_at FROM attachments a "
    "JOIN messages m ON {message m; $no; {mseq a}} "
    "WHERE {messages a; $no; 1; $hi} "
    "AND ($before_id IS NULL OR {mseq a} < $hi OR a.id < $before_id) AND NOT m.deleted "
    "AND (NOT m.shadowed OR m.sender = $reader) "
    "AND (m.expires_at IS NULL OR m.expires_at > $present) "
    "AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $reader AND h.no = $no "
    "AND h.mseq = {mseq a}) "
    "ORDER BY {newest a}, a.id DESC LIMIT $max_rows) a ORDER BY {newest a}, a.id DESC"};

// The same in the index by type.
constexpr Statement read_gallery_of{
    "read a gallery of one type",
    "no bigint, type small, hi bigint, before_id uuid, reader uuid, present bigint, "
    "max_rows bigint",
    "SELECT a.message_id, a.sender, a.sent_at, {attachment} FROM {keys} {lateral} "
    "(SELECT a.*, m.id AS message_id, m.sender, m.sent_at FROM attachments a "
    "JOIN messages m ON {message m; $no; {mseq a}} "
    "WHERE a.type = $type AND {messages a; $no; 1; $hi} "
    "AND ($before_id IS NULL OR {mseq a} < $hi OR a.id < $before_id) AND NOT m.deleted "
    "AND (NOT m.shadowed OR m.sender = $reader) "
    "AND (m.expires_at IS NULL OR m.expires_at > $present) "
    "AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $reader AND h.no = $no "
    "AND h.mseq = {mseq a}) "
    "ORDER BY {newest a}, a.id DESC LIMIT $max_rows) a ORDER BY {newest a}, a.id DESC"};

constexpr std::array statements{&load,   &read_range, &locate,       &clear,
                                &remove, &create,     &read_gallery, &read_gallery_of};

class Reader final : public AttachmentReader {
 public:
    explicit Reader(Reading reading) : reading_(reading) {}

    Result<std::optional<AttachmentPlace>> attachment(AttachmentId id) override {
        std::optional<AttachmentPlace> place;
        reading_.keys.row(id);
        const auto done = reading_.run(locate, [&](const Row& row) {
            Columns columns(row);
            place.emplace();
            columns.id(place->conversation);
            std::tie(place->no, place->row) = read_attachment(columns);
        });
        if (!done) return done.error();
        return place;
    }

    Result<std::vector<GalleryRow>> gallery(const GalleryQuery& query) override {
        const Mseq hi = query.before ? query.before->first : last_mseq;
        std::optional<AttachmentId> before_id;
        if (query.before) before_id = query.before->second;
        if (query.type) {
            reading_.keys.row(query.no, *query.type, hi, before_id, query.reader, query.now,
                              query.limit);
        } else {
            reading_.keys.row(query.no, hi, before_id, query.reader, query.now, query.limit);
        }
        std::vector<GalleryRow> rows;
        const auto done =
            reading_.run(query.type ? read_gallery_of : read_gallery, [&](const Row& row) {
                Columns columns(row);
                GalleryRow& item = rows.emplace_back();
                columns.id(item.message);
                columns.id(item.sender);
                item.sent_at = columns.time();
                item.row = read_attachment(columns).second;
            });
        if (!done) return done.error();
        return rows;
    }

 private:
    Reading reading_;
};

bool is_on(const PageRows& page, Mseq mseq) {
    return std::any_of(page.messages.begin(), page.messages.end(),
                       [mseq](const MessageRow& message) { return message.mseq == mseq; });
}

}  // namespace

std::span<const Statement* const> attachment_statements() noexcept {
    return statements;
}

Result<void> load_attachments(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    for (const MessageKey& key : keys.attachments.of)
        batch.keys.row(key.no, key.mseq);
    return outcome(batch.run(load, [&](const Row& row) {
        Columns columns(row);
        loaded.attachments.of.push_back(read_attachment(columns));
    }));
}

Result<void> write_attachments(Batch& batch, const ChangeSet& changes) {
    const AttachmentChanges& attachments = changes.attachments;
    for (const MessageKey& key : attachments.cleared)
        batch.keys.row(key.no, key.mseq);
    if (auto done = batch.run(clear); !done) return done.error();
    for (const auto& [conversation, row, created] : attachments.removed)
        batch.keys.row(batch.held.number(conversation), row.mseq, row.id);
    if (auto done = batch.run(remove); !done) return done.error();
    FileValues files;
    for (const auto& [conversation, row, created] : attachments.created) {
        batch.keys.row(batch.held.number(conversation), row.mseq, row.id, row.op_id, row.type,
                       row.size, row.uploaded_at, row.media_id, row.file_name, row.mime_type,
                       row.url, row.thumbnail_url, row.metadata);
        files.add(row.file ? &*row.file : nullptr, batch.keys);
    }
    return outcome(batch.run(create));
}

std::unique_ptr<AttachmentReader> make_attachment_reader(Reading reading) {
    return std::make_unique<Reader>(reading);
}

// In one range where the messages follow each other, message by message where they do not.
Result<void> add_attachments(Reading reading, std::int64_t no, Nearness nearness, PageRows& page) {
    if (nearness == Nearness::together) {
        const auto [lo, hi] = std::minmax(page.messages.front().mseq, page.messages.back().mseq);
        reading.keys.row(no, lo, hi);
    } else {
        for (const MessageRow& message : page.messages)
            reading.keys.row(no, message.mseq);
    }
    const auto done =
        reading.run(nearness == Nearness::together ? read_range : load, [&](const Row& row) {
            Columns columns(row);
            auto numbered = read_attachment(columns);
            // Between the page's messages may lie others that are not shown.
            if (is_on(page, numbered.second.mseq)) page.attachments.push_back(std::move(numbered));
        });
    std::sort(page.attachments.begin(), page.attachments.end(), [](const auto& a, const auto& b) {
        return std::tie(a.second.mseq, a.second.uploaded_at, a.second.id) <
               std::tie(b.second.mseq, b.second.uploaded_at, b.second.id);
    });
    return done;
}

}  // namespace whispr::sql
