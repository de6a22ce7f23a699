// What kind of file something is, and how its size and its name are said.

const showableImages = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'];

const units = ['bytes', 'KB', 'MB', 'GB'];

// What a browser can be trusted to show in a page is an image, a video or audio; all else, also
// images that may hold scripts, is a file.
export function kindOf(mimeType) {
    const type = (mimeType ?? '').split(';')[0].trim().toLowerCase();
    if (showableImages.includes(type)) return 'image';
    if (type.startsWith('video/')) return 'video';
    if (type.startsWith('audio/')) return 'audio';
    return 'file';
}

export const kindNames = { image: 'Photo', video: 'Video', audio: 'Audio', file: 'File' };

export function sizeLabel(bytes) {
    let size = Math.max(0, bytes || 0);
    let unit = 0;
    while (size >= 1024 && unit < units.length - 1) {
        size /= 1024;
        unit += 1;
    }
    const digits = unit > 0 && size < 10 ? 1 : 0;
    return `${size.toFixed(digits).replace(/\.0$/, '')} ${units[unit]}`;
}

export function lengthLabel(seconds) {
    if (!Number.isFinite(seconds) || seconds < 0) return '';
    const whole = Math.round(seconds);
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    const rest = String(whole % 60).padStart(2, '0');
    if (hours === 0) return `${minutes}:${rest}`;
    return `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}

// The ending of a name, for the sign of a file: at most five letters or digits, or nothing.
export function endingOf(name) {
    return /\.([a-z0-9]{1,5})$/i.exec(name ?? '')?.[1].toUpperCase() ?? '';
}

// A name as it may be written to a disk and shown in one line: nothing that turns the direction
// of writing around, no separators, and not longer than servers take.
export function safeName(name) {
    const clean = String(name ?? '')
        .replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
        .replace(/[/\\]/g, '_')
        .trim();
    return shortened(clean, 200) || 'file';
}

// At most so many bytes of UTF-8; the ending stays.
function shortened(name, most) {
    const encoder = new TextEncoder();
    if (encoder.encode(name).length <= most) return name;
    const ending = /\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? '';
    const letters = [...name.slice(0, name.length - ending.length)];
    while (letters.length > 0 && encoder.encode(letters.join('') + ending).length > most)
        letters.pop();
    return letters.join('') + ending;
}
