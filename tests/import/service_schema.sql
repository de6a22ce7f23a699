-- The tables of the service that `whispr import` reads, as its own migrations leave them (DATA.md §1): types,
-- constraints and indexes.
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";

CREATE TABLE conversations (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    type varchar(255) NOT NULL,
    external_group_id uuid,
    metadata jsonb DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT true,
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE INDEX conversations_type_index ON conversations (type);
CREATE INDEX conversations_inserted_at_index ON conversations (inserted_at);
CREATE INDEX conversations_updated_at_index ON conversations (updated_at);
CREATE INDEX conversations_is_active_index ON conversations (is_active);
CREATE UNIQUE INDEX conversations_external_group_id_index ON conversations (external_group_id)
    WHERE external_group_id IS NOT NULL;

CREATE TABLE conversation_members (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    user_id uuid NOT NULL,
    settings jsonb DEFAULT '{}',
    joined_at timestamp(0) NOT NULL,
    last_read_at timestamp(0),
    is_active boolean NOT NULL DEFAULT true,
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE UNIQUE INDEX conversation_members_conversation_id_user_id_index
    ON conversation_members (conversation_id, user_id);
CREATE INDEX conversation_members_conversation_id_index ON conversation_members (conversation_id);
CREATE INDEX conversation_members_user_id_index ON conversation_members (user_id);
CREATE INDEX conversation_members_is_active_index ON conversation_members (is_active);
CREATE INDEX conversation_members_joined_at_index ON conversation_members (joined_at);
CREATE INDEX conversation_members_last_read_at_index ON conversation_members (last_read_at);
CREATE INDEX conversation_members_user_id_is_active_index ON conversation_members (user_id, is_active);
CREATE INDEX conversation_members_conversation_id_is_active_index
    ON conversation_members (conversation_id, is_active);
CREATE INDEX conversation_members_conversation_id_user_id_is_active_index
    ON conversation_members (conversation_id, user_id, is_active);

CREATE TABLE messages (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    sender_id uuid,
    reply_to_id uuid REFERENCES messages ON DELETE SET NULL,
    message_type varchar(255) NOT NULL,
    content bytea,
    metadata jsonb DEFAULT '{}',
    client_random integer,
    sent_at timestamp(0) NOT NULL,
    edited_at timestamp(0),
    is_deleted boolean NOT NULL DEFAULT false,
    delete_for_everyone boolean NOT NULL DEFAULT false,
    signature text,
    sender_public_key text,
    expires_at timestamp(0),
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE UNIQUE INDEX messages_sender_id_client_random_index ON messages (sender_id, client_random);
CREATE INDEX messages_conversation_id_index ON messages (conversation_id);
CREATE INDEX messages_sender_id_index ON messages (sender_id);
CREATE INDEX messages_reply_to_id_index ON messages (reply_to_id);
CREATE INDEX messages_message_type_index ON messages (message_type);
CREATE INDEX messages_sent_at_index ON messages (sent_at);
CREATE INDEX messages_is_deleted_index ON messages (is_deleted);
CREATE INDEX messages_conversation_id_sent_at_index ON messages (conversation_id, sent_at);
CREATE INDEX messages_conversation_id_is_deleted_sent_at_index
    ON messages (conversation_id, is_deleted, sent_at);
CREATE INDEX messages_sender_id_sent_at_index ON messages (sender_id, sent_at);
CREATE INDEX messages_sender_id_sender_public_key_index ON messages (sender_id, sender_public_key);
CREATE INDEX messages_expires_at_index ON messages (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE delivery_statuses (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
    user_id uuid NOT NULL,
    delivered_at timestamp(0),
    read_at timestamp(0),
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE UNIQUE INDEX delivery_statuses_message_id_user_id_index ON delivery_statuses (message_id, user_id);
CREATE INDEX delivery_statuses_message_id_index ON delivery_statuses (message_id);
CREATE INDEX delivery_statuses_user_id_index ON delivery_statuses (user_id);
CREATE INDEX delivery_statuses_delivered_at_index ON delivery_statuses (delivered_at);
CREATE INDEX delivery_statuses_read_at_index ON delivery_statuses (read_at);
CREATE INDEX delivery_statuses_user_id_delivered_at_index ON delivery_statuses (user_id, delivered_at);
CREATE INDEX delivery_statuses_user_id_read_at_index ON delivery_statuses (user_id, read_at);

CREATE TABLE message_reactions (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
    user_id uuid NOT NULL,
    reaction varchar(255) NOT NULL,
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE UNIQUE INDEX message_reactions_message_id_user_id_reaction_index
    ON message_reactions (message_id, user_id, reaction);

CREATE TABLE message_attachments (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
    filename varchar(255) NOT NULL,
    file_type varchar(255) NOT NULL,
    file_size integer NOT NULL,
    mime_type varchar(255) NOT NULL,
    storage_url varchar(255) NOT NULL,
    thumbnail_url varchar(255),
    metadata jsonb DEFAULT '{}',
    encryption_key bytea,
    is_deleted boolean NOT NULL DEFAULT false,
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE INDEX message_attachments_message_id_index ON message_attachments (message_id);
CREATE INDEX message_attachments_file_type_index ON message_attachments (file_type);
CREATE INDEX message_attachments_is_deleted_index ON message_attachments (is_deleted);
CREATE INDEX message_attachments_message_id_is_deleted_index ON message_attachments (message_id, is_deleted);

CREATE TABLE pinned_messages (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    pinned_by uuid NOT NULL,
    pinned_at timestamp(0) NOT NULL,
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE UNIQUE INDEX pinned_messages_message_id_index ON pinned_messages (message_id);
CREATE INDEX pinned_messages_conversation_id_index ON pinned_messages (conversation_id);

CREATE TABLE user_message_deletions (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    user_id uuid NOT NULL,
    message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
    inserted_at timestamp(0) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX user_message_deletions_user_id_message_id_index
    ON user_message_deletions (user_id, message_id);
CREATE INDEX user_message_deletions_message_id_index ON user_message_deletions (message_id);

CREATE TABLE message_drafts (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    user_id uuid NOT NULL,
    content bytea,
    metadata jsonb DEFAULT '{}',
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE UNIQUE INDEX message_drafts_conversation_id_user_id_index ON message_drafts (conversation_id, user_id);
CREATE INDEX message_drafts_user_id_index ON message_drafts (user_id);
CREATE INDEX message_drafts_conversation_id_index ON message_drafts (conversation_id);

CREATE TABLE scheduled_messages (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    sender_id uuid NOT NULL,
    content bytea,
    message_type varchar(255) NOT NULL DEFAULT 'text',
    metadata jsonb DEFAULT '{}',
    client_random integer,
    scheduled_at timestamp(0) NOT NULL,
    status varchar(255) NOT NULL DEFAULT 'pending',
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE UNIQUE INDEX scheduled_messages_sender_id_client_random_index
    ON scheduled_messages (sender_id, client_random);
CREATE INDEX scheduled_messages_conversation_id_index ON scheduled_messages (conversation_id);
CREATE INDEX scheduled_messages_sender_id_index ON scheduled_messages (sender_id);
CREATE INDEX scheduled_messages_scheduled_at_index ON scheduled_messages (scheduled_at);
CREATE INDEX scheduled_messages_status_index ON scheduled_messages (status);
CREATE INDEX scheduled_messages_status_scheduled_at_index ON scheduled_messages (status, scheduled_at);
CREATE INDEX scheduled_messages_sender_id_status_scheduled_at_index
    ON scheduled_messages (sender_id, status, scheduled_at);

CREATE TABLE sender_public_keys (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    user_id uuid NOT NULL,
    public_key text NOT NULL,
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE UNIQUE INDEX sender_public_keys_user_id_index ON sender_public_keys (user_id);

CREATE TABLE conversation_settings (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    settings jsonb DEFAULT '{}',
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE UNIQUE INDEX conversation_settings_conversation_id_index ON conversation_settings (conversation_id);

CREATE TABLE reports (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    reporter_id uuid NOT NULL,
    reported_user_id uuid NOT NULL,
    conversation_id uuid REFERENCES conversations ON DELETE SET NULL,
    message_id uuid REFERENCES messages ON DELETE SET NULL,
    category varchar(255) NOT NULL,
    description text,
    evidence jsonb DEFAULT '{}',
    status varchar(255) NOT NULL DEFAULT 'pending',
    resolution jsonb,
    auto_escalated boolean NOT NULL DEFAULT false,
    inserted_at timestamp(0) NOT NULL,
    updated_at timestamp(0) NOT NULL
);
CREATE INDEX reports_reporter_id_index ON reports (reporter_id);
CREATE INDEX reports_reported_user_id_index ON reports (reported_user_id);
CREATE INDEX reports_status_index ON reports (status);
CREATE INDEX reports_conversation_id_index ON reports (conversation_id);
CREATE INDEX reports_reported_user_id_inserted_at_index ON reports (reported_user_id, inserted_at);
CREATE UNIQUE INDEX reports_reporter_message_unique ON reports (reporter_id, message_id)
    WHERE message_id IS NOT NULL AND status = 'pending';

CREATE TABLE conversation_sanctions (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    user_id uuid NOT NULL,
    type varchar(255) NOT NULL,
    reason text NOT NULL,
    issued_by uuid NOT NULL,
    expires_at timestamp(0),
    active boolean NOT NULL DEFAULT true,
    inserted_at timestamp(0) NOT NULL
);
CREATE INDEX conversation_sanctions_conversation_id_user_id_active_index
    ON conversation_sanctions (conversation_id, user_id, active);
CREATE INDEX conversation_sanctions_user_id_index ON conversation_sanctions (user_id);
CREATE INDEX conversation_sanctions_expires_at_index ON conversation_sanctions (expires_at)
    WHERE active AND expires_at IS NOT NULL;
