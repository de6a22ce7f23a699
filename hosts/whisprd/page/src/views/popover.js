// Menus and pickers that open beside something. The browser's popover keeps them on top and closes
// them by Escape or a click elsewhere; the focus returns to where it was.

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

// `anchor` is an element or a rectangle. Returns the function that closes it.
export function openPopover(content, anchor, { label, role = 'dialog', testid, initialFocus } = {}) {
    const returnTo = document.activeElement;
    const popover = el(
        'div',
        { class: 'popover', popover: 'auto', role, 'aria-label': label, data: { testid } },
        content,
    );
    document.body.append(popover);
    popover.addEventListener('toggle', (event) => {
        if (event.newState !== 'closed') return;
        const focusWasInside = popover.contains(document.activeElement) || document.activeElement === document.body;
        popover.remove();
        if (focusWasInside && returnTo?.isConnected) returnTo.focus({ preventScroll: true });
    });
    popover.showPopover();
    place(popover, anchor);
    (initialFocus ?? popover.querySelector('button, input'))?.focus({ preventScroll: true });
    return () => popover.isConnected && popover.hidePopover();
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
    close = openPopover(list, anchor, { label, role: 'menu', testid: 'menu', initialFocus: buttons[0] });
    return close;
}

export function somethingIsOpen() {
    return document.querySelector(':popover-open, dialog[open]') !== null;
}
