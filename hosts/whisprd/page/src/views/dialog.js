// Modal dialogs on the browser's own <dialog>: it traps the focus, makes the rest inert, closes by
// Escape, and gives the focus back.

import { el } from '../dom.js';
import { icon } from '../icons.js';

let titles = 0;

export function openDialog({ title, testid, content, footer }) {
    titles += 1;
    const titleId = `dialog-title-${titles}`;
    const dialog = el(
        'dialog',
        { class: 'dialog', 'aria-labelledby': titleId, data: { testid } },
        el(
            'header',
            { class: 'dialog-head' },
            el('h2', { id: titleId, text: title }),
            el(
                'button',
                {
                    type: 'button',
                    class: 'icon-button',
                    'aria-label': 'Close',
                    data: { testid: 'dialog-close' },
                    on: { click: () => dialog.close() },
                },
                icon('close'),
            ),
        ),
        el('div', { class: 'dialog-body' }, content),
        footer ? el('footer', { class: 'dialog-foot' }, footer) : null,
    );
    const returnTo = document.activeElement;
    dialog.addEventListener('close', () => {
        dialog.remove();
        if (returnTo?.isConnected) returnTo.focus({ preventScroll: true });
    });
    // A click on the backdrop is a click on the dialog itself, outside its box.
    dialog.addEventListener('pointerdown', (event) => {
        if (event.target !== dialog) return;
        const box = dialog.getBoundingClientRect();
        const inside =
            event.clientX >= box.left &&
            event.clientX <= box.right &&
            event.clientY >= box.top &&
            event.clientY <= box.bottom;
        if (!inside) dialog.close();
    });
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
}

export function actionButton(label, run, { kind = 'plain', testid, disabled = false } = {}) {
    return el('button', {
        type: 'button',
        class: `button ${kind}`,
        text: label,
        disabled,
        data: { testid },
        on: { click: run },
    });
}

// A question with its answers; `actions`: { label, kind, testid, run }.
export function askUser({ title, text, actions }) {
    const close = () => dialog.close();
    const buttons = actions.map(({ label, kind, testid, run }) =>
        actionButton(
            label,
            () => {
                close();
                run();
            },
            { kind, testid },
        ),
    );
    const cancel = actionButton('Cancel', close, { testid: 'cancel' });
    const dialog = openDialog({
        title,
        testid: 'question',
        content: el('p', { class: 'question-text', text }),
        footer: [cancel, ...buttons],
    });
    cancel.focus();
    return dialog;
}

// Runs an action of a dialog: its buttons rest meanwhile, a failure is shown in it.
export async function whileBusy(dialog, work) {
    const controls = [...dialog.querySelectorAll('button, input')].filter(
        (control) => !control.disabled,
    );
    for (const control of controls) control.disabled = true;
    dialog.querySelector('.dialog-error')?.remove();
    try {
        await work();
        return true;
    } catch (error) {
        const text = error.message || 'This did not work.';
        dialog
            .querySelector('.dialog-body')
            .append(el('p', { class: 'dialog-error', role: 'alert', text }));
        return false;
    } finally {
        for (const control of controls) control.disabled = false;
    }
}
