// Messages and what belongs to them.
import { data, limit, meta, object, offset, on, op_id, query } from './operations.mjs';
import { list_of, moment, ref, uuid } from './schemas.mjs';

let add = on('Messages');
const message = data(ref('Message'), meta);
const messages = data(list_of(ref('Message')), meta);
add('GET', '/conversations/{id}/messages', {
    summary: 'A page of history, newest first',
    params: [
        limit(100, 50),
        query('before', { type: 'string', format: 'date-time' }, 'Older than this sentAt'),
        query('after', { type: 'string', format: 'date-time' }, 'Newer than this sentAt'),
        query('before_mseq', { type: 'integer' }, 'Before this number'),
        query('after_mseq', { type: 'integer' }, 'After this number'),
        query('around', uuid, 'The page with this message in its middle; other cursors are ignored then'),
        query('search', { type: 'string' }, 'Only messages with these words'),
    ],
    ok: [200, messages],
    refused: [400, 403, 404, 422],
});
add('POST', '/conversations/{id}/messages', {
    summary: 'Sends a message',
    description: 'A repeat is answered with the stored message and the header x-whispr-duplicate: true.',
    params: [op_id],
    body: ref('NewMessage'),
    ok: [201, message],
    refused: [400, 403, 404, 413, 422],
});
add('GET', '/conversations/{id}/messages/search', {
    summary: 'Messages of one conversation by words',
    params: [query('query', { type: 'string' }, 'All of its words must be there'), limit(100, 50), offset],
    ok: [200, data(list_of(ref('Message')))],
    refused: [400, 403, 404, 422],
});
add('GET', '/messages/search', {
    summary: 'Messages of all conversations by words, newest first',
    params: [
        query('query', { type: 'string' }, 'All of its words must be there'),
        query('conversation_id', uuid, 'In this one alone'),
        limit(100, 50),
        offset,
    ],
    ok: [200, list_of(ref('Message'))],
    refused: [400, 403, 404, 422],
});
add('GET', '/messages/{id}', { summary: 'One message', ok: [200, data(ref('Message'))], refused: [400, 404] });
add('PUT', '/messages/{id}', {
    summary: "Edits one's own message",
    body: ref('MessageChange'),
    ok: [200, message],
    refused: [400, 403, 404, 422],
});
add('DELETE', '/messages/{id}', {
    summary: 'Deletes for everyone, or hides for the caller',
    params: [query('delete_for_everyone', { type: 'boolean', default: false }, 'Leaves a tombstone without content')],
    ok: [200, data(object({ id: uuid, isDeleted: { type: 'boolean' }, deleteForEveryone: { type: 'boolean' }, deletedAt: moment }))],
    refused: [400, 403, 404],
});
add('POST', '/messages/{id}/forward', {
    summary: 'Sends a copy into other conversations',
    params: [op_id],
    body: { ...object({ conversation_ids: { ...list_of(uuid), minItems: 1, maxItems: 20 } }), required: ['conversation_ids'] },
    description: 'Of conversations that were not reached `errors` says why; when none was, so does the status.',
    ok: [
        201,
        object({
            data: list_of(ref('Message')),
            errors: list_of(object({ conversationId: uuid, status: { type: 'integer' }, error: { type: 'string' } })),
        }),
    ],
    refused: [400, 403, 404, 422],
});
add('POST', '/messages/{id}/read', {
    summary: 'Everything up to this message was read',
    ok: [200, data(object({ messageId: uuid, conversationId: uuid, status: { const: 'read' }, readAt: moment }))],
    refused: [400, 404],
});
add('POST', '/messages/{id}/unread', {
    summary: 'This message and what follows it count as unread again',
    params: [query('conversation_id', uuid, 'Where the caller believes it is')],
    ok: [200, data(object({ messageId: uuid, conversationId: uuid, status: { const: 'unread' } }))],
    refused: [400, 403, 404],
});
add('GET', '/messages/{id}/receipts', {
    summary: 'Who has the message, and who has read it',
    ok: [200, data(list_of(ref('MemberReceipt')), meta)],
    refused: [400, 404],
});

add = on('Reactions');
add('GET', '/messages/{id}/reactions', { summary: 'Oldest first', ok: [200, data(list_of(ref('Reaction')), meta)], refused: [400, 404] });
add('POST', '/messages/{id}/reactions', {
    summary: 'Reacts to a message',
    body: { ...object({ reaction: { type: 'string', description: '1 to 10 characters' } }), required: ['reaction'] },
    ok: [201, data(ref('Reaction'))],
    refused: [400, 403, 404, 422],
});
add('DELETE', '/messages/{id}/reactions/{reaction}', {
    summary: "Takes one's own reaction back",
    ok: [200, data(object({ messageId: uuid, reaction: { type: 'string' }, deleted: { const: true } }))],
    refused: [400, 403, 404],
});

add = on('Pins');
add('POST', '/messages/{id}/pin', { summary: 'Pins a message for all members', ok: [201, data(ref('Pin'))], refused: [400, 404, 422] });
add('DELETE', '/messages/{id}/pin', {
    summary: 'Unpins it',
    ok: [200, data(object({ messageId: uuid, unpinned: { const: true } }))],
    refused: [400, 404],
});
add('GET', '/conversations/{id}/pins', { summary: 'Newest pin first', ok: [200, data(list_of(ref('Pin')), meta)], refused: [400, 403, 404] });

add = on('Attachments');
add('GET', '/messages/{id}/attachments', { summary: 'Oldest first', ok: [200, data(list_of(ref('Attachment')), meta)], refused: [400, 404] });
add('GET', '/conversations/{id}/attachments', {
    summary: 'The files of a conversation, newest first',
    params: [
        query('type', { enum: ['image', 'video', 'audio', 'document'] }, 'Of this type alone'),
        limit(50, 50),
        query('cursor', { type: 'string', maxLength: 64 }, 'Of an earlier answer: what comes behind it; null when there is no more'),
    ],
    ok: [200, data(list_of(ref('SharedFile')), meta)],
    refused: [400, 403, 404, 422],
});
add('POST', '/messages/{message_id}/attachments', {
    summary: "Adds a file that is elsewhere to one's own message",
    params: [op_id],
    body: ref('NewAttachment'),
    ok: [201, data(ref('Attachment'))],
    refused: [400, 403, 404, 422],
});
add('GET', '/attachments/{id}', { summary: 'What is known of a file', ok: [200, data(ref('Attachment'))], refused: [400, 404] });
add('DELETE', '/attachments/{id}', {
    summary: "Removes a file from one's own message",
    ok: [200, data(object({ id: uuid, deleted: { const: true } }))],
    refused: [400, 403, 404],
});

add = on('Drafts');
add('POST', '/messages/drafts', {
    summary: "Keeps the caller's unsent text, replacing an earlier one",
    body: ref('NewDraft'),
    ok: [200, data(ref('Draft'))],
    refused: [400, 403, 404, 422],
});
add('GET', '/conversations/{id}/drafts', { summary: "The caller's draft", ok: [200, data(ref('Draft'))], refused: [400, 403, 404] });
add('DELETE', '/messages/drafts/{id}', {
    summary: 'Discards a draft',
    ok: [200, data(object({ id: uuid, deleted: { const: true } }))],
    refused: [400, 403, 404],
});

add = on('Scheduled messages');
add('GET', '/messages/scheduled', {
    summary: 'Pending ones, soonest first',
    description: 'With conversation_id the answer is a bare array whose objects carry both casings.',
    params: [query('conversation_id', uuid, 'In this one alone'), limit(100, 100), offset,
        query('status', { type: 'string', enum: ['pending', 'sent', 'cancelled', 'failed'] }, 'Those in this state')],
    ok: [200, { oneOf: [data(list_of(ref('Schedule')), meta), list_of(ref('Schedule'))] }],
    refused: [400, 422],
});
add('POST', '/messages/scheduled', {
    summary: 'Sends a message later: a minute to a year ahead',
    params: [op_id],
    body: ref('NewSchedule'),
    ok: [201, data(ref('Schedule'))],
    refused: [400, 403, 404, 422],
});
add('PATCH', '/messages/scheduled/{id}', {
    summary: 'Changes a pending one',
    body: ref('ScheduleChange'),
    ok: [200, data(ref('Schedule'))],
    refused: [400, 404, 422],
});
add('DELETE', '/messages/scheduled/{id}', { summary: 'Cancels a pending one', ok: [200, data(ref('Schedule'))], refused: [400, 404, 422] });

add = on('Sender keys');
add('GET', '/keys', { summary: "The caller's keys, oldest first", ok: [200, data(list_of(ref('SenderKey')))] });
add('DELETE', '/keys/{public_key}', {
    summary: 'From now on nothing verifies with it',
    ok: [200, data(ref('SenderKey'))],
    refused: [400, 404, 422],
});
