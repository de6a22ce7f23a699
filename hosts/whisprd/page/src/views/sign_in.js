// Who are you? The people of the development mode, or a token.

import { el } from '../dom.js';
import { Session } from '../session.js';
import { arrowKeys } from '../dom.js';
import { avatar } from './avatar.js';

function tokenForm(signIn, fail) {
    const field = el('textarea', {
        class: 'field token',
        rows: '4',
        spellcheck: 'false',
        autocomplete: 'off',
        placeholder: 'eyJ…',
        'aria-label': 'Bearer token',
        data: { testid: 'token' },
    });
    const submit = () => {
        try {
            signIn(Session.fromToken(field.value));
        } catch (error) {
            fail(error.message);
        }
    };
    field.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' || event.shiftKey) return;
        event.preventDefault();
        submit();
    });
    const button = el('button', {
        type: 'button',
        class: 'button primary',
        text: 'Sign in',
        data: { testid: 'token-sign-in' },
        on: { click: submit },
    });
    return el('div', { class: 'token-form' }, field, button);
}

function personButtons(directory, choose) {
    const buttons = directory.map((person) =>
        el(
            'button',
            {
                type: 'button',
                class: 'person',
                data: { testid: `sign-in-${person.name}` },
                on: { click: () => choose(person) },
            },
            avatar(person.id, person.name, { small: true }),
            el('span', { class: 'person-name', text: person.name, dir: 'auto' }),
        ),
    );
    const list = el(
        'ul',
        { class: 'people', role: 'list' },
        buttons.map((button) => el('li', {}, button)),
    );
    arrowKeys(list, () => buttons);
    return list;
}

// `directory` is null when the server is not in development mode.
export function showSignIn(root, directory, signIn, reason = '') {
    const error = el('p', {
        class: 'dialog-error',
        role: 'alert',
        text: reason,
        hidden: reason === '',
    });
    const fail = (text) => {
        error.textContent = text;
        error.hidden = false;
    };
    const choose = async (person) => {
        try {
            signIn(await Session.asPerson(person));
        } catch {
            fail('The server cannot be reached. Try again in a moment.');
        }
    };
    const token = tokenForm(signIn, fail);
    const ways = directory
        ? [
              el('p', {
                  class: 'sign-in-lead',
                  text: 'Pick a person for this tab. Another tab can be someone else.',
              }),
              personButtons(directory, choose),
              el(
                  'details',
                  { class: 'other-way' },
                  el('summary', { text: 'Use a token instead' }),
                  token,
              ),
          ]
        : [
              el('p', {
                  class: 'sign-in-lead',
                  text: 'Paste a bearer token to sign in to this server.',
              }),
              token,
          ];
    const card = el(
        'main',
        { class: 'sign-in', data: { testid: 'sign-in' } },
        el('img', { src: 'page/icon.svg', alt: '', width: '64', height: '64' }),
        el('h1', { text: 'Whispr' }),
        ways,
        error,
    );
    root.replaceChildren(el('div', { class: 'sign-in-page' }, card));
    document.title = 'Whispr';
    card.querySelector(directory ? '.person' : '.token')?.focus({ preventScroll: true });
}
