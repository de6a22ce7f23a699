// Reports, sanctions, and what sibling services call.
import { data, limit, object, offset, on, op_id, query } from './operations.mjs';
import { category, list_of, ref, report_status, uuid } from './schemas.mjs';

let add = on('Reports');
const report_filter = [limit(100, 20), offset];
const reports = data(list_of(ref('Report')));
const filed = data(ref('Report'), { message: { type: 'string' } });
for (const path of ['/reports', '//api/v1/moderation/report']) {
    add('POST', path, {
        summary: 'Reports a user, or a message',
        params: [op_id],
        body: ref('NewReport'),
        ok: [201, filed],
        refused: [400, 409],
    });
}
add('GET', '/reports', { summary: "The caller's own reports, newest first", params: report_filter, ok: [200, reports] });
add('GET', '/reports/queue', {
    summary: 'All reports, newest first',
    who: 'moderator',
    params: [...report_filter, query('status', report_status, 'pending when not said'), query('category', category, 'Only these')],
    ok: [200, reports],
    refused: [403],
});
add('GET', '/reports/stats', { summary: 'How many there are', who: 'moderator', ok: [200, data({ type: 'object' })], refused: [403] });
const days = query('days', { type: 'integer', minimum: 1, maximum: 365, default: 30 }, 'Looking back so far');
const hours = query('hours', { type: 'integer', minimum: 1, maximum: 168, default: 24 }, 'Looking back so far');
for (const [name, params] of [
    ['dashboard', []],
    ['summary', []],
    ['trends', [days]],
    ['trends/hourly', [hours]],
    ['top-reported', [limit(50, 10), days]],
    ['categories', [days, query('status', report_status, 'Only these')]],
    ['resolution', [days]],
]) {
    add('GET', `/reports/analytics/${name}`, {
        summary: `Statistics: ${name}`,
        who: 'moderator',
        params,
        ok: [200, data({ type: ['object', 'array'] })],
        refused: [403],
    });
}
add('GET', '/reports/{id}', { summary: 'One report, for its reporter and moderators', ok: [200, data(ref('Report'))], refused: [400, 403, 404] });
add('PUT', '/reports/{id}/resolve', {
    summary: 'Decides a report',
    who: 'moderator',
    body: ref('Decision'),
    ok: [200, filed],
    refused: [400, 403, 404, 409],
});

add = on('Sanctions');
add('GET', '/conversations/{conversation_id}/sanctions', {
    summary: 'Active ones, newest first',
    ok: [200, data(list_of(ref('Sanction')))],
    refused: [400, 403],
});
add('POST', '/conversations/{conversation_id}/sanctions', {
    summary: 'Mutes, removes or restricts a member',
    who: 'moderator',
    body: ref('NewSanction'),
    ok: [201, data(ref('Sanction'))],
    refused: [400, 403, 404],
});
add('DELETE', '/conversations/{conversation_id}/sanctions/{id}', {
    summary: 'Lifts a sanction',
    who: 'moderator',
    ok: [200, object({ message: { const: 'Sanction lifted' } })],
    refused: [400, 403, 404, 409],
});

add = on('Sibling services');
add('POST', '//internal/v1/users/{id}/events', {
    summary: "Pushes an event onto a user's topic, under a name that is not ours",
    who: 'service',
    body: { ...object({ event: { type: 'string', maxLength: 64 }, payload: { type: 'object' } }), required: ['event'] },
    ok: [202, data(object({ userId: uuid, event: { type: 'string' } }))],
    refused: [400, 404, 422],
});
add('POST', '//internal/v1/users/{id}/disconnect', {
    summary: "Closes a user's sockets, or those of one device",
    who: 'service',
    body: object({ reason: { type: 'string', maxLength: 100 }, device_id: { type: 'string' } }),
    ok: [202, data(object({ userId: uuid, reason: { type: 'string' } }))],
    refused: [400, 404, 422],
});
add('POST', '//internal/v1/backups/restore', {
    summary: 'Acknowledges a backup; nothing is restored',
    who: 'service',
    body: { ...object({ userId: uuid, backupId: { type: 'string' }, data: {} }), required: ['userId', 'backupId', 'data'] },
    ok: [202, data(object({ userId: uuid, backupId: { type: 'string' }, status: { const: 'acknowledged' }, restored: { const: 0 } }))],
    refused: [400, 403, 404, 413, 422],
});
