/* The page around the layer: puts map, panel, filters, time slider, legend and toolbar together. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const narrow = window.matchMedia("(max-width: 760px)");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  /** Tell whether the legend may cover a corner of the map. */
  const hasRoom = (map) => map.getSize().x >= 900 && map.getSize().y >= 560;

  class Page {
    constructor(map, layer, options) {
      Object.assign(this, { map, layer, options, mode: "points", theme: options.theme, modeLayer: null });
      layer.held = true;
      geomap.setLanguage(options.language);
      this._root();
    }

    /** Build everything once the data is there. */
    async start() {
      await Promise.all([this.layer.ready, geomap.readBackdrop()]);
      const { map, layer, options } = this;
      this.timeline = geomap.timeline(layer);
      map.invalidateSize({ animate: false });
      layer.fit();
      layer._start();
      this.base = geomap.countries(map).addTo(map);
      this.labels = geomap.labels(layer).addTo(map);
      this.inside = geomap.insideTiles();
      this.online = options.online ? geomap.onlineTiles(options.online) : null;
      if (this.inside) this.toggleTiles(this.inside, true);
      L.control.scale({ position: "bottomright" }).addTo(map);
      map.attributionControl.setPrefix("");
      if (options.legend) this.legend = geomap.legend(layer, { open: options.layout === "full" && hasRoom(map) });
      geomap.toolbar(this);
      const collapse = this._drawer();
      if (options.layout === "full") {
        this.facets = geomap.facets(layer);
        this.panel = geomap.panel(layer, collapse);
      }
      this._text();
      this._listen();
      if (options.allTypes) layer.show("associative", true);
      if (!layer.data.places.name.length) this._empty();
      geomap.takeState(this, location.hash.slice(1));
      if (this.facets) this.facets.write();
      this.timeline.write();
      geomap.keepState(this);
      window.addEventListener("hashchange", () => this._followHash());
      document.documentElement.dataset.ready = "true";
    }

    /** A hash that someone typed or pasted. */
    _followHash() {
      if (location.hash.slice(1) === geomap.describeState(this)) return;
      this.layer.filters.reset();
      geomap.takeState(this, location.hash.slice(1));
      if (this.facets) this.facets.write();
      this.timeline.write();
    }

    _root() {
      const root = document.documentElement;
      if (this.theme === "auto") delete root.dataset.theme;
      else root.dataset.theme = this.theme;
      root.lang = geomap.language();
      root.dir = geomap.isRightToLeft() ? "rtl" : "ltr";
    }

    isDark() {
      return this.theme === "dark" || (this.theme === "auto" && dark.matches);
    }

    setTheme(theme) {
      this.theme = ["light", "dark"].includes(theme) ? theme : "auto";
      this._root();
      this._recolor();
    }

    _recolor() {
      if (!this.base) return;
      this.base.restyle();
      if (this.inside) this.inside.redraw();
      this.layer.refresh();
      if (this.modeLayer) this.modeLayer.draw();
      if (this.timeline) this.timeline.write();
      if (this.onState) this.onState();
    }

    setLanguage(code) {
      geomap.setLanguage(code);
      this._root();
      this._text();
      this.layer.refresh();
      if (this.facets) this.facets.write();
      if (this.timeline) this.timeline.write();
      if (this.onState) this.onState();
    }

    /** Write what depends on the language. */
    _text() {
      geomap.writeWords(document.body);
      this._showLegend();
      const container = this.map.getContainer();
      container.setAttribute("role", "region");
      container.setAttribute("aria-label", geomap.say("map"));
      const credits = document.getElementById("geomap-credits");
      if (credits) credits.replaceChildren(...this.layer.data.credits.map((text) => geomap.element("span", { dir: "auto" }, text)));
      if (this._button) this._button();
    }

    /** Show points, heat, countries or divisions. */
    setMode(mode) {
      const offered = document.querySelector(`input[name="geomap-mode"][value="${CSS.escape(mode)}"]`);
      if (!offered || mode === this.mode) return;
      offered.checked = true;
      if (this.modeLayer) this.modeLayer.remove();
      this.mode = mode;
      this.modeLayer = mode === "heat" ? geomap.heat(this.layer) : mode === "points" ? null : geomap.choropleth(this.layer, mode);
      Object.assign(this.layer.drawn, { signs: mode === "points", areas: mode === "points", circles: mode === "points" });
      if (this.modeLayer) {
        this.modeLayer.on("geomap:classes", () => this._showLegend());
        this.modeLayer.addTo(this.map);
      }
      this.layer.refresh();
      this._showLegend();
      if (this.onState) this.onState();
    }

    _showLegend() {
      if (this.legend) this.legend.show(this.mode, (this.modeLayer && this.modeLayer.ends) || []);
    }

    toggle(layer, on) {
      if (on) layer.addTo(this.map);
      else layer.remove();
    }

    /** Pictures bring names of their own, so those of the base map go. */
    toggleTiles(tiles, on) {
      this.toggle(tiles, on);
      const named = [this.inside, this.online].filter((each) => each && !(each instanceof geomap.VectorTiles));
      this.labels.hideBase(named.some((each) => this.map.hasLayer(each)));
    }

    /** On a small screen the list lies over the map and opens by a button. */
    _drawer() {
      const page = document.querySelector(".geomap-page");
      const button = document.getElementById("geomap-toggle");
      new ResizeObserver(() => this.map.invalidateSize({ animate: false })).observe(this.map.getContainer());
      if (!button) return () => {};
      const show = (open) => {
        page.classList.toggle("geomap-open", open);
        button.setAttribute("aria-expanded", open);
        this._button();
      };
      this._button = () => {
        button.textContent = geomap.say(page.classList.contains("geomap-open") ? "map" : "list");
      };
      button.addEventListener("click", () => show(!page.classList.contains("geomap-open")));
      return () => {
        if (!narrow.matches) return;
        show(false);
        this.map.invalidateSize({ animate: false });
      };
    }

    _listen() {
      dark.addEventListener("change", () => this.theme === "auto" && this._recolor());
      window.matchMedia("print").addEventListener("change", () => this._recolor());
      this.map.on("click", () => this.panel && this.layer.lit.size && this.panel.release());
      this.layer.on("geomap:open geomap:light", () => narrow.matches && this.legend && (this.legend.box.open = false));
      document.addEventListener("keydown", (event) => {
        if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
          const search = document.getElementById("geomap-search");
          if (search) search.focus();
          event.preventDefault();
        }
        if (event.key === "Escape" && this.panel && this.layer.lit.size) this.panel.release();
      });
    }

    _empty() {
      this.map.getContainer().append(geomap.element("p", { class: "geomap-empty", role: "status", "data-word": "none.map" }, geomap.say("none.map")));
    }
  }

  /** Put the page together around a map that already holds the layer. */
  geomap.page = function (map, layer) {
    const options = JSON.parse(document.getElementById("geomap_options").textContent);
    const page = new Page(map, layer, options);
    geomap.shown = page;
    return page.start();
  };
})();
