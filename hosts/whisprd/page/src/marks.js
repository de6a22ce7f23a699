// How far the others of a conversation have received and read. A position covers everything
// before it, so one number per person and kind is all there is.

import { higherStatus } from './wire.js';

function place(message) {
    return message.mseq ?? message.time;
}

export class Marks {
    #read = new Map();
    #delivered = new Map();
    // Positions that the server reported for all recipients together.
    #all = { delivered: -1, read: -1 };

    #raise(marks, userId, message) {
        if (place(message) <= (marks.get(userId) ?? -1)) return false;
        marks.set(userId, place(message));
        return true;
    }

    // `userId` may be absent: then the status already speaks for everyone.
    note(status, userId, message) {
        if (status !== 'read' && status !== 'delivered') return false;
        if (!userId) {
            if (place(message) <= this.#all[status]) return false;
            this.#all[status] = place(message);
            return true;
        }
        return this.#raise(status === 'read' ? this.#read : this.#delivered, userId, message);
    }

    readersOf(message) {
        const readers = [...this.#read].filter(([, position]) => position >= place(message));
        return new Set([...(message.readBy ?? []), ...readers.map(([userId]) => userId)]);
    }

    // The tick of an own message: what the server said when it sent the row, or better by what
    // has been heard since, if that holds for every recipient.
    statusOf(message, recipients) {
        const at = place(message);
        let status = message.status ?? 'sent';
        if (this.#all.delivered >= at) status = higherStatus(status, 'delivered');
        if (this.#all.read >= at) status = higherStatus(status, 'read');
        if (recipients.length === 0 || recipients.length > 64) return status;
        const readers = this.readersOf(message);
        const reads = (userId) => readers.has(userId);
        const receives = (userId) => reads(userId) || (this.#delivered.get(userId) ?? -1) >= at;
        if (recipients.every(reads)) return 'read';
        return recipients.every(receives) ? higherStatus(status, 'delivered') : status;
    }
}
