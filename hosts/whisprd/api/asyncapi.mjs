// The socket interface (Phoenix Channels) as an AsyncAPI 3.0 document. A test compares the events that clients may push
// with the server's tables, and those that it sends with what it can send.
import { list_of, moment, nullable, ref, schemas, uuid } from './schemas.mjs';

const text = { type: 'string' };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const object = (properties, required = []) => ({ type: 'object', properties, ...(required.length ? { required } : {}) });
const metadata = { type: 'object' };

const reaction = object({ messageId: uuid, conversationId: uuid, userId: uuid, reaction: text });
const message = object({ message: ref('Message') });
const presence = { type: 'object', description: 'By user id: {"metas": [...]}' };

// What clients push: [payload, what it does, the reply's response or null when there is no reply].
export const pushes = {
    conversation: {
        new_message: [
            object(
                { content: text, message_type: text, client_random: { type: 'integer' }, metadata, reply_to_id: uuid, signature: text, sender_public_key: text },
                ['content', 'message_type', 'client_random'],
            ),
            'Sends a message; a repeat is answered with the stored one',
            message,
        ],
        edit_message: [object({ message_id: uuid, content: text, metadata: nullable(metadata) }, ['message_id', 'content']), "Edits one's own message", message],
        delete_message: [
            object({ message_id: uuid, delete_for_everyone: flag }, ['message_id', 'delete_for_everyone']),
            'Deletes for everyone, or hides for the caller',
            message,
        ],
        message_delivered: [object({ message_id: uuid }, ['message_id']), 'The message has reached this device', object({ status: { const: 'delivered' } })],
        message_read: [object({ message_id: uuid }, ['message_id']), 'Everything up to this message was read', object({ status: { const: 'read' } })],
        mark_read: [object({ message_id: uuid }), 'The same; without a message, everything there is', null],
        user_typing: [object({ typing: flag }), 'The user writes, or has stopped', null],
        typing_start: [object({}), 'The user writes', null],
        typing_stop: [object({}), 'The user has stopped writing', null],
        add_reaction: [object({ message_id: uuid, reaction: text }, ['message_id', 'reaction']), 'Reacts to a message', object({ reaction: ref('Reaction') })],
        remove_reaction: [
            object({ message_id: uuid, reaction: text }, ['message_id', 'reaction']),
            "Takes one's own reaction back",
            object({ status: { const: 'removed' } }),
        ],
    },
    user: {
        update_status: [object({ status: { type: 'string', enum: ['online', 'away', 'busy', 'offline'] } }, ['status']), 'Tells the others', object({ status: text })],
        get_conversations: [object({}), 'The list', object({ conversations: list_of({ type: 'object' }) })],
        get_unread_messages: [object({}), 'What was delivered and not read', object({ unread_messages: list_of({ type: 'object' }) })],
        mark_conversation_read: [object({ conversation_id: uuid }, ['conversation_id']), 'Everything in it was read', object({ messages_marked: count })],
    },
};

// What the server sends: [topics, payload, when].
const both = ['conversation', 'user'];
export const events = {
    presence_state: [['conversation'], presence, 'After a join, to the joiner'],
    presence_diff: [both, object({ joins: presence, leaves: presence }), 'Somebody came or went'],
    presence_count: [['conversation'], object({ count }), 'How many are present where not all are listed'],
    new_message: [both, message, 'A message was sent'],
    message_edited: [['conversation'], message, 'A message was edited'],
    message_updated: [['conversation'], message, 'The same, under the name that the mobile client listens to'],
    message_deleted: [both, object({ messageId: uuid, conversationId: uuid, deleteForEveryone: flag }), 'A message was deleted'],
    'message:expired': [['conversation'], object({ message_id: uuid, conversation_id: uuid }), 'The time of a message was over'],
    message_pinned: [['conversation'], { type: 'object' }, 'A message was pinned'],
    message_unpinned: [['conversation'], { type: 'object' }, 'A message was unpinned'],
    attachment_added: [['conversation'], { type: 'object' }, 'A file was added to a message'],
    attachment_removed: [['conversation'], { type: 'object' }, 'A file was removed from a message'],
    message_read: [['conversation'], object({ userId: uuid, messageId: nullable(uuid), conversationId: uuid, timestamp: moment }), 'A member has read'],
    message_unread: [['user'], object({ messageId: uuid, conversationId: uuid, userId: uuid, timestamp: moment }), 'Marked as unread, for reader and author'],
    delivery_status: [
        both,
        object({ messageId: uuid, userId: uuid, conversationId: uuid, status: { type: 'string', enum: ['delivered', 'read'] }, timestamp: moment }),
        'A message has reached a member, or was read',
    ],
    user_typing: [['conversation'], object({ userId: uuid, typing: flag, conversationId: uuid }), 'A member writes, or has stopped'],
    reaction_added: [['conversation'], reaction, 'A member has reacted'],
    reaction_removed: [['conversation'], reaction, 'A reaction was taken back'],
    conversation_read: [both, object({ conversation_id: uuid, user_id: uuid, read_at: moment, message_count: count }), 'A member has read the conversation'],
    user_status_changed: [['conversation'], object({ user_id: uuid, status: text, timestamp: moment }), 'A member has another status'],
    member_added: [['conversation'], object({ member: { type: 'object' }, conversationId: uuid }), 'A member was added'],
    member_removed: [both, object({ userId: uuid, conversationId: uuid }), 'A member left or was removed'],
    member_role_changed: [['conversation'], object({ userId: uuid, role: text, conversationId: uuid }), 'A member has another role'],
    conversation_updated: [['conversation'], { type: 'object' }, 'Name or metadata changed'],
    conversation_added: [['user'], { type: 'object' }, 'A new conversation, or a new membership'],
    conversation_removed: [both, { type: 'object' }, 'Deactivated, or hidden by this user on another device'],
    conversation_summaries: [['user'], object({ summaries: list_of({ type: 'object' }) }), 'After a join, to the joiner: the whole list'],
    conversation_pinned: [['user'], object({ conversation_id: uuid, pinned: flag, timestamp: moment }), 'A list pin changed'],
    conversation_archived: [['user'], object({ conversation_id: uuid, archived: flag, timestamp: moment }), 'Archived, or out of the archive'],
    conversation_settings_updated: [['user'], object({ conversation_id: uuid, settings: ref('MemberSettings'), timestamp: moment }), 'Muted, or not any more'],
    draft_saved: [['user'], { type: 'object' }, 'A draft was saved on another device'],
    draft_removed: [['user'], { type: 'object' }, 'A draft was discarded on another device'],
    schedule_changed: [['user'], { type: 'object' }, 'A scheduled message was made, changed, sent or cancelled'],
    'moderation:user_muted': [['conversation'], object({ user_id: uuid, reason: text, expires_at: nullable(moment) }), 'A member may not send'],
    'moderation:user_kicked': [['conversation'], object({ user_id: uuid, reason: text }), 'A member was removed by a moderator'],
    'moderation:sanction_lifted': [['conversation'], object({ user_id: uuid, sanction_type: text }), 'A sanction was lifted'],
    epoch_changed: [both, object({ epoch: uuid }), 'The store has another history: catch up again, with this epoch from now on'],
    advanced: [['conversation'], object({ conversationId: uuid, eseq: count }), 'A change that this client does not see'],
};

const name_of = (event) => event.replace(/[^a-z]+(\w)/g, (_, c) => c.toUpperCase());
const frame = (event, payload) => ({
    name: event,
    payload: {
        type: 'array',
        description: '[join_ref, ref, topic, event, payload]',
        prefixItems: [nullable(text), nullable(text), text, { const: event }, payload],
    },
});

export function asyncapi(version) {
    const channels = {
        conversation: { address: 'conversation:{id}', title: 'A conversation, for its active members', messages: {} },
        user: { address: 'user:{id}', title: "The user's own topic", messages: {} },
    };
    const operations = {};
    for (const [kind, channel] of Object.entries(channels)) {
        channel.parameters = { id: { description: 'A UUID' } };
        const link = (name) => ({ $ref: `#/channels/${kind}/messages/${name}` });
        for (const [event, [payload, summary, response]] of Object.entries(pushes[kind])) {
            const name = `push${name_of(`_${event}`)}`;
            channel.messages[name] = { ...frame(event, payload), summary };
            const operation = { action: 'receive', channel: { $ref: `#/channels/${kind}` }, summary, messages: [link(name)] };
            if (response) {
                channel.messages[`${name}Reply`] = { ...frame('phx_reply', object({ status: text, response })), summary: `The reply to ${event}` };
                operation.reply = { channel: { $ref: `#/channels/${kind}` }, messages: [link(`${name}Reply`)] };
            }
            operations[`${kind}${name_of(`_${event}`)}`] = operation;
        }
        const sent = Object.entries(events).filter(([, [topics]]) => topics.includes(kind));
        for (const [event, [, payload, summary]] of sent) channel.messages[name_of(event)] = { ...frame(event, payload), summary };
        operations[`${kind}Events`] = {
            action: 'send',
            channel: { $ref: `#/channels/${kind}` },
            summary: 'What the server sends on this topic',
            messages: sent.map(([event]) => link(name_of(event))),
        };
    }
    return {
        asyncapi: '3.0.0',
        info: {
            title: 'Whispr messaging: sockets',
            version,
            description:
                'Phoenix Channels over WebSocket at /messaging/socket/websocket?token=…&vsn=2.0.0 (or /socket/websocket). Join a topic with phx_join; ' +
                'heartbeats go to the topic "phoenix" every 30 seconds. A join of a conversation may carry {"since": eseq, "epoch": uuid} and is then ' +
                'answered with what changed meanwhile. Errors are replies with status "error".',
        },
        servers: { socket: { host: '{host}', pathname: '/messaging/socket/websocket', protocol: 'wss', variables: { host: { default: 'localhost' } } } },
        defaultContentType: 'application/json',
        channels,
        operations,
        components: { schemas },
    };
}
