// The scroll position of the log. At the end it stays at the end, whatever grows; elsewhere the
// message one is reading stays where it is, whatever comes above or below it.

const endSlack = 60;
const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

export class LogScroll {
    #scroller;
    #content;
    #atEnd = true;
    #moved;

    // `moved()` is called after the position changed, by whomever.
    constructor(scroller, content, moved) {
        this.#scroller = scroller;
        this.#content = content;
        this.#moved = moved;
        scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
        const observer = new ResizeObserver(() => {
            if (this.#atEnd) this.toEnd();
        });
        observer.observe(scroller);
        observer.observe(content);
    }

    get atEnd() {
        return this.#atEnd;
    }

    get nearStart() {
        return this.#scroller.scrollTop < 600;
    }

    #scrolled() {
        const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
        this.#atEnd = scrollHeight - scrollTop - clientHeight < endSlack;
        this.#moved();
    }

    toEnd({ smooth = false } = {}) {
        this.#atEnd = true;
        const behavior = smooth && !reducedMotion.matches ? 'smooth' : 'instant';
        this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior });
    }

    toRow(row, block = 'center') {
        this.#atEnd = false;
        row.scrollIntoView({ block, behavior: 'instant' });
        this.#scrolled();
    }

    // The first row whose lower edge is below the upper edge of the window; rows are in order.
    #firstVisible() {
        const rows = this.#content.children;
        const top = this.#scroller.getBoundingClientRect().top;
        let low = 0;
        let high = rows.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (rows[middle].getBoundingClientRect().bottom > top) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    // The last row that is on the screen for the most part.
    lastVisible() {
        const rows = this.#content.children;
        const bottom = this.#scroller.getBoundingClientRect().bottom + 8;
        for (let index = rows.length - 1; index >= 0; index -= 1) {
            const box = rows[index].getBoundingClientRect();
            if (box.bottom <= bottom || box.top + 40 <= bottom) return rows[index];
        }
        return null;
    }

    // Runs `change`, which alters the content, without moving what is being read.
    keeping(change) {
        if (this.#atEnd) {
            change();
            this.toEnd();
            return;
        }
        // Messages alone: a day or the divider may be put elsewhere.
        const rows = [...this.#content.children]
            .slice(this.#firstVisible())
            .filter((row) => row.dataset.key)
            .slice(0, 8);
        const before = rows.map((row) => row.getBoundingClientRect().top);
        change();
        const kept = rows.findIndex(
            (row) => row.isConnected && row.parentElement === this.#content,
        );
        if (kept < 0) return;
        const shift = rows[kept].getBoundingClientRect().top - before[kept];
        if (Math.abs(shift) > 0.5) this.#scroller.scrollTop += shift;
    }
}
