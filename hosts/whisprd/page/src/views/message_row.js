// One row of the log: a day, the unread divider, a system line or a message.

import { clockLabel, exactLabel } from '../dates.js';
import { captionOf } from '../attached.js';
import { el, reconcile } from '../dom.js';
import { icon } from '../icons.js';
import { toneOf } from '../people.js';
import { emojiOnly, linkPieces } from '../text.js';
import { avatar } from './avatar.js';
import { MessageFiles, shownFiles } from './message_files.js';
import { contentLine, systemText } from './preview.js';
import { tick } from './tick.js';

export function dayRow(label) {
    return el('div', { class: 'day', role: 'separator' }, el('span', { text: label }));
}

export function dividerRow() {
    return el(
        'div',
        { class: 'divider', role: 'separator', data: { testid: 'unread-divider' } },
        el('span', { text: 'Unread messages' }),
    );
}

function textNodes(content) {
    return linkPieces(content).map(({ text, href }) =>
        href
            ? el('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow', text })
            : text,
    );
}

function quote(entry, app) {
    const { replyTo } = entry;
    if (!replyTo) return null;
    return el(
        'button',
        {
            type: 'button',
            class: `quote tone-${toneOf(replyTo.senderId ?? '')}`,
            tabindex: '-1',
            data: { testid: 'quote', jump: replyTo.id },
        },
        el('span', { class: 'quote-author', dir: 'auto', text: app.people.call(replyTo.senderId) }),
        el('span', { class: 'quote-text', dir: 'auto', text: contentLine(replyTo, app.people) }),
    );
}

function meta(entry) {
    const edited =
        entry.editedAt && !entry.isDeleted
            ? el('span', { text: 'edited', data: { testid: 'edited' } })
            : null;
    const time = el('time', { text: clockLabel(entry.time), title: exactLabel(entry.time) });
    const sign = entry.own && !entry.isDeleted ? tick(entry.shownStatus) : null;
    return el('span', { class: 'meta', dir: 'ltr' }, edited, time, sign);
}

function reactions(entry, app) {
    if (!entry.reactions?.length) return null;
    const people = new Map();
    for (const { userId, reaction } of entry.reactions) {
        people.set(reaction, [...(people.get(reaction) ?? []), userId]);
    }
    const chips = [...people].map(([reaction, userIds]) => {
        const names = app.people.list(userIds);
        return el(
            'button',
            {
                type: 'button',
                class: 'reaction',
                title: names,
                'aria-pressed': String(userIds.includes(app.store.me)),
                'aria-label': `${reaction} by ${names}`,
                data: { testid: 'reaction', reaction },
            },
            el('span', { class: 'reaction-sign', text: reaction }),
            userIds.length > 1 ? el('span', { text: String(userIds.length) }) : null,
        );
    });
    return el('div', { class: 'reactions' }, chips);
}

function failure(entry) {
    if (!entry.error) return null;
    const button = (label, act, testid) =>
        el('button', { type: 'button', class: 'text-button', text: label, data: { act, testid } });
    const again = entry.lost
        ? button('Choose it again', 'choose', 'choose-again')
        : button('Retry', 'retry', 'retry');
    return el(
        'div',
        { class: 'failure', role: 'alert' },
        el('span', { text: `Not sent: ${entry.error}` }),
        again,
        button('Discard', 'discard', 'discard'),
    );
}

function toolbar(entry) {
    if (entry.pending || entry.isDeleted) return null;
    const button = (sign, label, act) =>
        el(
            'button',
            {
                type: 'button',
                class: 'tool',
                tabindex: '-1',
                'aria-label': label,
                title: label,
                data: { act, testid: `tool-${act}` },
            },
            icon(sign),
        );
    return el(
        'div',
        { class: 'tools' },
        button('smile', 'React', 'react'),
        button('reply', 'Reply', 'reply'),
        button('menu', 'More', 'menu'),
    );
}

function body(entry, files) {
    if (entry.isDeleted) {
        return el(
            'div',
            { class: 'body deleted' },
            el('span', { class: 'text', text: 'Message deleted', data: { testid: 'text' } }),
            meta(entry),
        );
    }
    const content = captionOf(entry, files);
    if (files.length > 0 && !content) return el('div', { class: 'body bare' }, meta(entry));
    const words = content || (entry.type === 'media' ? 'Attachment' : '');
    const text = el('span', { class: 'text', data: { testid: 'text' } }, textNodes(words));
    return el('div', { class: 'body', dir: 'auto' }, text, meta(entry));
}

function label(entry, app) {
    return `${app.people.call(entry.senderId)}, ${clockLabel(entry.time)}`;
}

// What of a row outlives a redraw, so that pictures do not blink and what plays goes on.
const kept = new WeakMap();

function keptOf(row, app) {
    if (!kept.has(row)) {
        kept.set(row, {
            files: new MessageFiles(app),
            bubble: el('div', { class: 'bubble', data: { testid: 'bubble' } }),
            column: el('div', { class: 'column' }),
        });
    }
    return kept.get(row);
}

function shownClasses(entry, files) {
    const plain = !entry.isDeleted && !entry.replyTo && files.length === 0;
    const large = plain && emojiOnly(entry.content);
    const classes = ['row', entry.own ? 'own' : 'other'];
    if (entry.first) classes.push('first');
    if (entry.last) classes.push('last');
    if (large) classes.push('large', `large-${large}`);
    if (entry.pending) classes.push('pending');
    if (files.length > 0) classes.push('with-files');
    if (files.some(({ kind }) => ['image', 'video'].includes(kind))) classes.push('with-picture');
    return classes.join(' ');
}

function authorLine(entry, name) {
    if (!entry.named || !entry.first) return null;
    const tone = `author tone-${toneOf(entry.senderId ?? '')}`;
    return el('div', { class: tone, dir: 'auto', text: name });
}

function face(entry, name) {
    if (!entry.named) return null;
    const sign = entry.last ? avatar(entry.senderId ?? '', name, { small: true }) : null;
    return el('span', { class: 'face' }, sign);
}

// `entry` is a message, or a waiting one, with what the log worked out about its place:
// own, pending, first, last (of a run by one sender), named, shownStatus.
export function fillMessageRow(row, entry, app) {
    if (entry.type === 'system') {
        row.className = 'system';
        row.replaceChildren(el('span', { dir: 'auto', text: systemText(entry, app.people) }));
        return;
    }
    const files = shownFiles(entry, app);
    row.className = shownClasses(entry, files);
    row.setAttribute('aria-label', label(entry, app));
    const name = app.people.name(entry.senderId);
    const parts = keptOf(row, app);
    parts.files.update(files, entry);
    const inPlace = files.length > 0 ? parts.files.element : null;
    const inBubble = [authorLine(entry, name), quote(entry, app), inPlace, body(entry, files)];
    const inColumn = [parts.bubble, toolbar(entry), reactions(entry, app), failure(entry)];
    reconcile(parts.bubble, inBubble.filter(Boolean));
    reconcile(parts.column, inColumn.filter(Boolean));
    reconcile(row, [face(entry, name), parts.column].filter(Boolean));
}

// An upload has moved.
export function drawProgress(row) {
    kept.get(row)?.files.progress();
}

export function newMessageRow(key) {
    return el('div', {
        class: 'row',
        role: 'article',
        tabindex: '-1',
        data: { testid: 'message', key },
    });
}
