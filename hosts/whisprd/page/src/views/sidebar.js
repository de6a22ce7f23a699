// The left column: who one is, the filter, the list.

import { el } from '../dom.js';
import { icon } from '../icons.js';
import { currentTheme, nextTheme } from '../theme.js';
import { avatar } from './avatar.js';
import { ListView } from './list_view.js';
import { openNewDirect, openNewGroup } from './new_chat.js';
import { openMenu } from './popover.js';

const themeIcons = { system: 'system', light: 'sun', dark: 'moon' };
const themeNames = { system: 'as the system', light: 'light', dark: 'dark' };

function themeButton() {
    const draw = (theme) => {
        const label = `Colours: ${themeNames[theme]}`;
        button.replaceChildren(icon(themeIcons[theme]));
        button.setAttribute('aria-label', label);
        button.title = label;
    };
    const button = el('button', {
        type: 'button',
        class: 'icon-button',
        data: { testid: 'theme' },
        on: { click: () => draw(nextTheme()) },
    });
    draw(currentTheme());
    return button;
}

export class Sidebar {
    #search;
    element;

    constructor(app) {
        this.list = new ListView(app);
        this.#search = this.#searchField();
        this.element = el(
            'aside',
            { class: 'sidebar' },
            this.#head(app),
            this.#searchBox(),
            this.list.element,
        );
    }

    #head(app) {
        const name = app.people.name(app.store.me);
        const me = el(
            'button',
            { type: 'button', class: 'me', 'aria-haspopup': 'menu', data: { testid: 'me' } },
            avatar(app.store.me, name, { small: true }),
            el('span', { class: 'me-name', text: name, dir: 'auto' }),
        );
        me.addEventListener('click', () => openMenu(this.#ownItems(app), me, { label: 'You' }));
        const add = el(
            'button',
            {
                type: 'button',
                class: 'icon-button accent',
                'aria-label': 'New conversation',
                title: 'New conversation',
                'aria-haspopup': 'menu',
                data: { testid: 'new' },
            },
            icon('add'),
        );
        add.addEventListener('click', () =>
            openMenu(this.#newItems(app), add, { label: 'New conversation' }),
        );
        return el('header', { class: 'side-head' }, me, themeButton(), add);
    }

    #ownItems(app) {
        const copyId = async () => {
            await navigator.clipboard.writeText(app.store.me);
            app.store.notice('Your user id is copied.');
        };
        return [
            { label: 'Copy my user id', icon: 'copy', run: () => app.actions.attempt(copyId) },
            { label: 'Sign out', icon: 'leave', testid: 'sign-out', run: () => app.signOut() },
        ];
    }

    #newItems(app) {
        return [
            {
                label: 'New chat',
                icon: 'user',
                testid: 'new-direct',
                run: () => openNewDirect(app),
            },
            {
                label: 'New group',
                icon: 'group',
                testid: 'new-group',
                run: () => openNewGroup(app),
            },
        ];
    }

    #searchField() {
        return el('input', {
            class: 'search',
            type: 'search',
            placeholder: 'Search',
            'aria-label': 'Search conversations',
            autocomplete: 'off',
            spellcheck: 'false',
            data: { testid: 'search' },
            on: {
                input: () => this.list.filter(this.#search.value),
                keydown: (event) => this.#searchKeys(event),
            },
        });
    }

    #searchBox() {
        return el('div', { class: 'search-box', role: 'search' }, icon('search'), this.#search);
    }

    #searchKeys(event) {
        if (event.key === 'ArrowDown') this.list.focusFirst();
        else if (event.key === 'Enter') this.list.openFirst();
        else if (event.key === 'Escape' && this.#search.value) {
            this.#search.value = '';
            this.list.filter('');
        } else return;
        event.preventDefault();
        event.stopPropagation();
    }

    focusSearch() {
        this.#search.focus();
        this.#search.select();
    }
}
