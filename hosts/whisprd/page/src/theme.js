// Light, dark, or what the system says.

const storageKey = 'whispr.theme';
const order = ['system', 'light', 'dark'];

export function currentTheme() {
    const kept = localStorage.getItem(storageKey);
    return order.includes(kept) ? kept : 'system';
}

export function applyTheme(theme = currentTheme()) {
    const root = document.documentElement;
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
}

export function nextTheme() {
    const theme = order[(order.indexOf(currentTheme()) + 1) % order.length];
    localStorage.setItem(storageKey, theme);
    applyTheme(theme);
    return theme;
}
