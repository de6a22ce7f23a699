// Blobs and uploads are shared by the lanes: what a batch has named is held until its commit, in
// the order of the keys. What is looked up about a blob is looked up by a later statement than the
// one that holds it, or it would not see what was committed meanwhile.
#include <array>

#include "sql_concepts.hpp"
#include "sql_files.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement load_named{"load uploads", "id uuid",
                               "SELECT {upload} FROM {keys} uploads u WHERE u.id = $id "
                               "ORDER BY u.id {lock_waiting u}"};

constexpr Statement load_by_operation{
    "load uploads by operation", "owner uuid, op_id uuid",
    "SELECT {upload} FROM {keys} uploads u WHERE u.owner = $owner AND u.op_id = $op_id"};

constexpr Statement load_blobs{
    "load blobs", "digest bytes",
    "SELECT b.digest, b.size, b.reserved_until, b.removing_since FROM {keys} blobs b "
    "WHERE b.digest = $digest ORDER BY b.digest {lock_waiting b}"};

constexpr Statement find_referred{"find out which blobs are referred to", "digest bytes",
                                  "SELECT b.digest FROM {keys} blobs b WHERE b.digest = $digest "
                                  "AND EXISTS (SELECT 1 FROM blob_refs r WHERE r.blob = b.digest)"};

constexpr Statement read_usage{
    "count what users hold", "owner uuid",
    "SELECT $owner, (SELECT count(*) FROM (SELECT DISTINCT r.blob, r.size FROM blob_refs r "
    "WHERE r.owner = $owner) d), (SELECT CAST(coalesce(sum(d.size), 0) AS BIGINT) FROM "
    "(SELECT DISTINCT r.blob, r.size FROM blob_refs r WHERE r.owner = $owner) d) "
    "FROM {keys} store"};

constexpr Statement remove_uploads{"remove uploads", "id uuid",
                                   "DELETE FROM uploads {using_keys} WHERE uploads.id = $id"};

constexpr Statement create_uploads{
    "create uploads",
    "id uuid, owner uuid, op_id uuid, type small, size bigint, created_at bigint, "
    "expires_at bigint, file_name text, mime_type text, metadata text, blob bytes, "
    "encrypted bool, width bigint, height bigint, thumbnails text",
    "INSERT INTO uploads (id, owner, op_id, type, size, created_at, expires_at, file_name, "
    "mime_type, metadata, blob, encrypted, width, height, thumbnails) {values} $id, $owner, "
    "$op_id, $type, $size, $created_at, $expires_at, $file_name, $mime_type, $metadata, $blob, "
    "$encrypted, $width, $height, $thumbnails {/values}"};

// Two lanes may reserve a new blob at the same time.
constexpr Statement put_blobs{
    "write blobs", "digest bytes, size bigint, reserved_until bigint, removing_since bigint",
    "INSERT INTO blobs (digest, size, reserved_until, removing_since) {values} $digest, $size, "
    "$reserved_until, $removing_since {/values} ON CONFLICT (digest) DO UPDATE SET "
    "size = excluded.size, reserved_until = excluded.reserved_until, "
    "removing_since = excluded.removing_since"};

constexpr Statement remove_blobs{"remove blobs", "digest bytes",
                                 "DELETE FROM blobs {using_keys} WHERE blobs.digest = $digest"};

constexpr Statement release{"release blobs", "blob bytes, holder uuid",
                            "DELETE FROM blob_refs {using_keys} "
                            "WHERE blob_refs.blob = $blob AND blob_refs.holder = $holder"};

constexpr Statement hold{"hold blobs", "blob bytes, holder uuid, owner uuid, size bigint",
                         "INSERT INTO blob_refs (blob, holder, owner, size) {values} $blob, "
                         "$holder, $owner, $size {/values} ON CONFLICT DO NOTHING"};

constexpr Statement remove_checks{"remove checks of blobs", "since bigint, blob bytes",
                                  "DELETE FROM blob_checks {using_keys} "
                                  "WHERE blob_checks.since = $since AND blob_checks.blob = $blob"};

constexpr Statement add_checks{"add checks of blobs", "since bigint, blob bytes",
                               "INSERT INTO blob_checks (since, blob) {values} $since, $blob "
                               "{/values} ON CONFLICT DO NOTHING"};

constexpr Statement find_expired{
    "find expired uploads", "present bigint, max_rows bigint",
    "SELECT u.id FROM {keys} {lateral} (SELECT * FROM uploads u WHERE u.expires_at <= $present "
    "ORDER BY u.expires_at, u.id LIMIT $max_rows) u ORDER BY u.expires_at, u.id"};

constexpr Statement find_checks{
    "find blobs to check", "until bigint, max_rows bigint",
    "SELECT b.blob, b.since FROM {keys} {lateral} (SELECT * FROM blob_checks b "
    "WHERE b.since <= $until ORDER BY b.since, b.blob LIMIT $max_rows) b "
    "ORDER BY b.since, b.blob"};

constexpr Statement read_one{"read an upload", "id uuid",
                             "SELECT {upload} FROM {keys} uploads u WHERE u.id = $id"};

constexpr std::array statements{&load_named,   &load_by_operation, &load_blobs,     &find_referred,
                                &read_usage,   &remove_uploads,    &create_uploads, &put_blobs,
                                &remove_blobs, &release,           &hold,           &remove_checks,
                                &add_checks,   &find_expired,      &find_checks,    &read_one};

UploadRow read_upload(const Row& from) {
    Columns columns(from);
    UploadRow row;
    Upload& upload = row.upload;
    columns.id(upload.id);
    columns.id(upload.owner);
    if (const auto op = columns.optional_uuid()) row.op_id = OpId{*op};
    upload.type = static_cast<FileType>(columns.number());
    upload.size = columns.number();
    upload.created_at = columns.time();
    upload.expires_at = columns.time();
    upload.file_name = columns.text();
    upload.mime_type = columns.text();
    upload.metadata = columns.text();
    if (auto file = read_file(columns)) upload.file = *std::move(file);
    return row;
}

std::pair<UserId, StoredUsage> read_held(const Row& from) {
    Columns columns(from);
    std::pair<UserId, StoredUsage> usage;
    columns.id(usage.first);
    usage.second.blobs = columns.number();
    usage.second.bytes = columns.number();
    return usage;
}

class Reader final : public UploadReader {
 public:
    explicit Reader(Reading reading) : reading_(reading) {}

    Result<std::optional<UploadRow>> upload(AttachmentId id) override {
        std::optional<UploadRow> found;
        reading_.keys.row(id);
        const auto done = reading_.run(read_one, [&](const Row& row) { found = read_upload(row); });
        if (!done) return done.error();
        return found;
    }

    Result<StoredUsage> usage(UserId user) override {
        StoredUsage usage;
        reading_.keys.row(user);
        const auto done =
            reading_.run(read_usage, [&](const Row& row) { usage = read_held(row).second; });
        if (!done) return done.error();
        return usage;
    }

    Result<std::vector<AttachmentId>> expired_uploads(Time now, std::size_t limit) override {
        std::vector<AttachmentId> found;
        reading_.keys.row(now, limit);
        const auto done = reading_.run(find_expired, [&](const Row& row) {
            Columns columns(row);
            columns.id(found.emplace_back());
        });
        if (!done) return done.error();
        return found;
    }

    Result<std::vector<BlobCheck>> blob_checks(Time until, std::size_t limit) override {
        std::vector<BlobCheck> found;
        reading_.keys.row(until, limit);
        const auto done = reading_.run(find_checks, [&](const Row& row) {
            Columns columns(row);
            BlobCheck& check = found.emplace_back();
            check.blob = columns.blob_key();
            check.since = columns.time();
        });
        if (!done) return done.error();
        return found;
    }

 private:
    Reading reading_;
};

Result<void> load_blob_rows(Batch& batch, const UploadKeys& keys, LoadedUploads& loaded) {
    for (const BlobKey& key : keys.blobs)
        batch.keys.row(key);
    auto done = batch.run(load_blobs, [&](const Row& row) {
        Columns columns(row);
        BlobRow& blob = loaded.blobs.emplace_back().row;
        blob.key = columns.blob_key();
        blob.size = columns.number();
        blob.reserved_until = columns.time();
        blob.removing_since = columns.optional_time();
    });
    if (!done) return done.error();
    for (const BlobKey& key : keys.blobs)
        batch.keys.row(key);
    return outcome(batch.run(find_referred, [&](const Row& row) {
        const BlobKey key = Columns(row).blob_key();
        for (LoadedBlob& blob : loaded.blobs) {
            if (blob.row.key == key) blob.referred = true;
        }
    }));
}

Result<void> write_blobs(Batch& batch, const UploadChanges& changes) {
    for (const BlobKey& key : changes.blobs_removed)
        batch.keys.row(key);
    if (auto done = batch.run(remove_blobs); !done) return done.error();
    for (const BlobRow& row : changes.blobs)
        batch.keys.row(row.key, row.size, row.reserved_until, row.removing_since);
    if (auto done = batch.run(put_blobs); !done) return done.error();
    for (const BlobRefRow& row : changes.released)
        batch.keys.row(row.blob, row.holder);
    if (auto done = batch.run(release); !done) return done.error();
    for (const BlobRefRow& row : changes.held)
        batch.keys.row(row.blob, row.holder, row.owner, row.size);
    if (auto done = batch.run(hold); !done) return done.error();
    for (const BlobCheck& check : changes.checks_done)
        batch.keys.row(check.since, check.blob);
    if (auto done = batch.run(remove_checks); !done) return done.error();
    for (const BlobCheck& check : changes.checks_added)
        batch.keys.row(check.since, check.blob);
    return outcome(batch.run(add_checks));
}

}  // namespace

Result<void> load_uploads(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    const auto take = [&](const Row& row) { loaded.uploads.of.push_back(read_upload(row)); };
    for (const AttachmentId& id : keys.uploads.of)
        batch.keys.row(id);
    if (auto done = batch.run(load_named, take); !done) return done.error();
    for (const auto& [owner, op_id] : keys.uploads.op_ids)
        batch.keys.row(owner, op_id);
    if (auto done = batch.run(load_by_operation, take); !done) return done.error();
    if (auto done = load_blob_rows(batch, keys.uploads, loaded.uploads); !done) return done;
    for (const UserId& user : keys.uploads.usage_of)
        batch.keys.row(user);
    return outcome(batch.run(
        read_usage, [&](const Row& row) { loaded.uploads.usage.push_back(read_held(row)); }));
}

Result<void> write_uploads(Batch& batch, const ChangeSet& changes) {
    const UploadChanges& uploads = changes.uploads;
    for (const AttachmentId& id : uploads.removed)
        batch.keys.row(id);
    if (auto done = batch.run_each(remove_uploads, uploads.removed.size()); !done) return done;
    FileValues files;
    for (const auto& [upload, op_id] : uploads.created) {
        batch.keys.row(upload.id, upload.owner, op_id, upload.type, upload.size, upload.created_at,
                       upload.expires_at, upload.file_name, upload.mime_type, upload.metadata);
        files.add(&upload.file, batch.keys);
    }
    if (auto done = batch.run(create_uploads); !done) return done.error();
    return write_blobs(batch, uploads);
}

std::unique_ptr<UploadReader> make_upload_reader(Reading reading) {
    return std::make_unique<Reader>(reading);
}

std::span<const Statement* const> upload_statements() noexcept {
    return statements;
}

}  // namespace whispr::sql
