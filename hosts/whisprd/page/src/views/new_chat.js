// The dialogs that start a conversation.

import { el } from '../dom.js';
import { actionButton, openDialog, whileBusy } from './dialog.js';
import { peoplePicker } from './people_picker.js';

const maxNameBytes = 100;

export function openNewDirect(app) {
    const start = (userId) =>
        whileBusy(dialog, async () => {
            const id = await app.actions.startDirect(userId);
            dialog.close();
            app.navigate(id);
        });
    const dialog = openDialog({
        title: 'New chat',
        testid: 'new-direct-dialog',
        content: peoplePicker({ people: app.people, presence: app.presence, picked: start }),
    });
    dialog.querySelector('.field').focus();
}

export function openNewGroup(app) {
    let chosen = [];
    const update = () => {
        create.disabled = name.value.trim() === '' || chosen.length === 0;
    };
    const create = actionButton(
        'Create group',
        () =>
            whileBusy(dialog, async () => {
                const id = await app.actions.startGroup(name.value.trim(), chosen);
                dialog.close();
                app.navigate(id);
            }),
        { kind: 'primary', testid: 'create-group', disabled: true },
    );
    const name = el('input', {
        class: 'field',
        placeholder: 'Group name',
        'aria-label': 'Group name',
        maxlength: String(maxNameBytes),
        autocomplete: 'off',
        dir: 'auto',
        data: { testid: 'group-name' },
        on: { input: update },
    });
    const picker = peoplePicker({
        people: app.people,
        presence: app.presence,
        many: true,
        changed: (ids) => {
            chosen = ids;
            update();
        },
    });
    const dialog = openDialog({
        title: 'New group',
        testid: 'new-group-dialog',
        content: [name, picker],
        footer: [create],
    });
    name.focus();
}
