// Menus and pickers that open beside something, one at a time. The browser's popover keeps them on
// top; the focus returns to where it was.

import { arrowKeys, el } from '../dom.js';
import { icon } from '../icons.js';

const margin = 8;

function place(popover, anchor) {
    const { width, height } = popover.getBoundingClientRect();
    const rect = anchor instanceof Element ? anchor.getBoundingClientRect() : anchor;
    const left = Math.min(rect.left, window.innerWidth - width - margin);
    const below = rect.bottom + 4;
    const above = rect.top - height - 4;
    const top = below + height + margin <= window.innerHeight ? below : Math.max(margin, above);
    popover.style.left = `${Math.max(margin, left)}px`;
    popover.style.top = `${top}px`;
}

function outside(popover, event) {
    // A press on the backdrop counts as a press on the popover itself.
    if (!popover.contains(event.target)) return true;
    if (event.target !== popover) return false;
    const box = popover.getBoundingClientRect();
    return (
        event.clientY < box.top ||
        event.clientY > box.bottom ||
        event.clientX < box.left ||
        event.clientX > box.right
    );
}

// Closes by a press elsewhere or by Escape. Not the browser's own light dismissal: it would take
// the end of the long press that opened a menu for a press elsewhere.
function dismissal(popover, close) {
    const controller = new AbortController();
    const options = { capture: true, signal: controller.signal };
    document.addEventListener(
        'pointerdown',
        (event) => outside(popover, event) && close(),
        options,
    );
    document.addEventListener(
        'keydown',
        (event) => {
            if (event.key !== 'Escape' && event.key !== 'Tab') return;
            if (event.key === 'Tab' && popover.querySelector('input')) return;
            event.preventDefault();
            event.stopPropagation();
            close();
        },
        options,
    );
    return () => controller.abort();
}

let closeCurrent = () => {};

// `anchor` is an element or a rectangle. Returns the function that closes it.
export function openPopover(
    content,
    anchor,
    { label, role = 'dialog', testid, initialFocus } = {},
) {
    closeCurrent();
    const returnTo = document.activeElement;
    const popover = el(
        'div',
        { class: 'popover', popover: 'manual', role, 'aria-label': label, data: { testid } },
        content,
    );
    const close = () => {
        if (!popover.isConnected) return;
        stop();
        moved.disconnect();
        const focusWasInside = popover.contains(document.activeElement);
        popover.remove();
        if (focusWasInside && returnTo?.isConnected) returnTo.focus({ preventScroll: true });
    };
    const stop = dismissal(popover, close);
    closeCurrent = close;
    document.body.append(popover);
    popover.showPopover();
    place(popover, anchor);
    // A phone's keyboard changes the room there is.
    const moved = new ResizeObserver(() => place(popover, anchor));
    moved.observe(document.documentElement);
    (initialFocus ?? popover.querySelector('button, input'))?.focus({ preventScroll: true });
    return close;
}

// `items`: { label, icon, run, danger, testid }
export function openMenu(items, anchor, { label, before } = {}) {
    let close = () => {};
    const buttons = items.map((item) =>
        el(
            'button',
            {
                type: 'button',
                role: 'menuitem',
                class: item.danger ? 'menu-item danger' : 'menu-item',
                data: { testid: item.testid },
                on: {
                    click: () => {
                        close();
                        item.run();
                    },
                },
            },
            icon(item.icon),
            el('span', { text: item.label }),
        ),
    );
    const list = el('div', { class: 'menu' }, before ?? null, buttons);
    arrowKeys(list, () => buttons);
    close = openPopover(list, anchor, {
        label,
        role: 'menu',
        testid: 'menu',
        initialFocus: buttons[0],
    });
    return close;
}

export function somethingIsOpen() {
    return document.querySelector(':popover-open, dialog[open]') !== null;
}
