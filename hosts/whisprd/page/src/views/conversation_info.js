// Who is in a conversation, and what can be changed about it.

import { el } from '../dom.js';
import { icon } from '../icons.js';
import { titleOf } from '../people.js';
import { avatar } from './avatar.js';
import { actionButton, askUser, openDialog, whileBusy } from './dialog.js';
import { peoplePicker } from './people_picker.js';
import { openSharedFiles } from './shared_files.js';

const maxNameBytes = 100;

function memberRow(app, dialog, member, mayRemove) {
    const { userId, role } = member;
    const name = app.people.name(userId);
    const own = userId === app.store.me;
    const remove = () =>
        whileBusy(dialog(), () => app.actions.removeMember(app.store.openId, userId));
    return el(
        'li',
        { class: 'person static', data: { testid: `member-${name}` } },
        avatar(userId, name, { online: app.presence.isOnline(userId), small: true }),
        el(
            'span',
            { class: 'person-name', dir: 'auto' },
            own ? `${name} (you)` : name,
            role === 'member' ? null : el('span', { class: 'role', text: role }),
        ),
        mayRemove && !own
            ? el(
                  'button',
                  {
                      type: 'button',
                      class: 'icon-button',
                      'aria-label': `Remove ${name}`,
                      data: { testid: `remove-${name}` },
                      on: { click: remove },
                  },
                  icon('close'),
              )
            : null,
    );
}

function renameForm(app, conversation, dialog) {
    const field = el('input', {
        class: 'field',
        maxlength: String(maxNameBytes),
        'aria-label': 'Group name',
        autocomplete: 'off',
        dir: 'auto',
        data: { testid: 'rename-field' },
    });
    field.value = conversation.name ?? '';
    const save = () =>
        whileBusy(dialog(), async () => {
            await app.actions.rename(conversation.id, field.value.trim());
            app.store.notice('The group has a new name.');
        });
    field.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && !event.isComposing) save();
    });
    return el(
        'div',
        { class: 'inline-form' },
        field,
        actionButton('Rename', save, { testid: 'rename' }),
    );
}

function openAddPeople(app, conversation) {
    let chosen = [];
    const add = actionButton(
        'Add',
        () =>
            whileBusy(dialog, async () => {
                for (const userId of chosen) await app.actions.addMember(conversation.id, userId);
                dialog.close();
            }),
        { kind: 'primary', testid: 'add-chosen', disabled: true },
    );
    const members = new Set(
        (app.store.conversation(conversation.id)?.members ?? []).map(({ userId }) => userId),
    );
    const dialog = openDialog({
        title: 'Add people',
        testid: 'add-people-dialog',
        content: peoplePicker({
            people: app.people,
            presence: app.presence,
            exclude: members,
            many: true,
            changed: (ids) => {
                chosen = ids;
                add.disabled = ids.length === 0;
            },
        }),
        footer: [add],
    });
    dialog.querySelector('.field').focus();
}

function leaveOrHide(app, conversation, dialog) {
    const group = conversation.type === 'group';
    const leave = {
        label: 'Leave group',
        kind: 'danger',
        testid: 'confirm-leave',
        run: () => app.actions.attempt(() => app.actions.leave(conversation.id)),
    };
    const hide = {
        label: 'Remove from list',
        kind: 'danger',
        testid: 'confirm-hide',
        run: () => app.actions.attempt(() => app.actions.hide(conversation.id)),
    };
    const ask = () => {
        dialog().close();
        askUser({
            title: group ? 'Leave this group?' : 'Remove this chat from your list?',
            text: group
                ? 'You will not see its messages any more.'
                : 'It comes back with the next message. The other person keeps it.',
            actions: [group ? leave : hide],
        });
    };
    return el(
        'button',
        {
            type: 'button',
            class: 'menu-item danger',
            data: { testid: 'leave' },
            on: { click: ask },
        },
        icon(group ? 'leave' : 'trash'),
        el('span', { text: group ? 'Leave group' : 'Remove from list' }),
    );
}

function sharedFilesButton(app, conversation, dialog) {
    const open = () => {
        dialog().close();
        openSharedFiles(app, conversation.id);
    };
    return el(
        'button',
        {
            type: 'button',
            class: 'menu-item',
            data: { testid: 'shared-files' },
            on: { click: open },
        },
        icon('gallery'),
        el('span', { text: 'Media and files' }),
    );
}

function addPeopleButton(app, conversation) {
    return el(
        'button',
        {
            type: 'button',
            class: 'menu-item',
            data: { testid: 'add-people' },
            on: { click: () => openAddPeople(app, conversation) },
        },
        icon('add'),
        el('span', { text: 'Add people' }),
    );
}

export function openConversationInfo(app) {
    const id = app.store.openId;
    const conversation = app.store.open;
    const group = conversation.type === 'group';
    let dialog;
    const list = el('ul', { class: 'people', role: 'list', data: { testid: 'member-list' } });
    const drawMembers = () => {
        const current = app.store.conversation(id);
        if (!current) {
            dialog.close();
            return;
        }
        const members =
            current.members ??
            (current.memberIds ?? []).map((userId) => ({ userId, role: 'member' }));
        const own = members.find((member) => member.userId === app.store.me);
        const mayRemove = group && (own?.role === 'admin' || own?.role === 'owner');
        list.replaceChildren(
            ...members.map((member) => memberRow(app, () => dialog, member, mayRemove)),
        );
    };
    drawMembers();
    dialog = openDialog({
        title: titleOf(conversation, app.store, app.people),
        testid: 'info-dialog',
        content: [
            group ? renameForm(app, conversation, () => dialog) : null,
            list,
            sharedFilesButton(app, conversation, () => dialog),
            group ? addPeopleButton(app, conversation) : null,
            leaveOrHide(app, conversation, () => dialog),
        ].filter(Boolean),
    });
    const offs = ['presence', `members:${id}`, 'list'].map((event) =>
        app.store.on(event, drawMembers),
    );
    dialog.addEventListener('close', () => offs.forEach((off) => off()));
    app.sync.refreshDetail(id);
}
