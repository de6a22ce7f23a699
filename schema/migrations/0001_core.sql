-- Conversations, members, messages, reactions and the numbers that order them. Moments are microseconds since 1970 (UTC).
-- Tables that are written with every message carry no foreign keys: the engine writes whole batches under the lock of
-- their conversation, and every secondary index costs as much as a row.

-- One row: which history this is. Another one is drawn when the store is restored or imported again.
CREATE TABLE store (
    epoch {uuid} NOT NULL,
    -- Which database's numbers the columns named `changed` hold. A copy of the rows has numbers of its own.
    numbering {uuid} NOT NULL
-- How often a writer has begun: the high half of the numbers that it draws.
@sqlite     , writers INTEGER NOT NULL DEFAULT 0
-- The system and the timeline that wrote the tables: where they are others, so is the history.
@postgres    , history text NOT NULL DEFAULT ''
);
@sqlite INSERT INTO store (epoch, numbering) VALUES (randomblob(16), randomblob(16));
@postgres INSERT INTO store (epoch, numbering) VALUES (gen_random_uuid(), gen_random_uuid());

CREATE TABLE conversations (
    -- Local, never told to anyone: the high half of a message's key.
    no {number} CHECK (no BETWEEN 1 AND 2147483647),
    id {uuid} NOT NULL UNIQUE,
    type {small} NOT NULL,
    active {bool} NOT NULL,
    created_by {uuid} NOT NULL,
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    last_activity_at {bigint} NOT NULL,
    last_sent_at {bigint} NOT NULL,
    mseq {bigint} NOT NULL,
    eseq {bigint} NOT NULL,
    members_eseq {bigint} NOT NULL,
    policy_eseq {bigint} NOT NULL,
    floor_mseq {bigint} NOT NULL,
    member_count {bigint} NOT NULL,
    -- The transaction that wrote the row last: its number on PostgreSQL, a counter's on SQLite. Never indexed: most updates
    -- change this and the counters alone.
    changed {bigint} NOT NULL DEFAULT 0,
    external_group_id {uuid},
    op_id {uuid},
    metadata {text} NOT NULL
);
-- A group that another service names exists once.
CREATE UNIQUE INDEX conversations_by_external_group ON conversations (external_group_id)
    WHERE external_group_id IS NOT NULL;
-- A repeated creation finds the first one.
CREATE UNIQUE INDEX conversations_by_operation ON conversations (created_by, op_id)
    WHERE op_id IS NOT NULL;

-- The one direct conversation of two users, lo < hi; its key decides the race of two who write first.
CREATE TABLE direct_pairs (
    lo {uuid} NOT NULL,
    hi {uuid} NOT NULL,
    no {bigint} NOT NULL,
    PRIMARY KEY (lo, hi)
) {without_rowid};

-- What all members see of each other, and how far each has come.
CREATE TABLE members (
    no {bigint} NOT NULL,
    user_id {uuid} NOT NULL,
    role {small} NOT NULL,
    active {bool} NOT NULL,
    joined_at {bigint} NOT NULL,
    last_eseq {bigint} NOT NULL,
    -- Sanctions act here: may not send until then; is seen by nobody else until then.
    muted_until {bigint},
    shadowed_until {bigint},
    read_mseq {bigint} NOT NULL DEFAULT 0,
    read_at {bigint},
    -- What others are told of read_mseq; it stays behind for those who do not show what they read.
    shown_read_mseq {bigint} NOT NULL DEFAULT 0,
    delivered_mseq {bigint} NOT NULL DEFAULT 0,
    delivered_at {bigint},
    -- As in conversations.
    changed {bigint} NOT NULL DEFAULT 0,
    PRIMARY KEY (no, user_id)
) {without_rowid};

-- A user's own state in each conversation: one range of this table is the user's list.
CREATE TABLE memberships (
    user_id {uuid} NOT NULL,
    no {bigint} NOT NULL,
    -- A copy of members.active, so that a list need not look up every conversation that was ever left.
    active {bool} NOT NULL,
    notifications {bool} NOT NULL DEFAULT {true},
    sound_enabled {bool} NOT NULL DEFAULT {true},
    desktop_notifications {bool} NOT NULL DEFAULT {true},
    mobile_notifications {bool} NOT NULL DEFAULT {true},
    mention_notifications {bool} NOT NULL DEFAULT {true},
    muted {bool} NOT NULL DEFAULT {false},
    pinned {bool} NOT NULL DEFAULT {false},
    archived {bool} NOT NULL DEFAULT {false},
    -- Hidden from the list while the newest message is not beyond this; -1: not hidden.
    hidden_mseq {bigint} NOT NULL DEFAULT -1,
    -- Marked unread from this message on; 0: not marked.
    unread_from {bigint} NOT NULL DEFAULT 0,
    last_useq {bigint} NOT NULL DEFAULT 0,
    -- As in conversations.
    changed {bigint} NOT NULL DEFAULT 0,
    custom_name {text},
    PRIMARY KEY (user_id, no)
) {without_rowid};

-- Small columns first, so that they are read without the pages that long contents overflow to.
CREATE TABLE messages (
    -- Conversation and number in one integer: history lies together on disk, in order, without an index of its own.
@sqlite     key INTEGER PRIMARY KEY, -- no << 32 | mseq
@postgres     no bigint NOT NULL,
@postgres     mseq bigint NOT NULL,
    last_eseq {bigint} NOT NULL,
    sent_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    type {small} NOT NULL,
    deleted {bool} NOT NULL,
    -- Only its sender sees it.
    shadowed {bool} NOT NULL,
    -- The number of the message that this one answers; 0: none.
    reply_to_mseq {bigint} NOT NULL,
    expires_at {bigint},
    edited_at {bigint},
    client_random {bigint},
    id {uuid} NOT NULL,
    sender {uuid} NOT NULL,
    op_id {uuid},
    signature {bytes} NOT NULL,
    sender_public_key {bytes} NOT NULL,
    -- JSON exactly as it was sent.
    metadata {text} NOT NULL,
    content {bytes} NOT NULL
@sqlite );
@postgres ,   PRIMARY KEY (no, mseq) INCLUDE (sender, deleted, expires_at, shadowed)
@postgres ) PARTITION BY HASH (no);
@postgres CREATE TABLE messages_0 PARTITION OF messages FOR VALUES WITH (MODULUS 8, REMAINDER 0);
@postgres CREATE TABLE messages_1 PARTITION OF messages FOR VALUES WITH (MODULUS 8, REMAINDER 1);
@postgres CREATE TABLE messages_2 PARTITION OF messages FOR VALUES WITH (MODULUS 8, REMAINDER 2);
@postgres CREATE TABLE messages_3 PARTITION OF messages FOR VALUES WITH (MODULUS 8, REMAINDER 3);
@postgres CREATE TABLE messages_4 PARTITION OF messages FOR VALUES WITH (MODULUS 8, REMAINDER 4);
@postgres CREATE TABLE messages_5 PARTITION OF messages FOR VALUES WITH (MODULUS 8, REMAINDER 5);
@postgres CREATE TABLE messages_6 PARTITION OF messages FOR VALUES WITH (MODULUS 8, REMAINDER 6);
@postgres CREATE TABLE messages_7 PARTITION OF messages FOR VALUES WITH (MODULUS 8, REMAINDER 7);
-- Unread messages are counted here alone (on PostgreSQL in the primary key's index), not in the whole rows.
@sqlite CREATE INDEX messages_unread ON messages (key, sender, deleted, expires_at, shadowed);
-- A repeated send is found by the token that its client drew; the newest message counts, so it is not unique.
@sqlite CREATE INDEX messages_by_client_random ON messages (sender, client_random)
@sqlite     WHERE client_random IS NOT NULL;
@postgres CREATE INDEX messages_by_client_random ON messages (no, sender, client_random, mseq)
@postgres     WHERE client_random IS NOT NULL;
-- A repeated send is found for ever by its operation. The conversation comes first to keep new entries together.
@sqlite CREATE UNIQUE INDEX messages_by_operation ON messages (key >> 32, sender, op_id)
@postgres CREATE UNIQUE INDEX messages_by_operation ON messages (no, sender, op_id)
    WHERE op_id IS NOT NULL;

-- What a client missed: creations are the newest messages, so changed ones alone are listed here.
@sqlite CREATE INDEX messages_changed ON messages (key >> 32, last_eseq) WHERE updated_at > sent_at;
@postgres CREATE INDEX messages_changed ON messages (no, last_eseq) WHERE updated_at > sent_at;
-- Messages whose time will be over.
CREATE INDEX messages_expiring ON messages (expires_at) WHERE expires_at IS NOT NULL AND NOT deleted;

-- Where a message is. On PostgreSQL this also keeps ids unique across the partitions.
CREATE TABLE message_ids (
    id {uuid} PRIMARY KEY NOT NULL,
    no {bigint} NOT NULL,
    mseq {bigint} NOT NULL
) {without_rowid};

CREATE TABLE reactions (
@sqlite     key INTEGER NOT NULL, -- that of the message
@postgres     no bigint NOT NULL,
@postgres     mseq bigint NOT NULL,
    user_id {uuid} NOT NULL,
    reaction {text} NOT NULL,
    id {uuid} NOT NULL,
    created_at {bigint} NOT NULL,
    PRIMARY KEY ({message_key}, user_id, reaction)
) {without_rowid};

-- Messages that a user deleted for himself.
CREATE TABLE hidden_messages (
    user_id {uuid} NOT NULL,
    no {bigint} NOT NULL,
    mseq {bigint} NOT NULL,
    PRIMARY KEY (user_id, no, mseq)
) {without_rowid};

-- The newest change that belongs to one user alone.
CREATE TABLE users (
    id {uuid} PRIMARY KEY NOT NULL,
    useq {bigint} NOT NULL
) {without_rowid};
