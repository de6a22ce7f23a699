// What the server says, in the words of the page. The wire mixes camelCase and snake_case, and
// live events carry less than REST does: a field that is absent stays undefined and changes nothing.

import { parseTime } from './dates.js';
import { kindOf } from './file_kinds.js';

const statusRank = { sent: 1, delivered: 2, read: 3 };

function camelKey(key) {
    return key.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

export function camelised(object) {
    if (object === null || typeof object !== 'object' || Array.isArray(object)) return {};
    return Object.fromEntries(Object.entries(object).map(([key, value]) => [camelKey(key), value]));
}

function textOrEmpty(value) {
    return typeof value === 'string' ? value : '';
}

export function higherStatus(a, b) {
    return (statusRank[b] ?? 0) > (statusRank[a] ?? 0) ? b : a;
}

function statusOf(raw) {
    const status = raw.status ?? raw.deliveryStatus;
    if (status === undefined || status === null) return undefined;
    return status in statusRank ? status : 'sent';
}

function toReply(raw) {
    if (!raw) return undefined;
    const reply = camelised(raw);
    return {
        id: reply.id,
        senderId: reply.senderId,
        content: textOrEmpty(reply.content),
        isDeleted: Boolean(reply.isDeleted),
    };
}

// readBy names users, as plain ids or as objects that hold one.
function toReaders(list) {
    if (!Array.isArray(list)) return undefined;
    return list
        .map((entry) => (typeof entry === 'string' ? entry : camelised(entry).userId))
        .filter(Boolean);
}

function toReactions(list) {
    if (!Array.isArray(list)) return undefined;
    return list
        .map(camelised)
        .filter((entry) => entry.userId && entry.reaction)
        .map(({ userId, reaction }) => ({ userId, reaction }));
}

function positive(value) {
    const number = Number(value);
    return Number.isFinite(number) && number > 0 ? number : undefined;
}

// A file of a message. What is encrypted end to end is a file and nothing else: nobody but its
// reader can tell what is in it.
export function toAttachment(source) {
    const raw = camelised(source);
    if (typeof raw.id !== 'string') return null;
    const metadata = camelised(raw.metadata);
    const mimeType = textOrEmpty(raw.mimeType);
    const encrypted = raw.encrypted === true || metadata.encrypted === true;
    return {
        id: raw.id,
        messageId: raw.messageId,
        name: textOrEmpty(raw.fileName) || 'file',
        kind: encrypted || raw.fileType === 'document' ? 'file' : kindOf(mimeType),
        mimeType,
        size: positive(raw.fileSize) ?? 0,
        address: textOrEmpty(raw.fileUrl),
        thumbnail: textOrEmpty(raw.thumbnailUrl),
        width: positive(raw.width) ?? positive(metadata.width),
        height: positive(raw.height) ?? positive(metadata.height),
        duration: positive(metadata.duration),
        encrypted,
    };
}

function toAttachments(list) {
    return Array.isArray(list) ? list.map(toAttachment).filter(Boolean) : undefined;
}

export function toMessage(source) {
    const raw = camelised(source);
    if (typeof raw.id !== 'string') return null;
    return {
        id: raw.id,
        conversationId: raw.conversationId,
        senderId: raw.senderId ?? null,
        type: raw.messageType ?? 'text',
        content: textOrEmpty(raw.content),
        metadata: raw.metadata ?? {},
        replyToId: raw.replyToId ?? null,
        replyTo: toReply(raw.replyTo),
        sentAt: raw.sentAt,
        time: parseTime(raw.sentAt),
        editedAt: raw.editedAt ?? null,
        isDeleted: Boolean(raw.isDeleted),
        clientRandom: raw.clientRandom ?? undefined,
        status: statusOf(raw),
        reactions: toReactions(raw.reactions),
        readBy: toReaders(raw.readBy),
        attachments: toAttachments(raw.attachments),
        mseq: raw.mseq ?? undefined,
        eseq: raw.eseq ?? raw.lastEseq ?? undefined,
    };
}

export function toMember(source) {
    const raw = camelised(source);
    return {
        userId: raw.userId,
        role: raw.role ?? 'member',
        joinedAt: parseTime(raw.joinedAt),
        isActive: raw.isActive !== false,
    };
}

export function toConversation(source) {
    const raw = camelised(source);
    if (typeof raw.id !== 'string') return null;
    const last =
        'lastMessage' in raw ? (raw.lastMessage ? toMessage(raw.lastMessage) : null) : undefined;
    return {
        id: raw.id,
        type: raw.type ?? 'group',
        name: raw.name ?? raw.metadata?.name ?? undefined,
        isActive: raw.isActive !== false,
        unread: Number.isInteger(raw.unreadCount) ? raw.unreadCount : undefined,
        last,
        memberIds: Array.isArray(raw.memberUserIds) ? raw.memberUserIds : undefined,
        members: Array.isArray(raw.members)
            ? raw.members.map(toMember).filter((member) => member.userId && member.isActive)
            : undefined,
        created: parseTime(raw.insertedAt ?? raw.createdAt),
        updated: parseTime(raw.updatedAt ?? raw.insertedAt ?? raw.createdAt),
    };
}

// Lays what is known now over what was known before.
export function overlay(known, fresh) {
    const result = { ...known };
    for (const [key, value] of Object.entries(fresh)) {
        if (value !== undefined) result[key] = value;
    }
    return result;
}
