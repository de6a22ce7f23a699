// A filter field over the people one may talk to; a user id that is typed in full is offered too.

import { arrowKeys, el } from '../dom.js';
import { icon } from '../icons.js';
import { isUuid } from '../text.js';
import { avatar } from './avatar.js';

// With `many`, people are ticked and `changed(ids)` is called; otherwise `picked(id)` is.
export function peoplePicker({
    people,
    presence,
    exclude = new Set(),
    many = false,
    changed,
    picked,
}) {
    const chosen = new Set();
    const list = el('ul', { class: 'people', role: 'list' });

    const candidates = () => {
        const text = field.value.trim();
        const found = people.matching(text);
        if (isUuid(text) && !found.some(({ id }) => id === text.toLowerCase())) {
            const id = text.toLowerCase();
            found.push({ id, name: people.name(id) });
        }
        const extra = [...chosen].filter((id) => !found.some((person) => person.id === id));
        found.push(...extra.map((id) => ({ id, name: people.name(id) })));
        return found.filter(({ id }) => !exclude.has(id) && id !== people.me);
    };

    const choose = (id) => {
        if (!many) {
            picked(id);
            return;
        }
        if (!chosen.delete(id)) chosen.add(id);
        changed([...chosen]);
        draw();
        list.querySelector(`[data-user="${CSS.escape(id)}"]`)?.focus();
    };

    const row = ({ id, name }) => {
        const button = el(
            'button',
            {
                type: 'button',
                class: 'person',
                data: { user: id, testid: `person-${name}` },
                'aria-pressed': many ? String(chosen.has(id)) : undefined,
                on: { click: () => choose(id) },
            },
            avatar(id, name, { online: presence.isOnline(id), small: true }),
            el('span', { class: 'person-name', text: name, dir: 'auto' }),
            many ? el('span', { class: 'tickbox' }, chosen.has(id) ? icon('check') : null) : null,
        );
        return el('li', {}, button);
    };

    const draw = () => {
        const rows = candidates().map(row);
        const hint = people.known.length > 0 ? 'Nobody by that name.' : 'Enter a user id.';
        list.replaceChildren(
            ...(rows.length > 0 ? rows : [el('li', { class: 'nothing', text: hint })]),
        );
    };

    const field = el('input', {
        class: 'field',
        type: 'search',
        placeholder: 'Name or user id',
        'aria-label': 'Name or user id',
        autocomplete: 'off',
        spellcheck: 'false',
        data: { testid: 'people-search' },
        on: {
            input: draw,
            keydown: (event) => {
                const first = list.querySelector('button');
                if (event.key === 'ArrowDown') first?.focus();
                else if (event.key === 'Enter' && field.value.trim() && !event.isComposing)
                    first?.click();
                else return;
                event.preventDefault();
            },
        },
    });
    arrowKeys(list, () => [...list.querySelectorAll('button')]);
    draw();
    return el('div', { class: 'picker' }, field, list);
}
