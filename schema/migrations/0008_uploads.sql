-- Bytes in the blob store: which blobs there are, who refers to them, and uploads that no message has taken yet.

-- A row is there before its blob, and goes after it. Whoever begins a reference or a removal holds it until the commit.
CREATE TABLE blobs (
    digest {bytes} PRIMARY KEY NOT NULL,
    size {bigint} NOT NULL,
    -- Not removed before.
    reserved_until {bigint} NOT NULL,
    -- Set: its bytes may be gone already.
    removing_since {bigint}
) {without_rowid};

-- An upload or an attachment holds a blob: both by the same id, so nothing is written here when the one becomes the other.
CREATE TABLE blob_refs (
    blob {bytes} NOT NULL,
    holder {uuid} NOT NULL,
    owner {uuid} NOT NULL,
    size {bigint} NOT NULL,
    PRIMARY KEY (blob, holder)
) {without_rowid};
-- What a user holds, each blob once.
CREATE INDEX blob_refs_of_owner ON blob_refs (owner, blob, size);

-- Blobs that may have lost their last reference, and when. Appended without a look at the blob, so that deleting a message
-- takes no lock of a blob.
CREATE TABLE blob_checks (
    since {bigint} NOT NULL,
    blob {bytes} NOT NULL,
    PRIMARY KEY (since, blob)
) {without_rowid};

CREATE TABLE uploads (
    id {uuid} PRIMARY KEY NOT NULL,
    owner {uuid} NOT NULL,
    op_id {uuid},
    type {small} NOT NULL,
    size {bigint} NOT NULL,
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    file_name {text} NOT NULL,
    mime_type {text} NOT NULL,
    metadata {text} NOT NULL,
    blob {bytes} NOT NULL,
    encrypted {bool} NOT NULL,
    width {bigint} NOT NULL,
    height {bigint} NOT NULL,
    thumbnails {text} NOT NULL
) {without_rowid};
CREATE UNIQUE INDEX uploads_by_operation ON uploads (owner, op_id) WHERE op_id IS NOT NULL;
CREATE INDEX uploads_expiring ON uploads (expires_at);
