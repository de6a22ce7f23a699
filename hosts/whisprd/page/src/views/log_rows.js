// Which rows the log shows, in order: messages, waiting ones, days between them, the divider.

import { dayLabel, sameDay } from '../dates.js';

const runMs = 5 * 60_000;

function continues(previous, entry) {
    return (
        previous &&
        previous.type !== 'system' &&
        entry.type !== 'system' &&
        previous.senderId === entry.senderId &&
        entry.time - previous.time < runMs
    );
}

// What waits in the outbox, as the message it will be.
export function waitingMessage(waiting) {
    const { file, clientRandom } = waiting;
    if (!file) return { ...waiting, type: 'text' };
    const { name, kind, type, size, width, height, duration } = file;
    const attachment = {
        id: `waiting-${clientRandom}`,
        pending: true,
        mimeType: type,
        ...{ name, kind, size, width, height, duration, clientRandom },
    };
    return { ...waiting, type: 'media', attachments: [attachment] };
}

function waitingEntry(waiting, store) {
    const parent = waiting.replyToId
        ? store.timeline(waiting.conversationId).get(waiting.replyToId)
        : undefined;
    return {
        ...waitingMessage(waiting),
        id: `waiting-${waiting.clientRandom}`,
        senderId: store.me,
        replyTo: parent,
        pending: true,
        own: true,
        shownStatus: waiting.error ? 'failed' : 'pending',
    };
}

// A message that has arrived before its file is shown as one that waits, at its place.
function withoutItsFile(message, waiting, store) {
    const { id, time, mseq } = message;
    return { ...waitingEntry(waiting, store), id, time, mseq };
}

function messageEntry(message, store, recipients) {
    const timeline = store.timeline(message.conversationId);
    const own = message.senderId === store.me;
    const parent = message.replyToId ? timeline.get(message.replyToId) : undefined;
    return {
        ...message,
        own,
        // The parent as it is now, if we have it: it may have been edited or deleted since.
        replyTo: parent ?? message.replyTo,
        shownStatus: own
            ? store.marks(message.conversationId).statusOf(message, recipients)
            : undefined,
    };
}

// A row keeps its key when the message it waits for arrives, so nothing blinks.
function keyOf(entry, taken) {
    const waited = entry.own && entry.clientRandom !== undefined ? `w${entry.clientRandom}` : '';
    const key = waited && !taken.has(waited) ? waited : `m${entry.id}`;
    taken.add(key);
    return key;
}

// Returns [{ key, kind: 'day' | 'divider' | 'message', entry }].
export function logRows(store, outbox, conversation, dividerBefore) {
    const { id } = conversation;
    const recipients = store.recipients(id);
    const unattached = new Map(
        outbox
            .of(id)
            .filter(({ file }) => file)
            .map((entry) => [String(entry.clientRandom), entry]),
    );
    const messages = store.timeline(id).all.map((message) => {
        const own = message.senderId === store.me && !message.isDeleted;
        const waiting = own ? unattached.get(String(message.clientRandom)) : undefined;
        return waiting
            ? withoutItsFile(message, waiting, store)
            : messageEntry(message, store, recipients);
    });
    const seen = new Set(
        messages.filter(({ own }) => own).map(({ clientRandom }) => String(clientRandom)),
    );
    const waiting = outbox
        .of(id)
        .filter(({ clientRandom }) => !seen.has(String(clientRandom)))
        .map((entry) => waitingEntry(entry, store));
    const rows = [];
    const taken = new Set();
    let previous = null;
    for (const entry of [...messages, ...waiting]) {
        if (!previous || !sameDay(previous.time, entry.time)) {
            const key = `d${new Date(entry.time).toDateString()}`;
            rows.push({ key, kind: 'day', entry: { label: dayLabel(entry.time) } });
            previous = null;
        }
        if (entry.id === dividerBefore) {
            rows.push({ key: 'divider', kind: 'divider', entry: {} });
            previous = null;
        }
        entry.first = !continues(previous, entry);
        entry.last = true;
        if (!entry.first && previous) previous.last = false;
        entry.named = conversation.type === 'group' && !entry.own;
        rows.push({ key: keyOf(entry, taken), kind: 'message', entry });
        previous = entry;
    }
    return dedupeDays(rows);
}

// Clocks that disagree can make a day come up twice; element keys must stay unique.
function dedupeDays(rows) {
    const days = new Set();
    return rows.filter(({ key, kind }) => kind !== 'day' || (!days.has(key) && days.add(key)));
}
