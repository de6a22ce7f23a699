-- What belongs to some messages: pins and attachments.

CREATE TABLE pins (
@sqlite     key INTEGER PRIMARY KEY, -- that of the message
@postgres     no bigint NOT NULL,
@postgres     mseq bigint NOT NULL,
    id {uuid} NOT NULL,
    pinned_by {uuid} NOT NULL,
    pinned_at {bigint} NOT NULL
@sqlite );
@postgres ,   PRIMARY KEY (no, mseq)
@postgres );

CREATE TABLE attachments (
@sqlite     key INTEGER NOT NULL, -- that of the message
@postgres     no bigint NOT NULL,
@postgres     mseq bigint NOT NULL,
    id {uuid} NOT NULL UNIQUE,
    op_id {uuid},
    type {small} NOT NULL,
    size {bigint} NOT NULL,
    uploaded_at {bigint} NOT NULL,
    media_id {text} NOT NULL,
    file_name {text} NOT NULL,
    mime_type {text} NOT NULL,
    url {text} NOT NULL,
    thumbnail_url {text} NOT NULL,
    metadata {text} NOT NULL,
    -- Of bytes in the blob store; otherwise they are at the URL.
    blob {bytes},
    encrypted {bool} NOT NULL DEFAULT {false},
    width {bigint} NOT NULL DEFAULT 0,
    height {bigint} NOT NULL DEFAULT 0,
    thumbnails {text} NOT NULL DEFAULT '',
    PRIMARY KEY ({message_key}, id)
) {without_rowid};
-- A conversation's gallery, a type at a time.
@sqlite CREATE INDEX attachments_by_type ON attachments (type, key, id);
@postgres CREATE INDEX attachments_by_type ON attachments (no, type, mseq, id);
