// Catching up after a device was away.
import { data, limit, object, on, query } from './operations.mjs';
import { list_of, uuid } from './schemas.mjs';

const number = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const add = on('Synchronisation');
add('GET', '/sync/conversations', {
    summary: "The caller's conversations that changed since the device last asked, latest activity first",
    description:
        'Without a cursor all of them. The cursor of the answer is for the next request, at once while complete is false, else when the device ' +
        'catches up again. A conversation may be listed again without a change (its eseq and useq tell), and is never left out. active is false ' +
        'where the caller is no member any more. reconcile: the store has another history than the one the cursor is of; the list is of all ' +
        'conversations, and what the device holds of each is compared with it instead of added to.',
    params: [limit(100, 100), query('cursor', { type: 'string', maxLength: 256 }, 'Of an earlier answer')],
    ok: [
        200,
        data(list_of(object({ conversationId: uuid, active: flag, eseq: number, mseq: number, useq: number })), {
            meta: object({ cursor: { type: 'string' }, complete: flag, reconcile: flag, useq: number, epoch: uuid }),
        }),
    ],
    refused: [422],
});
