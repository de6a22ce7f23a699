// Conversations and their members.
import { data, limit, meta, object, offset, on, op_id, query } from './operations.mjs';
import { list_of, moment, ref, uuid } from './schemas.mjs';

let add = on('Conversations');
const conversation = data(ref('Conversation'));
const conversations = data(list_of(ref('Conversation')), meta);
add('GET', '/conversations', {
    summary: "The caller's conversations, latest activity first",
    params: [
        limit(100, 50),
        offset,
        query('type', { type: 'string', enum: ['direct', 'group'] }, 'Only these'),
        query('include_archived', { type: 'boolean', default: true }, 'With archived ones'),
    ],
    ok: [200, conversations],
});
add('POST', '/conversations', {
    summary: 'A direct conversation or a group',
    description: 'The one direct conversation of two users is answered again when it is there already.',
    params: [op_id],
    body: ref('NewConversation'),
    ok: [201, conversation],
    refused: [400, 403, 422],
});
add('GET', '/conversations/archived', {
    summary: 'Archived conversations',
    params: [limit(100, 50), offset],
    ok: [200, conversations],
});
add('GET', '/conversations/search', {
    summary: 'Groups by a part of their name, conversations by a member’s id',
    params: [query('q', { type: 'string' }, 'What to look for', { required: true }), limit(50, 20)],
    ok: [200, conversations],
    refused: [400, 422],
});
add('GET', '/conversations/{id}', { summary: 'One, with its members', ok: [200, conversation], refused: [400, 403, 404] });
add('PUT', '/conversations/{id}', {
    summary: 'Name and metadata',
    description: 'Metadata is merged key by key. Only admins of a group may change group_settings.',
    body: ref('ConversationChange'),
    ok: [200, conversation],
    refused: [400, 403, 404, 422],
});
add('DELETE', '/conversations/{id}', {
    summary: 'Hides it for the caller until its next message',
    params: [query('for', { type: 'string', enum: ['everyone'] }, 'Deactivates a group; admins only')],
    ok: [200, data(object({ id: uuid, isActive: { type: 'boolean' }, deletedAt: moment }))],
    refused: [400, 403, 404],
});
const settings = data(object({ conversation_id: uuid, settings: ref('MemberSettings') }));
add('GET', '/conversations/{id}/settings', { summary: "The caller's own switches", ok: [200, settings], refused: [400, 404] });
add('PUT', '/conversations/{id}/settings', {
    summary: "Changes the caller's own switches",
    body: ref('MemberSettings'),
    ok: [200, settings],
    refused: [400, 404, 422],
});
for (const [word, field] of [
    ['pin', 'pinned'],
    ['archive', 'archived'],
]) {
    const state = data(object({ conversation_id: uuid, [field]: { type: 'boolean' } }));
    const what = word === 'pin' ? ['Keeps it at the top of the list', 'Not at the top any more'] : ['Archives it', 'Out of the archive'];
    add('POST', `/conversations/{id}/${word}`, { summary: what[0], ok: [200, state], refused: [400, 404, 422] });
    add('DELETE', `/conversations/{id}/${word}`, { summary: what[1], ok: [200, state], refused: [400, 404, 422] });
}

add = on('Members');
add('GET', '/conversations/{id}/members', {
    summary: 'Active members, by the time they joined',
    ok: [200, data(list_of(ref('Member')), meta)],
    refused: [400, 403, 404],
});
add('POST', '/conversations/{id}/members', {
    summary: 'Adds a member to a group, or an earlier one again',
    body: object({ user_id: uuid }),
    ok: [201, data(ref('Member'))],
    refused: [400, 403, 404, 422],
});
add('DELETE', '/conversations/{id}/members/{user_id}', { summary: 'Removes a member, or leaves', ok: 204, refused: [400, 403, 404] });
add('PATCH', '/conversations/{id}/members/{user_id}/role', {
    summary: 'Gives a role; admins only, and one must remain',
    body: { ...object({ role: { type: 'string', enum: ['admin', 'moderator', 'member'] } }), required: ['role'] },
    ok: [200, data(ref('Member'))],
    refused: [400, 403, 404, 422],
});
add('POST', '/conversations/{id}/leave', { summary: "Ends the caller's own membership", ok: 204, refused: [400, 403, 404] });
