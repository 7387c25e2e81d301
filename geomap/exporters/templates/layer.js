/* The layer of sightings: one marker per place, clustered; areas under them; popups built when opened. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const CLUSTER_RADIUS = 38; // px: markers of cities one would tell apart stay apart
  const UNSURE = 50; // percent: below, another place is about as likely
  const NEAR_ZOOM = 8; // a town and its surroundings
  const FAINT_ZOOM = 9;
  const FIT = { padding: [48, 48], maxZoom: NEAR_ZOOM, animate: false };
  const EDGE_LAT = 85; // degrees: the Mercator map ends at 85.05, and a marker beyond could not be reached
  const BADGE_FONT = "600 12px system-ui, sans-serif";

  const SHAPE = { pane: "geomap-areas", color: "#b23c25", weight: 1.2, opacity: 0.55, fillColor: "#b23c25", fillOpacity: 0.1 };
  const MUTED_SHAPE = { ...SHAPE, color: "#5f6f7c", fillColor: "#5f6f7c", dashArray: "2 4" };

  const Icon = L.DivIcon.extend({
    createIcon(old) {
      const element = L.DivIcon.prototype.createIcon.call(this, old);
      element.setAttribute("aria-label", this.options.label);
      element.title = this.options.label;
      element.classList.toggle("geomap-lit", this.options.isLit());
      return element;
    },
  });

  let ruler = null;
  function textWidth(text) {
    ruler = ruler || document.createElement("canvas").getContext("2d");
    ruler.font = BADGE_FONT;
    return Math.ceil(ruler.measureText(text).width);
  }

  const Sightings = L.LayerGroup.extend({
    initialize(data, options) {
      L.LayerGroup.prototype.initialize.call(this, [], options);
      this.data = data;
      this.shown = { literal: true, associative: false };
      this.lit = new Set();
      this.markers = new Map();
      this.shapes = new Map();
      this.badges = [];
      this.areas = L.layerGroup();
      this.cluster = L.markerClusterGroup({
        maxClusterRadius: CLUSTER_RADIUS,
        showCoverageOnHover: false,
        animate: false, // a marker that moves under the pointer is missed
        iconCreateFunction: (cluster) => this._clusterIcon(cluster),
      });
      this.addLayer(this.areas);
      this.addLayer(this.cluster);
    },

    onAdd(map) {
      this._map = map;
      const panes = [["geomap-areas", 410], ["geomap-badges", 590]];
      for (const [name, level] of panes) {
        if (!map.getPane(name)) map.createPane(name).style.zIndex = level;
      }
      this.refresh();
      L.LayerGroup.prototype.onAdd.call(this, map);
      map.on("zoomend", this._settle, this);
      this._settle();
    },

    onRemove(map) {
      map.off("zoomend", this._settle, this);
      L.LayerGroup.prototype.onRemove.call(this, map);
    },

    /** Show or hide the literal or the associative mentions. */
    show(kind, shown) {
      if (this.shown[kind] === shown) return;
      this.shown[kind] = shown;
      if (this._map) this.refresh();
      this.fire("geomap:refresh");
    },

    isVisible(row) {
      return this.data.types[this.data.sightings.type[row]][1] ? this.shown.literal : this.shown.associative;
    },

    visibleRows(place) {
      const rows = [];
      const end = this.data.first[place] + this.data.places.sightings[place];
      for (let row = this.data.first[place]; row < end; row += 1) if (this.isVisible(row)) rows.push(row);
      return rows;
    },

    /** Make the markers anew from what is visible. */
    refresh() {
      this.cluster.clearLayers();
      this.areas.clearLayers();
      this.markers.clear();
      this.shapes.clear();
      this.badges = [];
      const pins = [];
      for (let place = 0; place < this.data.places.name.length; place += 1) {
        const rows = this.visibleRows(place);
        if (!rows.length) continue;
        const isArea = this.data.places.area[place] !== null;
        const marker = isArea ? this._badge(place, rows) : this._pin(place, rows);
        this.markers.set(place, marker);
        (isArea ? this.badges : pins).push(marker);
      }
      this.cluster.addLayers(pins);
      this._addAreas();
      if (this._map && this._map.hasLayer(this)) this._settle();
    },

    /** Tell the number of different articles, the best confidence, and whether any is literal. */
    _facts(rows) {
      const { article, sure, type } = this.data.sightings;
      return {
        articles: new Set(rows.map((row) => article[row])).size,
        sure: rows.reduce((best, row) => Math.max(best, sure[row]), 0),
        literal: rows.some((row) => this.data.types[type[row]][1]),
      };
    },

    _marker(place, options) {
      const { lat, lon } = this.data.places;
      const label = geomap.placeName(this.data, place);
      const shownLat = Math.max(-EDGE_LAT, Math.min(EDGE_LAT, lat[place]));
      const marker = L.marker([shownLat, lon[place]], { title: label, alt: label, riseOnHover: true, ...options });
      marker.place = place;
      marker.bindPopup(() => geomap.popup(this, place), {
        maxWidth: 340,
        minWidth: Math.min(300, window.innerWidth - 90),
        autoPanPaddingTopLeft: window.innerWidth < 760 ? [10, 72] : [24, 24], // beside or under the buttons
        autoPanPaddingBottomRight: window.innerWidth < 760 ? [10, 10] : [24, 24],
      });
      marker.on("popupopen", () => this.fire("geomap:open", { place }));
      return marker;
    },

    _icon(place, facts, className, html, options) {
      const looks = [className];
      if (!facts.literal) looks.push("geomap-associative");
      if (facts.sure < UNSURE) looks.push("geomap-unsure");
      const label = geomap.placeName(this.data, place);
      return new Icon({ className: looks.join(" "), html, label, isLit: () => this.lit.has(place), ...options });
    },

    _pin(place, rows) {
      const facts = this._facts(rows);
      const size = Math.round(Math.min(46, 14 + 6 * Math.sqrt(facts.articles)));
      const number = geomap.element("span", {}, facts.articles > 1 ? String(facts.articles) : "");
      const icon = this._icon(place, facts, "geomap-pin", number, { iconSize: [size, size], popupAnchor: [0, -size / 2] });
      return this._marker(place, { icon });
    },

    _badge(place, rows) {
      const facts = this._facts(rows);
      const name = geomap.placeName(this.data, place);
      const short = name.length > 28 ? `${name.slice(0, 27)}…` : name;
      const text = facts.articles > 1 ? `${short} · ${facts.articles}` : short;
      const width = textWidth(text) + 20;
      const label = geomap.element("bdi", {}, text);
      const full = { iconSize: [width, 22], iconAnchor: [width / 2, 11], popupAnchor: [0, -10] };
      const small = { iconSize: [16, 16], popupAnchor: [0, -8] };
      const marker = this._marker(place, {
        pane: "geomap-badges",
        icon: this._icon(place, facts, "geomap-area", label, full),
      });
      marker.facts = facts;
      marker.width = width;
      marker.icons = {
        full: marker.options.icon,
        small: this._icon(place, facts, "geomap-area geomap-area-small", "", small),
      };
      return marker;
    },

    /** Draw the areas, the largest first, so that every one can be seen and clicked. */
    _addAreas() {
      const found = [];
      for (const marker of this.badges) {
        const area = this.data.areas[this.data.places.area[marker.place]];
        const shape = geomap.shape(area, marker.getLatLng(), marker.facts.literal ? SHAPE : MUTED_SHAPE);
        if (!shape) continue;
        shape.on("click", (event) => marker.openPopup(event.latlng));
        this.shapes.set(marker.place, shape);
        found.push(shape);
      }
      const size = (shape) => {
        if (shape instanceof L.Circle) return shape.getRadius() / 50000;
        const bounds = shape.getBounds();
        return (bounds.getEast() - bounds.getWest() + bounds.getNorth() - bounds.getSouth()) / 2;
      };
      found.sort((first, second) => size(second) - size(first));
      for (const layer of [...found, ...this.badges]) this.areas.addLayer(layer);
    },

    /** Fit what depends on the zoom: names of areas, and areas that would fill the screen are faint. */
    _settle() {
      this._map.getPane("geomap-areas").style.opacity = this._map.getZoom() >= FAINT_ZOOM ? 0.4 : 1;
      this._settleBadges();
    },

    /** Show the names of areas where there is room, the most reported first; else a small sign. */
    _settleBadges() {
      const map = this._map;
      const taken = [];
      const pins = [...this.markers.values()].filter((marker) => !marker.icons).slice(0, 500);
      for (const pin of pins) {
        const { x, y } = map.project(pin.getLatLng());
        taken.push([x - 13, y - 13, x + 13, y + 13]);
      }
      for (const marker of this.badges) {
        const { x, y } = map.project(marker.getLatLng());
        const half = marker.width / 2 + 2;
        const box = [x - half, y - 12, x + half, y + 12];
        const fits = taken.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
        if (fits) taken.push(box);
        const icon = fits ? marker.icons.full : marker.icons.small;
        if (marker.options.icon !== icon) marker.setIcon(icon);
      }
    },

    _clusterIcon(cluster) {
      const markers = cluster.getAllChildMarkers();
      const size = markers.length < 10 ? 34 : markers.length < 100 ? 40 : 48;
      const muted = markers.every((marker) => marker.options.icon.options.className.includes("geomap-associative"));
      return new Icon({
        html: geomap.element("span", {}, markers.length.toLocaleString("en")),
        className: muted ? "geomap-cluster geomap-associative" : "geomap-cluster",
        iconSize: [size, size],
        label: geomap.count(markers.length, "place"),
        isLit: () => markers.some((marker) => this.lit.has(marker.place)),
      });
    },

    /** Light up these places and dim the others; none means all are as usual. */
    light(places) {
      this.lit = new Set(places);
      this._map.getContainer().classList.toggle("geomap-dim", this.lit.size > 0);
      for (const [place, marker] of this.markers) {
        if (marker._icon) marker._icon.classList.toggle("geomap-lit", this.lit.has(place));
      }
      this.cluster.refreshClusters();
      if (this.lit.size) this.fire("geomap:light");
    },

    /** Move the map so that these places, or all, are in view. */
    fit(places) {
      const bounds = L.latLngBounds([]);
      for (const place of places || this.markers.keys()) {
        const marker = this.markers.get(place);
        if (!marker) continue;
        const shape = this.shapes.get(place);
        const own = shape && this._map ? geomap.boundsOf(shape, this._map) : null;
        const wide = own && own.getEast() - own.getWest() > 60;
        bounds.extend(own && !wide ? own : marker.getLatLng());
      }
      if (bounds.isValid()) this._map.fitBounds(bounds, FIT);
    },

    /** Move to the place and open its popup. */
    open(place) {
      const marker = this.markers.get(place);
      if (!marker) return;
      if (marker.icons) {
        this.fit([place]);
        marker.openPopup();
        return;
      }
      // A marker leaves its smallest cluster one zoom further in; those of one point never do.
      const alone = marker.__parent._zoom + 1;
      const zoom = Math.min(this._map.getMaxZoom(), Math.max(this._map.getZoom(), NEAR_ZOOM, alone));
      this._map.setView(marker.getLatLng(), zoom, { animate: false });
      const shown = this.cluster.getVisibleParent(marker);
      if (shown && shown !== marker) shown.spiderfy();
      marker.openPopup();
    },
  });

  /** Return the bounds of a shape, also of a circle that is on no map yet. */
  geomap.boundsOf = function (shape, map) {
    if (!(shape instanceof L.Circle)) return shape.getBounds();
    return shape.getLatLng().toBounds(shape.getRadius() * 2);
  };

  geomap.sightings = (data, options) => new Sightings(data, options);
})();
