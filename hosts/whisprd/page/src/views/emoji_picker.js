// A small set of emoji, and a field for any other.

import { arrowKeys, el } from '../dom.js';
import { reactionOf } from '../text.js';
import { openPopover } from './popover.js';

export const quickReactions = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

const choices = [
    ...['😀', '😁', '😂', '🤣', '😊', '😍', '😘', '😎'],
    ...['🤔', '😐', '😴', '😮', '😢', '😭', '😡', '🥳'],
    ...['👍', '👎', '👏', '🙌', '🙏', '💪', '👋', '🤝'],
    ...['❤️', '🧡', '💛', '💚', '💙', '💜', '💔', '✨'],
    ...['🎉', '🔥', '💯', '✅', '❌', '⭐', '☕', '🍕'],
    ...['🌞', '🌙', '🌈', '🌸', '🐱', '🐶', '🚀', '👀'],
];

export function emojiButton(emoji, pick, pressed) {
    return el('button', {
        type: 'button',
        class: 'emoji-choice',
        text: emoji,
        'aria-label': emoji,
        'aria-pressed': pressed === undefined ? undefined : String(pressed),
        on: { click: () => pick(emoji) },
    });
}

export function openEmojiPicker(anchor, pick) {
    let close = () => {};
    const choose = (emoji) => {
        close();
        pick(emoji);
    };
    const buttons = choices.map((emoji) => emojiButton(emoji, choose));
    const grid = el('div', { class: 'emoji-grid' }, buttons);
    arrowKeys(grid, () => buttons, { horizontal: true });
    const field = el('input', {
        class: 'field',
        maxlength: '40',
        placeholder: 'Any other emoji…',
        'aria-label': 'Any other emoji',
        autocomplete: 'off',
        enterkeyhint: 'done',
        data: { testid: 'emoji-field' },
        on: {
            keydown: (event) => {
                if (event.key !== 'Enter' || event.isComposing) return;
                event.preventDefault();
                const emoji = reactionOf(field.value);
                if (emoji) choose(emoji);
            },
        },
    });
    const content = el('div', { class: 'emoji-picker' }, grid, field);
    close = openPopover(content, anchor, {
        label: 'Emoji',
        testid: 'emoji-picker',
        initialFocus: buttons[0],
    });
}
