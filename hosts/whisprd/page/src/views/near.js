// Work that waits until an element is on the screen or close to it.

const runs = new WeakMap();

const observer = new IntersectionObserver(
    (entries) => {
        for (const { target, isIntersecting } of entries) {
            if (!isIntersecting) continue;
            observer.unobserve(target);
            runs.get(target)?.();
            runs.delete(target);
        }
    },
    // Browsers without scrollMargin begin when the element itself comes into view.
    { rootMargin: '400px', scrollMargin: '400px' },
);

export function whenNear(element, run) {
    runs.set(element, run);
    observer.observe(element);
}
