/* A list of any length that makes only the rows in view. All rows have one height, so that a row's place is known without making it. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const SPARE = 6; // rows made above and below the view

  class List {
    /** `make(item)` returns the button of a row; the list is a <ul> in a box that scrolls. */
    constructor(box, list, make) {
      Object.assign(this, { box, list, make, items: [], rows: new Map() });
      box.addEventListener("scroll", () => this.draw(), { passive: true });
      list.addEventListener("keydown", (event) => this._move(event));
      new ResizeObserver(() => this.draw()).observe(box);
    }

    /** Show these items from the top, or from where one was. */
    show(items, { keep = false } = {}) {
      const held = this.list.contains(document.activeElement) ? document.activeElement.closest("li").dataset.at : null;
      this.items = items;
      this.height = parseFloat(getComputedStyle(this.box).getPropertyValue("--geomap-row")) || 68;
      this.list.style.height = `${items.length * this.height}px`;
      this.rows.clear();
      this.list.replaceChildren();
      if (!keep) this.box.scrollTop = 0;
      this.draw();
      const row = keep && held !== null && this.rows.get(Number(held));
      if (row) row.firstChild.focus({ preventScroll: true });
    }

    draw() {
      const first = Math.max(0, Math.floor(this.box.scrollTop / this.height) - SPARE);
      const last = Math.min(this.items.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / this.height) + SPARE);
      for (const [at, row] of this.rows) {
        if ((at < first || at >= last) && !row.contains(document.activeElement)) {
          row.remove();
          this.rows.delete(at);
        }
      }
      for (let at = first; at < last; at += 1) if (!this.rows.has(at)) this._insert(at);
    }

    _insert(at) {
      const attributes = { "aria-setsize": this.items.length, "aria-posinset": at + 1 };
      const row = geomap.element("li", attributes, this.make(this.items[at]));
      row.style.top = `${at * this.height}px`;
      row.dataset.at = at;
      const next = [...this.list.children].find((other) => Number(other.dataset.at) > at);
      this.list.insertBefore(row, next || null);
      this.rows.set(at, row);
    }

    /** Bring an item into view; tell whether it is in the list. */
    reveal(item, { focus = false } = {}) {
      const at = this.items.indexOf(item);
      if (at < 0) return false;
      const [top, height] = [at * this.height, this.box.clientHeight];
      if (top < this.box.scrollTop || top + this.height > this.box.scrollTop + height) {
        this.box.scrollTop = Math.max(0, top - height / 3);
      }
      this.draw();
      if (focus && this.rows.get(at)) this.rows.get(at).firstChild.focus({ preventScroll: true });
      return true;
    }

    /** Arrow keys, Home and End move from row to row. */
    _move(event) {
      const row = event.target.closest("li");
      const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };
      if (!row || !(event.key in steps)) return;
      event.preventDefault();
      const at = Math.max(0, Math.min(this.items.length - 1, Number(row.dataset.at) + steps[event.key]));
      this.reveal(this.items[at], { focus: true });
    }
  }

  geomap.list = (box, list, make) => new List(box, list, make);
})();
