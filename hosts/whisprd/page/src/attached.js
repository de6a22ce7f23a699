// The files of a message, whatever way they are described.

import { kindNames, kindOf } from './file_kinds.js';
import { oneLine } from './text.js';
import { camelised } from './wire.js';

// A message that says it is a file, while none is attached to it: not yet, or not here.
function described(message) {
    const metadata = camelised(message.metadata);
    if (!metadata.filename && !metadata.mediaType) return [];
    const mimeType = metadata.mimeType ?? '';
    const kind = metadata.mediaType in kindNames ? metadata.mediaType : kindOf(mimeType);
    return [
        {
            id: null,
            name: String(metadata.filename ?? '') || kindNames[kind],
            kind: metadata.encrypted === true ? 'file' : kind,
            mimeType,
            size: Number(metadata.size) || 0,
            width: Number(metadata.width) || undefined,
            height: Number(metadata.height) || undefined,
            duration: Number(metadata.duration) || undefined,
        },
    ];
}

export function filesOf(message) {
    if (message.isDeleted) return [];
    if (message.attachments?.length > 0) {
        // Its sender knows how large the picture is before the server has looked.
        const { width, height, duration } = camelised(message.metadata);
        const only = message.attachments.length === 1;
        return message.attachments.map((file) => ({
            ...file,
            width: file.width ?? ((only && Number(width)) || undefined),
            height: file.height ?? ((only && Number(height)) || undefined),
            duration: file.duration ?? ((only && Number(duration)) || undefined),
        }));
    }
    return message.type === 'media' ? described(message) : [];
}

// What somebody wrote to a file. Without a word its message carries the name of the file.
export function captionOf(message, files = filesOf(message)) {
    if (files.length === 0) return message.content;
    const bare = files.some(({ name }) => name === message.content);
    return bare || message.content === message.metadata?.filename ? '' : message.content;
}

// The one line that stands for a message with files.
export function filesLine(message) {
    const files = filesOf(message);
    if (files.length === 0) return '';
    const [{ kind, name }] = files;
    const what = kind === 'file' ? oneLine(name, 80) : kindNames[kind];
    const counted = files.length > 1 ? `${what} and ${files.length - 1} more` : what;
    const caption = oneLine(captionOf(message, files));
    return caption ? `${counted} · ${caption}` : counted;
}

export function isPicture({ id, kind, pending }) {
    return kind === 'image' && id !== null && !pending;
}
