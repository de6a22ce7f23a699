// What can be read out of a text: links, graphemes, whether it is emoji alone.

const segmenter =
    typeof Intl.Segmenter === 'function'
        ? new Intl.Segmenter(undefined, { granularity: 'grapheme' })
        : null;
const emojiCluster =
    /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3)/u;
const linkStart = /\bhttps?:\/\/[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;

export function graphemes(text) {
    if (!segmenter) return [...text];
    return Array.from(segmenter.segment(text), (piece) => piece.segment);
}

// The number of emoji when the text is nothing but up to `most` of them, otherwise 0.
export function emojiOnly(text, most = 5) {
    const trimmed = text.trim();
    if (trimmed === '' || trimmed.length > most * 24) return 0;
    const clusters = graphemes(trimmed.replace(/\s+/g, ''));
    if (clusters.length > most) return 0;
    return clusters.every((cluster) => emojiCluster.test(cluster)) ? clusters.length : 0;
}

// A reaction is one to ten graphemes without a line break.
export function reactionOf(text) {
    const trimmed = text.trim().replace(/\s+/g, ' ');
    const count = graphemes(trimmed).length;
    return count > 0 && count <= 10 ? trimmed : '';
}

function count(text, letter) {
    return text.split(letter).length - 1;
}

// A bracket at the end belongs to the link only if the link opened it.
function withoutTrailingPunctuation(link) {
    let shown = link;
    for (;;) {
        const last = shown.at(-1);
        const stray =
            (last === ')' && count(shown, ')') > count(shown, '(')) ||
            (last === ']' && count(shown, ']') > count(shown, '['));
        if (!stray && !/[.,;:!?'"»”…*_~]/u.test(last ?? '')) return shown;
        shown = shown.slice(0, -1);
    }
}

function safeHref(text) {
    try {
        const url = new URL(text);
        return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : '';
    } catch {
        return '';
    }
}

// Splits a text into { text } and { text, href } pieces; only http and https become links.
export function linkPieces(text) {
    const pieces = [];
    let from = 0;
    for (const match of text.matchAll(linkStart)) {
        const shown = withoutTrailingPunctuation(match[0]);
        const href = safeHref(shown);
        if (!href) continue;
        if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
        pieces.push({ text: shown, href });
        from = match.index + shown.length;
    }
    if (from < text.length) pieces.push({ text: text.slice(from) });
    return pieces;
}

export function byteLength(text) {
    return new TextEncoder().encode(text).length;
}

export function oneLine(text, most = 160) {
    const line = text.replace(/\s+/g, ' ').trim();
    return line.length > most ? `${line.slice(0, most)}…` : line;
}

// For filters: case and accents do not matter.
export function folded(text) {
    return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

export function isUuid(text) {
    return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text.trim());
}
