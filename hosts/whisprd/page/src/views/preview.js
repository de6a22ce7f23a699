// The one line that stands for a message: in the list, in quotes, in notices.

import { filesLine } from '../attached.js';
import { oneLine } from '../text.js';

// What the system's own messages say, in words with names.
export function systemText(message, people) {
    const { action, user_id: snakeId, userId: camelId } = message.metadata ?? {};
    const userId = snakeId ?? camelId;
    const who = userId ? people.call(userId) : '';
    if (who && action === 'member_joined') return `${who} joined`;
    if (who && action === 'member_left') return `${who} left`;
    if (who && action === 'member_removed') return `${who} was removed`;
    return message.content || 'The conversation changed';
}

export function contentLine(message, people) {
    if (message.isDeleted) return 'Message deleted';
    if (message.type === 'system') return systemText(message, people);
    const line = filesLine(message) || oneLine(message.content);
    if (line) return line;
    return message.type === 'media' ? 'Attachment' : 'Message';
}
