// How far an own message has come.

import { el } from '../dom.js';
import { icon } from '../icons.js';

const signs = {
    pending: ['clock', 'Waiting to be sent'],
    sent: ['check', 'Sent'],
    delivered: ['checks', 'Delivered'],
    read: ['checks', 'Read'],
    failed: ['failed', 'Not sent'],
};

export function tick(status) {
    const [sign, words] = signs[status] ?? signs.sent;
    return el(
        'span',
        { class: `tick ${status}`, title: words, data: { testid: 'tick', status } },
        icon(sign),
        el('span', { class: 'spoken', text: words }),
    );
}
