/* The controls of the filters: words, confidence, what is in view, and a list of values with counts per facet. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const FEW = 8; // values of a facet that are shown at first
  const MOST = 300; // values of a facet that are shown after "more"
  const WAIT_MS = 180; // after a key, so that a word is searched once

  const groupOf = { kind: "kind", type: "type", role: "role", precision: "precision" };

  class Facets {
    constructor(layer) {
      this.layer = layer;
      this.filters = layer.filters;
      this.box = document.getElementById("geomap-facets");
      this.wide = new Set();
      this.parts = geomap.FACETS.map((facet) => this._part(facet));
      this.box.append(...this.parts.map((part) => part.details));
      this._search();
      this._confidence();
      this._senses();
      this._view();
      document.getElementById("geomap-reset").addEventListener("click", () => this.reset());
      this.filters.on("change", ({ name }) => this.refresh(name));
      this.refresh();
    }

    reset() {
      this.filters.reset();
      this.write();
    }

    /** Write the state of the filters into their controls. */
    write() {
      document.getElementById("geomap-search").value = this.filters.text;
      document.getElementById("geomap-sure").value = this.filters.sure;
      document.getElementById("geomap-in-view").checked = this.filters.view !== null;
      for (const sense of ["literal", "associative"]) {
        document.getElementById(`geomap-${sense}`).checked = this.filters.sense[sense];
      }
      this.refresh();
    }

    _search() {
      const input = document.getElementById("geomap-search");
      let timer = 0;
      input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => this.filters.set("text", input.value), WAIT_MS);
      });
    }

    _confidence() {
      const input = document.getElementById("geomap-sure");
      const set = geomap.oncePerFrame(() => this.filters.set("sure", Number(input.value)));
      input.addEventListener("input", set);
    }

    _senses() {
      for (const sense of ["literal", "associative"]) {
        const box = document.getElementById(`geomap-${sense}`);
        box.addEventListener("change", () => this.layer.show(sense, box.checked));
      }
    }

    /** Only what is in view; the map's moves renew it. */
    _view() {
      const box = document.getElementById("geomap-in-view");
      const map = this.layer._map;
      const renew = () => {
        if (!box.checked) return;
        const bounds = map.getBounds();
        this.filters.set("view", (place) => bounds.contains(this.layer.latlng(place)));
      };
      box.addEventListener("change", () => (box.checked ? renew() : this.filters.set("view", null)));
      map.on("moveend", renew);
    }

    _part(facet) {
      const list = geomap.element("ul", {});
      const chosen = geomap.element("span", { class: "geomap-badge" });
      const summary = geomap.element("summary", {}, geomap.element("span", { "data-word": `facet.${facet}` }), chosen);
      const details = geomap.element("details", { class: "geomap-facet", "data-facet": facet }, summary, list);
      details.addEventListener("toggle", () => details.open && this._fill(facet));
      return { facet, details, list, chosen };
    }

    refresh(name) {
      const active = this.filters.active();
      const badge = document.getElementById("geomap-active");
      badge.textContent = active || "";
      document.getElementById("geomap-reset").hidden = !active;
      document.getElementById("geomap-sure-value").textContent = `${this.filters.sure} %`;
      for (const { facet, details, chosen } of this.parts) {
        const { size } = this.filters.chosen[facet];
        chosen.textContent = size || "";
        const useful = this.filters.data.values[facet].length > 1 || size;
        details.hidden = !useful;
        if (details.open && name !== "sure") this._fill(facet);
      }
    }

    _fill(facet) {
      const { list } = this.parts.find((part) => part.facet === facet);
      const wanted = this.filters.chosen[facet];
      const values = this.filters.data.values[facet];
      const counts = this.filters.facetCounts(facet);
      const shown = [...values.keys()].filter((value) => counts[value] || wanted.has(value));
      shown.sort((one, other) => counts[other] - counts[one] || one - other);
      const limit = this.wide.has(facet) ? MOST : FEW;
      const rows = shown.slice(0, limit).map((value) => this._choice(facet, value, counts[value], wanted.has(value)));
      const hidden = shown.length - rows.length;
      if (hidden > 0 && !this.wide.has(facet)) {
        const act = () => this.wide.add(facet) && this._fill(facet);
        rows.push(geomap.element("li", {}, geomap.button({ class: "geomap-link" }, act, geomap.say("more", { n: geomap.number(hidden) }))));
      }
      const focused = list.contains(document.activeElement) ? document.activeElement.value : null;
      list.replaceChildren(...rows);
      if (focused !== null) (list.querySelector(`input[value="${focused}"]`) || list).focus();
    }

    _choice(facet, value, count, checked) {
      const text = this.filters.data.values[facet][value];
      const name = (groupOf[facet] ? geomap.term(groupOf[facet], text) : text) || geomap.say("unknown");
      const box = geomap.element("input", { type: "checkbox", value });
      box.checked = checked;
      box.addEventListener("change", () => {
        const wanted = new Set(this.filters.chosen[facet]);
        if (box.checked) wanted.add(value);
        else wanted.delete(value);
        this.filters.set(facet, wanted);
      });
      const label = geomap.element("label", {}, box, geomap.element("bdi", {}, name), geomap.element("small", {}, geomap.number(count)));
      return geomap.element("li", {}, label);
    }
  }

  geomap.facets = (layer) => new Facets(layer);
})();
