-- Reports about users, and sanctions within conversations. What a sanction does stands in members.

CREATE TABLE reports (
    id {uuid} PRIMARY KEY NOT NULL,
    reporter {uuid} NOT NULL,
    reported {uuid} NOT NULL,
    -- Those of the wire: a report outlives what it is about.
    conversation_id {uuid},
    message_id {uuid},
    op_id {uuid},
    category {small} NOT NULL,
    status {small} NOT NULL,
    auto_escalated {bool} NOT NULL,
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    resolved_by {uuid},
    resolved_at {bigint},
    resolution_action {text},
    resolution_notes {text},
    description {text} NOT NULL,
    evidence {text} NOT NULL
) {without_rowid};
CREATE UNIQUE INDEX reports_by_operation ON reports (reporter, op_id) WHERE op_id IS NOT NULL;
-- Nobody has two open reports (status 0) of one message.
CREATE UNIQUE INDEX reports_open ON reports (reporter, message_id)
WHERE message_id IS NOT NULL AND status = 0;
-- A user's own, and how many lately.
CREATE INDEX reports_of_reporter ON reports (reporter, created_at);
-- Who has reported a user lately.
CREATE INDEX reports_about ON reports (reported, created_at);
-- The moderators' queue, and statistics.
CREATE INDEX reports_by_status ON reports (status, created_at);
CREATE INDEX reports_by_time ON reports (created_at);

CREATE TABLE sanctions (
    no {bigint} NOT NULL,
    id {uuid} NOT NULL UNIQUE,
    user_id {uuid} NOT NULL,
    type {small} NOT NULL,
    lifted {bool} NOT NULL,
    issued_by {uuid} NOT NULL,
    expires_at {bigint},
    created_at {bigint} NOT NULL,
    reason {text} NOT NULL,
    PRIMARY KEY (no, id)
) {without_rowid};
