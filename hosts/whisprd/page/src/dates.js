// Times as people read them. Everything takes milliseconds since 1970.

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const shortWeekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dayMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' });
const fullDay = new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
});
const shortDay = new Intl.DateTimeFormat(undefined, {
    day: '2-digit',
    month: '2-digit',
    year: '2-digit',
});
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

// The wire has times with and without a zone; those without are UTC as well.
export function parseTime(text) {
    if (typeof text !== 'string' || text === '') return 0;
    const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`;
    const time = Date.parse(zoned);
    return Number.isNaN(time) ? 0 : time;
}

function startOfDay(time) {
    const day = new Date(time);
    day.setHours(0, 0, 0, 0);
    return day.getTime();
}

// Whole days between two moments of the local calendar; rounding absorbs the 23 and 25 hour days.
function daysBetween(earlier, later) {
    return Math.round((startOfDay(later) - startOfDay(earlier)) / 86_400_000);
}

export function sameDay(a, b) {
    return startOfDay(a) === startOfDay(b);
}

export function clockLabel(time) {
    return clock.format(time);
}

export function exactLabel(time) {
    return exact.format(time);
}

export function dayLabel(time, now = Date.now()) {
    const days = daysBetween(time, now);
    if (days === 0) return 'Today';
    if (days === 1) return 'Yesterday';
    if (days > 1 && days < 7) return weekday.format(time);
    const thisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
    return (thisYear ? dayMonth : fullDay).format(time);
}

// For the narrow column of the conversation list.
export function listLabel(time, now = Date.now()) {
    if (!time) return '';
    const days = daysBetween(time, now);
    if (days <= 0) return clock.format(time);
    if (days < 7) return shortWeekday.format(time);
    return shortDay.format(time);
}
