-- What a user has not sent yet: drafts, and messages that are sent by themselves later.

CREATE TABLE drafts (
    user_id {uuid} NOT NULL,
    no {bigint} NOT NULL,
    id {uuid} NOT NULL UNIQUE,
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    last_useq {bigint} NOT NULL,
    metadata {text} NOT NULL,
    content {bytes} NOT NULL,
    PRIMARY KEY (user_id, no)
) {without_rowid};

CREATE TABLE schedules (
    id {uuid} PRIMARY KEY NOT NULL,
    no {bigint} NOT NULL,
    sender {uuid} NOT NULL,
    type {small} NOT NULL,
    status {small} NOT NULL,
    client_random {bigint} NOT NULL,
    op_id {uuid},
    scheduled_at {bigint} NOT NULL,
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    last_useq {bigint} NOT NULL,
    metadata {text} NOT NULL,
    content {bytes} NOT NULL,
    UNIQUE (sender, client_random)
) {without_rowid};
-- A repeated creation finds the first one.
CREATE UNIQUE INDEX schedules_by_operation ON schedules (sender, op_id) WHERE op_id IS NOT NULL;
-- A user's own, soonest first.
CREATE INDEX schedules_of_sender ON schedules (sender, status, scheduled_at);
-- What is due next: status 0 is pending.
CREATE INDEX schedules_due ON schedules (scheduled_at) WHERE status = 0;
