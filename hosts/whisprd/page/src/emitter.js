// Named events inside the page: the store tells, the views listen.
export class Emitter {
    #listeners = new Map();

    on(name, listener) {
        if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
        this.#listeners.get(name).add(listener);
        return () => this.#listeners.get(name)?.delete(listener);
    }

    emit(name, detail) {
        for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(detail);
    }
}

// Collects any number of calls made in one turn into a single run after it. A microtask, not an
// animation frame: frames stop in a hidden tab, and its state must still be right.
export function coalesce(run) {
    let queued = false;
    return () => {
        if (queued) return;
        queued = true;
        queueMicrotask(() => {
            queued = false;
            run();
        });
    };
}
