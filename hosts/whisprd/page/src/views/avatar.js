// A round sign for a person or a group: initials on one of eight colours, and the presence dot.

import { el } from '../dom.js';
import { icon } from '../icons.js';
import { toneOf } from '../people.js';
import { graphemes } from '../text.js';

function initials(name) {
    const words = name
        .trim()
        .split(/\s+/)
        .filter((word) => word !== 'User');
    const letters = words.slice(0, 2).map((word) => graphemes(word)[0] ?? '');
    return letters.join('').toUpperCase() || '?';
}

export function avatar(id, name, { group = false, online = false, small = false } = {}) {
    const sign = group ? icon('group') : initials(name);
    const dot = online
        ? el('span', { class: 'dot', data: { testid: 'presence-dot' }, title: 'Online' })
        : null;
    const size = small ? ' small' : '';
    return el(
        'span',
        { class: `avatar tone-${toneOf(id)}${size}`, 'aria-hidden': 'true' },
        sign,
        dot,
    );
}
