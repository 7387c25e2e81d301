/* The layer of sightings: reads its data, and keeps signs and areas for what is visible and in view. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const FAINT_ZOOM = 9; // from here on an area may fill the screen
  const MARGIN = 0.15; // of the view, so that a short pan finds its signs there
  const MOST_LABELS = 300;

  const Sightings = L.Layer.extend({
    initialize(id) {
      this.lit = new Set();
      this.signs = new Map();
      this.drawn = { signs: true, areas: true, circles: true };
      this.ready = geomap.read(id).then((data) => {
        this.data = data;
        this.filters = geomap.filters(data);
        this.areas = geomap.areas(this);
        this.filters.on("change", this.refresh, this);
        if (this._map && !this.held) this._start();
        return this;
      });
    },

    onAdd(map) {
      const panes = [["geomap-areas", 410], ["geomap-lines", 420], ["geomap-badges", 590]];
      for (const [name, level] of panes) {
        if (!map.getPane(name)) map.createPane(name).style.zIndex = level;
      }
      if (this.data && !this.held) this._start();
    },

    /** Draw for the first time; a page that holds the layer back moves the map first, and then calls this. */
    _start() {
      this.held = false;
      for (const group of [this.areas.group, this.areas.circles, this.areas.lines]) group.addTo(this._map);
      this._map.on("moveend", this._settle, this);
      if (!this._map._loaded) this._map.setView([20, 15], 2);
      this.refresh();
    },

    onRemove(map) {
      map.off("moveend", this._settle, this);
      this._clear();
      if (this.areas) for (const group of [this.areas.group, this.areas.circles, this.areas.lines]) group.remove();
    },

    /** Show or hide the literal or the associative mentions. */
    show(kind, shown) {
      if (this.filters.sense[kind] !== shown) this.filters.set("sense", { ...this.filters.sense, [kind]: shown });
    },

    /** Show or hide the signs, the areas or the circles. */
    draw(what, shown) {
      this.drawn[what] = shown;
      this.refresh();
    },

    _clear() {
      for (const { marker } of this.signs.values()) marker.remove();
      this.signs.clear();
      if (this.areas) {
        this.areas.clear();
        this.areas.circles.clearLayers();
      }
    },

    /** Take up what the filters changed. */
    refresh() {
      const { places } = this.data;
      this._clear();
      this.groups = new Map();
      this.mixes = new Map();
      this.points = [];
      this.areaPlaces = [];
      for (const place of this.filters.places) {
        if (places.area[place] !== null) this.areaPlaces.push(place);
        else {
          const [x, y] = geomap.mercator(places.lat[place], places.lon[place]);
          this.points.push({ place, x, y });
        }
      }
      if (!this._map) return;
      this._settle();
      this._renewPopup();
      this.fire("geomap:refresh");
    },

    /** The confidence of the visible sightings of a place. */
    mix(place) {
      if (!this.mixes.has(place)) this.mixes.set(place, geomap.mixOf(this.data, this.filters.rowsOf(place)));
      return this.mixes.get(place);
    },

    /** The groups of points at the map's zoom; made once for each zoom. */
    _groupsNow() {
      const zoom = this._map.getZoom();
      if (!this.groups.has(zoom)) this.groups.set(zoom, geomap.grouped(this.points, zoom, geomap.SIGN_RADIUS));
      return this.groups.get(zoom);
    },

    /** The position of a place nearest to the middle of the map, which may be a turn away. */
    latlng(place) {
      const { lat, lon } = this.data.places;
      const turn = this._map ? Math.round((this._map.getCenter().lng - lon[place]) / 360) * 360 : 0;
      return L.latLng(geomap.clampLat(lat[place]), lon[place] + turn);
    },

    /** Bring signs and areas in line with the view. */
    _settle() {
      const map = this._map;
      const bounds = map.getBounds().pad(MARGIN);
      const inView = (place) => bounds.contains(this.latlng(place));
      const wanted = new Map();
      if (this.drawn.signs) {
        for (const group of this._groupsNow()) {
          if (inView(group[0].place)) wanted.set(`${group[0].place}:${group.length}`, group);
        }
      }
      for (const [key, sign] of this.signs) {
        if (sign.area || !wanted.has(key)) {
          sign.marker.remove();
          this.signs.delete(key);
        }
      }
      for (const [key, group] of wanted) if (!this.signs.has(key)) this.signs.set(key, this._sign(group));
      const near = this.areaPlaces.filter((place, rank) => inView(place) || rank < 60);
      if (this.drawn.areas) {
        this.areas.draw(near, (place) => this.mix(place).literal);
        const rows = this.data.relatives.length ? this._rowsInView(inView) : [];
        this.areas.drawRelatives(rows);
      }
      const litFirst = (one, other) => this.lit.has(other) - this.lit.has(one);
      if (this.drawn.signs) this._labels(near.filter(inView).sort(litFirst).slice(0, MOST_LABELS));
      const alone = [...wanted.values()].filter((group) => group.length === 1).map(([{ place }]) => place);
      this.areas.drawCircles(this.drawn.circles ? alone.map((place) => ({ place, latlng: this.latlng(place) })) : []);
      map.getPane("geomap-areas").style.opacity = map.getZoom() >= FAINT_ZOOM ? 0.5 : 1;
    },

    _rowsInView(inView) {
      const places = this.filters.places.filter(inView);
      return places.flatMap((place) => this.filters.rowsOf(place)).filter((row) => this.data.sightings.relative[row] >= 0);
    },

    _marker(latlng, icon, act, options = {}) {
      const marker = L.marker(latlng, { icon, alt: icon.options.label, riseOnHover: true, ...options });
      marker.on("click", act);
      marker.on("add", () => {
        const element = marker.getElement();
        element.setAttribute("aria-label", icon.options.label);
        element.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          act(event);
        });
      });
      return marker.addTo(this._map);
    },

    _sign(group) {
      const { place } = group[0];
      const single = group.length === 1;
      const icon = single ? geomap.pinIcon(this, place) : geomap.clusterIcon(this, group);
      const act = single ? () => this.openPopup(place) : () => this._openGroup(group);
      return { marker: this._marker(this.latlng(place), icon, act), group };
    },

    /** Zoom to the places of a group; where that parts none of them, list them. */
    _openGroup(group) {
      const places = group.map((point) => point.place);
      const bounds = geomap.boundsOfPlaces(this, places);
      const zoom = Math.min(this._map.getBoundsZoom(bounds.pad(0.2)), this._map.getMaxZoom() - 1);
      const apart = bounds.getNorth() - bounds.getSouth() + bounds.getEast() - bounds.getWest() > 1e-3;
      if (apart && zoom > this._map.getZoom()) this._map.setView(bounds.getCenter(), zoom);
      else this._show(geomap.listPopup(this, places), this.latlng(places[0]), null);
    },

    /** Label the areas where there is room, the most reported first; else give them a small sign. */
    _labels(places) {
      const taken = [];
      const box = (latlng, halfWidth, halfHeight) => {
        const { x, y } = this._map.latLngToContainerPoint(latlng);
        return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
      };
      for (const { marker } of this.signs.values()) taken.push(box(marker.getLatLng(), 16, 16));
      for (const place of places) {
        const icons = geomap.areaIcons(this, place);
        const own = box(this.latlng(place), icons.width / 2 + 2, 12);
        const isFree = (room) => taken.every((other) => room[2] < other[0] || room[0] > other[2] || room[3] < other[1] || room[1] > other[3]);
        const fits = isFree(own);
        const small = box(this.latlng(place), 9, 9);
        if (!fits && !isFree(small)) continue; // its area can be clicked, and the list has it
        taken.push(fits ? own : small);
        const marker = this._marker(this.latlng(place), fits ? icons.full : icons.small, () => this.openPopup(place), { pane: "geomap-badges" });
        this.signs.set(`area ${place}`, { marker, area: true });
      }
    },

    /** Open the popup of a place where it lies, or where its area was clicked. */
    openPopup(place, latlng = this.latlng(place)) {
      this._show(geomap.popup(this, place), latlng, place);
      this.fire("geomap:open", { place });
    },

    _show(content, latlng, place) {
      const narrow = this._map.getSize().x < 700;
      this.popupPlace = place;
      const from = document.activeElement;
      this.popup = L.popup({
        maxWidth: 360,
        minWidth: Math.min(320, this._map.getSize().x - 70),
        maxHeight: null,
        offset: [0, -4],
        autoPanPaddingTopLeft: narrow ? [8, 56] : [24, 60],
        autoPanPaddingBottomRight: narrow ? [8, 8] : [24, 24],
        className: "geomap-balloon",
      })
        .setLatLng(latlng)
        .setContent(content)
        .openOn(this._map);
      this.popup.getElement().setAttribute("role", "dialog");
      this.popup.getElement().setAttribute("aria-label", content.dataset.name);
      const close = this.popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", geomap.say("close"));
      content.addEventListener("geomap:grown", () => this.popup._adjustPan());
      this.popup.getElement().addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        this._map.closePopup();
      });
      content.querySelector("h2").focus({ preventScroll: true });
      this.popup.once("remove", () => {
        this.popupPlace = null;
        if (from && from.isConnected && from !== document.body) from.focus({ preventScroll: true });
        this.fire("geomap:close");
      });
    },

    /** Fill an open popup anew, or close it when its place is filtered out. */
    _renewPopup() {
      if (this.popupPlace === null || this.popupPlace === undefined || !this.popup.isOpen()) return;
      if (!this.filters.articlesAt[this.popupPlace]) this._map.closePopup();
      else this.popup.setContent(geomap.popup(this, this.popupPlace));
    },

    /** Light up these places, join them, and dim the others; none means all are as usual. */
    light(places) {
      this.lit = new Set(places);
      this._map.getContainer().classList.toggle("geomap-dim", this.lit.size > 0);
      for (const { marker } of this.signs.values()) {
        if (marker._icon) marker._icon.classList.toggle("geomap-lit", marker.options.icon.options.isLit());
      }
      this.areas.dim();
      this.areas.join([...places]);
      if (this.lit.size) this.fire("geomap:light");
    },

    /** The visible places that reports are about, not only said or written in ("the UK-based group said"). */
    _reported() {
      const { roles, sightings } = this.data;
      const aside = new Set(["origin", "dateline"].map((name) => roles.indexOf(name)));
      const found = this.filters.places.filter((place) => this.filters.rowsOf(place).some((row) => !aside.has(sightings.role[row])));
      return found.length ? found : this.filters.places;
    },

    /** Move the map so that these places, or all that reports are about, are in view. */
    fit(places = this._reported()) {
      if (!places.length) return;
      const side = this._map.getSize().x < 700 ? 24 : 56;
      this._map.fitBounds(geomap.boundsOfPlaces(this, places), { padding: [side, side], maxZoom: geomap.NEAR_ZOOM, animate: false });
    },

    /** Move to the place and open its popup. */
    open(place) {
      if (this.data.places.area[place] !== null) this.fit([place]);
      else this._map.setView(this.latlng(place), Math.max(this._map.getZoom(), geomap.zoomAlone(this, place)), { animate: false });
      this.openPopup(place);
    },
  });

  geomap.sightings = (id) => new Sightings(id);
})();
