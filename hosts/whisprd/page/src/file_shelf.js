// The files of unsent messages, in IndexedDB, so that an upload goes on after a reload. Bounded:
// what is larger is kept in memory alone, and has to be chosen again.

const databaseName = 'whispr.files';
const storeName = 'files';
const largestBytes = 64 * 1024 * 1024;
const allBytes = 256 * 1024 * 1024;
const keptMs = 7 * 86_400_000;

function settled(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

function completed(transaction) {
    return new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
    });
}

export class FileShelf {
    #owner;
    #opening = null;

    constructor(owner) {
        this.#owner = owner;
    }

    #open() {
        this.#opening ??= new Promise((resolve, reject) => {
            const request = indexedDB.open(databaseName, 1);
            request.onupgradeneeded = () =>
                request.result.createObjectStore(storeName, { keyPath: 'key' });
            request.onsuccess = () => {
                // Another page of this place wants to change or remove it.
                request.result.onversionchange = () => {
                    request.result.close();
                    this.#opening = null;
                };
                resolve(request.result);
            };
            request.onerror = () => reject(request.error);
            request.onblocked = () => reject(new Error('blocked'));
        });
        return this.#opening;
    }

    #key(id) {
        return `${this.#owner}.${id}`;
    }

    // Every entry without its bytes.
    async #entries(store) {
        const found = [];
        await new Promise((resolve, reject) => {
            const request = store.openCursor();
            request.onerror = () => reject(request.error);
            request.onsuccess = () => {
                const cursor = request.result;
                if (!cursor) {
                    resolve();
                    return;
                }
                const { key, size, time } = cursor.value;
                found.push({ key, size, time });
                cursor.continue();
            };
        });
        return found;
    }

    // Returns whether the file is kept. A browser that keeps nothing is no error.
    async put(id, file) {
        if (file.size > largestBytes) return false;
        try {
            const database = await this.#open();
            const transaction = database.transaction(storeName, 'readwrite');
            const done = completed(transaction);
            const store = transaction.objectStore(storeName);
            const sum = (await this.#entries(store)).reduce((all, { size }) => all + size, 0);
            const fits = sum + file.size <= allBytes;
            if (fits) store.put({ key: this.#key(id), size: file.size, time: Date.now(), file });
            await done;
            return fits;
        } catch {
            return false;
        }
    }

    async get(id) {
        try {
            const database = await this.#open();
            const store = database.transaction(storeName).objectStore(storeName);
            return (await settled(store.get(this.#key(id))))?.file ?? null;
        } catch {
            return null;
        }
    }

    async remove(id) {
        try {
            const database = await this.#open();
            const transaction = database.transaction(storeName, 'readwrite');
            transaction.objectStore(storeName).delete(this.#key(id));
            await completed(transaction);
        } catch {
            // It is swept later.
        }
    }

    // Removes what no unsent message of this person needs, and what others left long ago.
    async sweep(neededIds) {
        try {
            const needed = new Set([...neededIds].map((id) => this.#key(id)));
            const database = await this.#open();
            const transaction = database.transaction(storeName, 'readwrite');
            const done = completed(transaction);
            const store = transaction.objectStore(storeName);
            const now = Date.now();
            for (const { key, time } of await this.#entries(store)) {
                const own = key.startsWith(`${this.#owner}.`);
                const fresh = now - time < 60_000;
                const unneeded = own && !needed.has(key) && !fresh;
                if (unneeded || now - time > keptMs) store.delete(key);
            }
            await done;
        } catch {
            // Next time.
        }
    }
}
