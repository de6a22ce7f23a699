// The shapes of the REST interface, as JSON Schema.

export const uuid = { type: 'string', format: 'uuid' };
export const moment = {
    type: 'string',
    format: 'date-time',
    description: 'UTC with microseconds: 2026-04-18T12:00:00.123456Z',
};
const text = { type: 'string' };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const metadata = { type: 'object', description: 'Kept and answered verbatim; at most 16,384 bytes and 8 levels' };
export const nullable = (schema) =>
    schema.$ref ? { oneOf: [schema, { type: 'null' }] } : { ...schema, type: [schema.type, 'null'] };
export const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
export const list_of = (schema) => ({ type: 'array', items: schema });
const object = (properties, required = [], more = {}) => ({
    type: 'object',
    properties,
    ...(required.length ? { required } : {}),
    ...more,
});

const role = { type: 'string', enum: ['member', 'moderator', 'admin', 'owner'] };
const message_type = { type: 'string', enum: ['text', 'media', 'system'] };
const client_random = {
    type: 'integer',
    minimum: 0,
    maximum: 2 ** 53 - 1,
    description: 'Drawn by the client; recognises a repeated send',
};
export const category = { type: 'string', enum: ['offensive', 'spam', 'nudity', 'violence', 'harassment', 'other'] };
export const report_status = {
    type: 'string',
    enum: ['pending', 'under_review', 'resolved_action', 'resolved_dismissed'],
};
const schedule_status = { type: 'string', enum: ['pending', 'sent', 'cancelled', 'failed'] };

export const schemas = {
    Error: object({ error: { type: 'string', description: 'What was wrong, for people' } }, ['error']),
    FieldErrors: object({
        error: { const: 'Validation failed' },
        details: { type: 'object', additionalProperties: list_of(text) },
        errors: { type: 'object', additionalProperties: list_of(text) },
    }),
    FrameworkError: object({ errors: object({ detail: text }, ['detail']) }, ['errors']),
    TooManyRequests: object({ error: { const: 'Too Many Requests' }, message: text, retry_after: count }),
    Member: object({ userId: uuid, role, joinedAt: moment, isActive: flag }, ['userId', 'role']),
    Reaction: object(
        { id: uuid, messageId: uuid, userId: uuid, reaction: text, insertedAt: moment, createdAt: moment },
        ['id', 'messageId', 'userId', 'reaction'],
    ),
    ReplyPreview: object({ id: uuid, senderId: uuid, content: text, messageType: message_type, isDeleted: flag }),
    Attachment: object(
        {
            id: uuid,
            messageId: uuid,
            mediaId: nullable(text),
            fileName: text,
            fileType: { type: 'string', enum: ['image', 'video', 'audio', 'document'] },
            fileUrl: text,
            fileSize: count,
            mimeType: text,
            thumbnailUrl: nullable(text),
            metadata,
            uploadedAt: moment,
            width: { ...nullable(count), description: 'Pixels; of files that are stored here, as the next four' },
            height: nullable(count),
            encrypted: { type: 'boolean', description: 'By its client: served as bytes of no kind' },
            sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        },
        ['id', 'messageId', 'fileName', 'fileType', 'fileUrl', 'fileSize', 'mimeType'],
    ),
    SharedFile: { allOf: [ref('Attachment'), object({ mseq: { type: 'integer' }, senderId: uuid, sentAt: moment })] },
    Upload: object(
        {
            id: uuid,
            messageId: { type: 'null' },
            mediaId: { ...uuid, description: 'To be given as media_id to the message that takes it' },
            fileName: text,
            fileType: { type: 'string', enum: ['image', 'video', 'audio', 'document'] },
            fileUrl: text,
            fileSize: count,
            mimeType: text,
            thumbnailUrl: nullable(text),
            metadata,
            uploadedAt: moment,
            width: nullable(count),
            height: nullable(count),
            encrypted: { type: 'boolean' },
            sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
            expiresAt: { ...moment, description: 'Forgotten then, unless a message has taken it' },
        },
        ['id', 'mediaId', 'fileName', 'fileType', 'fileUrl', 'fileSize', 'mimeType', 'expiresAt'],
    ),
    Message: object(
        {
            id: uuid,
            conversationId: uuid,
            senderId: uuid,
            content: { type: 'string', description: 'UTF-8 as it was sent; other bytes in base64' },
            messageType: message_type,
            metadata,
            replyToId: nullable(uuid),
            replyTo: ref('ReplyPreview'),
            clientRandom: nullable({ type: 'integer' }),
            isEdited: flag,
            editedAt: nullable(moment),
            isDeleted: flag,
            deleteForEveryone: flag,
            isEphemeral: flag,
            expiresAt: nullable(moment),
            sentAt: { ...moment, description: 'Strictly rising within a conversation; a cursor for `before` and `after`' },
            insertedAt: moment,
            updatedAt: moment,
            deliveryStatus: { type: 'string', enum: ['sent', 'delivered', 'read'] },
            status: { type: 'string', enum: ['sent', 'delivered', 'read'] },
            signature: nullable(text),
            senderPublicKey: nullable(text),
            mseq: { ...count, description: 'The number of the message in its conversation, dense from 1' },
            eseq: { ...count, description: 'The number of its last change in the conversation' },
            reactions: list_of(ref('Reaction')),
            attachments: list_of(ref('Attachment')),
        },
        ['id', 'conversationId', 'senderId', 'content', 'messageType', 'metadata', 'sentAt'],
    ),
    LastMessage: object(
        {
            id: uuid,
            conversation_id: uuid,
            sender_id: uuid,
            content: text,
            message_type: message_type,
            metadata,
            sent_at: moment,
            is_deleted: flag,
        },
        ['id', 'sender_id', 'content', 'message_type', 'sent_at'],
    ),
    Conversation: object(
        {
            id: uuid,
            type: { type: 'string', enum: ['direct', 'group'] },
            name: nullable(text),
            externalGroupId: nullable(uuid),
            metadata,
            isActive: flag,
            isPinned: flag,
            isArchived: flag,
            isMuted: flag,
            insertedAt: moment,
            createdAt: moment,
            updatedAt: moment,
            lastActivityAt: moment,
            unreadCount: count,
            lastMessage: nullable(ref('LastMessage')),
            memberUserIds: list_of(uuid),
            members: list_of(ref('Member')),
            memberCount: count,
            mseq: count,
            eseq: count,
        },
        ['id', 'type', 'metadata', 'isActive'],
    ),
    MemberSettings: object({
        notifications: flag,
        sound_enabled: flag,
        desktop_notifications: flag,
        mobile_notifications: flag,
        mention_notifications: flag,
        is_muted: flag,
        custom_name: nullable({ type: 'string', maxLength: 100 }),
    }),
    Pin: object(
        {
            id: uuid,
            messageId: uuid,
            conversationId: uuid,
            pinnedBy: uuid,
            pinnedAt: moment,
            insertedAt: moment,
            message: object({ id: uuid, senderId: uuid, content: text, messageType: message_type, insertedAt: moment }),
        },
        ['id', 'messageId', 'conversationId', 'pinnedBy', 'pinnedAt'],
    ),
    MemberReceipt: object(
        {
            userId: uuid,
            status: { type: 'string', enum: ['sent', 'delivered', 'read'] },
            deliveredAt: nullable(moment),
            readAt: nullable(moment),
        },
        ['userId', 'status'],
    ),
    Draft: object(
        {
            id: uuid,
            conversationId: uuid,
            userId: uuid,
            content: text,
            metadata,
            insertedAt: moment,
            updatedAt: moment,
        },
        ['id', 'conversationId', 'userId', 'content'],
    ),
    Schedule: object(
        {
            id: uuid,
            conversationId: uuid,
            senderId: uuid,
            messageType: message_type,
            content: text,
            metadata,
            scheduledAt: moment,
            status: schedule_status,
            insertedAt: moment,
            updatedAt: moment,
        },
        ['id', 'content', 'status'],
    ),
    SenderKey: object(
        { publicKey: text, device: nullable(text), firstUsedAt: moment, revokedAt: nullable(moment) },
        ['publicKey', 'firstUsedAt'],
    ),
    Report: object(
        {
            id: uuid,
            reporter_id: uuid,
            reported_user_id: uuid,
            conversation_id: nullable(uuid),
            message_id: nullable(uuid),
            category,
            description: nullable(text),
            evidence: { type: 'object', description: 'The message as it was when it was reported; content in base64' },
            status: report_status,
            resolution: nullable({ type: 'object' }),
            auto_escalated: flag,
            created_at: moment,
            updated_at: moment,
        },
        ['id', 'reporter_id', 'reported_user_id', 'category', 'status'],
    ),
    Sanction: object(
        {
            id: uuid,
            conversation_id: uuid,
            user_id: uuid,
            type: { type: 'string', enum: ['mute', 'kick', 'shadow_restrict'] },
            reason: text,
            issued_by: uuid,
            expires_at: nullable(moment),
            active: flag,
            created_at: moment,
        },
        ['id', 'conversation_id', 'user_id', 'type', 'reason'],
    ),
    Health: { type: 'object', properties: { status: text, service: text, timestamp: moment, version: text } },
    // Bodies of requests.
    NewConversation: {
        oneOf: [
            object({ type: { const: 'direct' }, other_user_id: uuid, metadata }, ['type', 'other_user_id']),
            object({ type: { const: 'direct' }, user_ids: list_of(uuid), metadata }, ['type', 'user_ids']),
            object(
                {
                    type: { const: 'group' },
                    name: { type: 'string', minLength: 1, maxLength: 100 },
                    user_ids: list_of(uuid),
                    metadata,
                    external_group_id: uuid,
                },
                ['type', 'name', 'user_ids'],
            ),
        ],
    },
    ConversationChange: object({ name: { type: 'string', minLength: 1, maxLength: 100 }, metadata }),
    NewMessage: object(
        {
            content: { type: 'string', description: '1 to 65,536 bytes' },
            message_type: { type: 'string', enum: ['text', 'media'] },
            client_random,
            metadata,
            reply_to_id: uuid,
            expires_at: { type: 'string', format: 'date-time' },
            ttl_seconds: { type: 'integer', minimum: 1 },
            signature: text,
            sender_public_key: text,
        },
        ['content', 'message_type', 'client_random'],
    ),
    MessageChange: object({ content: text, metadata }, ['content']),
    NewAttachment: object(
        {
            media_id: text,
            media_type: { type: 'string', enum: ['image', 'video', 'audio', 'document', 'file'] },
            filename: text,
            mime_type: text,
            size: { type: 'integer', minimum: 1 },
            media_url: text,
            thumbnail_url: text,
            metadata,
        },
        ['media_url', 'size'],
    ),
    NewDraft: object({ conversation_id: uuid, content: text, metadata }, ['conversation_id', 'content']),
    NewSchedule: object(
        {
            conversation_id: uuid,
            content: text,
            message_type: { type: 'string', enum: ['text', 'media'] },
            scheduled_at: { type: 'string', format: 'date-time' },
            client_random,
            metadata,
        },
        ['conversation_id', 'content', 'scheduled_at'],
    ),
    ScheduleChange: object({
        content: text,
        message_type: { type: 'string', enum: ['text', 'media'] },
        scheduled_at: { type: 'string', format: 'date-time' },
        metadata,
    }),
    NewReport: object(
        {
            reported_user_id: uuid,
            category,
            conversation_id: uuid,
            message_id: uuid,
            description: { type: 'string', description: 'At most 4,096 bytes' },
        },
        ['reported_user_id', 'category'],
    ),
    Decision: object({ action: text, notes: text }),
    NewSanction: object(
        {
            user_id: uuid,
            type: { type: 'string', enum: ['mute', 'kick', 'shadow_restrict'] },
            reason: text,
            expires_at: { type: 'string', format: 'date-time' },
        },
        ['user_id', 'type', 'reason'],
    ),
};
