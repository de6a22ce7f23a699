// The browser's own dialog for choosing files.

import { el } from '../dom.js';

// Resolves to the chosen files; none when the dialog was cancelled.
export function chooseFiles({ many = false } = {}) {
    return new Promise((resolve) => {
        const field = el('input', { type: 'file', multiple: many, hidden: true, tabindex: '-1' });
        const end = (files) => {
            field.remove();
            resolve(files);
        };
        field.addEventListener('change', () => end([...field.files]));
        field.addEventListener('cancel', () => end([]));
        document.body.append(field);
        field.click();
    });
}
