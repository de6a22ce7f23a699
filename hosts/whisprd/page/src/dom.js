// Elements are built here and nowhere from markup: what people wrote only ever becomes text nodes.

export function el(tag, options = {}, ...children) {
    const element = document.createElement(tag);
    const { class: className, on, data, text, ...attributes } = options;
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    for (const [name, listener] of Object.entries(on ?? {}))
        element.addEventListener(name, listener);
    for (const [name, value] of Object.entries(data ?? {})) {
        if (value !== undefined && value !== null) element.dataset[name] = value;
    }
    for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
}

export function setAttribute(element, name, value) {
    if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : value);
}

// Makes the children of `parent` exactly `wanted`, moving and removing as little as possible, so
// that focus, selection and running transitions of what stays are untouched.
export function reconcile(parent, wanted) {
    const keep = new Set(wanted);
    for (const child of [...parent.children]) {
        if (!keep.has(child)) child.remove();
    }
    let at = parent.firstElementChild;
    for (const child of wanted) {
        if (child === at) at = at.nextElementSibling;
        else parent.insertBefore(child, at);
    }
}

export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

// Arrow keys, Home and End move the focus among the elements that `items()` returns.
export function arrowKeys(container, items, { horizontal = false } = {}) {
    const back = horizontal ? ['ArrowLeft', 'ArrowUp'] : ['ArrowUp'];
    const forward = horizontal ? ['ArrowRight', 'ArrowDown'] : ['ArrowDown'];
    container.addEventListener('keydown', (event) => {
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        const list = items();
        const at = list.indexOf(document.activeElement);
        let next = -1;
        if (back.includes(event.key)) next = Math.max(0, at - 1);
        else if (forward.includes(event.key)) next = Math.min(list.length - 1, at + 1);
        else if (event.key === 'Home' && at >= 0) next = 0;
        else if (event.key === 'End' && at >= 0) next = list.length - 1;
        if (next < 0 || list.length === 0) return;
        event.preventDefault();
        list[next].focus();
    });
}
