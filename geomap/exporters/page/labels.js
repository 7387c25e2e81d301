/* Names on the map: of the places that have a sign, of countries, waters, divisions and towns, each where there is room. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans Arabic", sans-serif';
  const PADDING = 3;

  /** People that a town must have to be named at a zoom: about as many names on the screen at every zoom. */
  const leastPopulation = (zoom) => 3e6 / 2.6 ** (zoom - 4);

  const LOOKS = {
    place: { font: `600 12px ${FONT}`, color: "--geomap-ink" },
    country: { font: `500 12px ${FONT}`, color: "--geomap-name", spacing: 1.2 },
    division: { font: `400 11px ${FONT}`, color: "--geomap-name", spacing: 0.6 },
    water: { font: `italic 400 11.5px ${FONT}`, color: "--geomap-water-name", spacing: 0.8 },
    town: { font: `400 11.5px ${FONT}`, color: "--geomap-town" },
  };

  const Labels = L.Layer.extend({
    initialize(layer) {
      this.layer = layer;
    },

    onAdd(map) {
      if (!map.getPane("geomap-names")) map.createPane("geomap-names").style.zIndex = 595;
      map.getPane("geomap-names").style.pointerEvents = "none";
      this.canvas = geomap.element("canvas", { class: "leaflet-zoom-hide", "aria-hidden": "true" });
      map.getPane("geomap-names").append(this.canvas);
      this.redraw = geomap.oncePerFrame(() => this._map && this.draw());
      map.on("moveend resize zoomend", this.redraw);
      this.layer.on("geomap:refresh", this.redraw);
      this.redraw();
    },

    onRemove(map) {
      map.off("moveend resize zoomend", this.redraw);
      this.layer.off("geomap:refresh", this.redraw);
      this.canvas.remove();
    },

    draw() {
      const map = this._map;
      const { x: width, y: height } = map.getSize();
      const ratio = window.devicePixelRatio || 1;
      Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
      Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
      L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
      this.context = this.canvas.getContext("2d");
      this.context.scale(ratio, ratio);
      this.context.lineJoin = "round";
      this.taken = [];
      this.size = { width, height };
      this.halo = geomap.color("--geomap-halo");
      this._signs();
      const zoom = map.getZoom();
      if (this.options.own !== false) this._ownNames();
      if (this.hidden) return;
      if (zoom >= 2.5 && zoom < 8) this._countries();
      this._waters(zoom);
      if (zoom >= 5.5) this._divisions(zoom);
      if (zoom >= 4) this._towns(zoom);
    },

    /** Only the names of the places stay where tiles bring names of their own. */
    hideBase(hidden) {
      this.hidden = hidden;
      if (this._map) this.redraw();
    },

    _point(lat, lon) {
      const turn = Math.round((this._map.getCenter().lng - lon) / 360) * 360;
      return this._map.latLngToContainerPoint([geomap.clampLat(lat), lon + turn]);
    },

    /** Signs take their room first; what they name is not named again. */
    _signs() {
      this.named = new Set([...this.layer.signs.values()].map(({ marker }) => marker.options.icon.options.label));
      for (const { marker } of this.layer.signs.values()) {
        const { x, y } = this._map.latLngToContainerPoint(marker.getLatLng());
        const [wide, high] = marker.options.icon.options.iconSize;
        this.taken.push([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2]);
      }
    },

    /** Tell whether a box lies on the map as a whole, and touches nothing. */
    _isFree(box) {
      const { width, height } = this.size;
      if (box[0] < 0 || box[2] > width || box[1] < 0 || box[3] > height) return false;
      return this.taken.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
    },

    /** Write a text if there is room at one of the places tried: [x of the middle, y of the middle]. */
    _write(text, look, tries, { dot = null } = {}) {
      const { context } = this;
      const { font, color, spacing = 0 } = LOOKS[look];
      context.font = font;
      context.letterSpacing = `${spacing}px`;
      const half = context.measureText(text).width / 2;
      for (const [x, y] of tries(half)) {
        const box = [x - half - PADDING, y - 8, x + half + PADDING, y + 8];
        if (!this._isFree(box)) continue;
        this.taken.push(box);
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.strokeStyle = this.halo;
        context.lineWidth = 3;
        context.strokeText(text, x, y);
        context.fillStyle = geomap.color(color);
        context.fillText(text, x, y);
        if (dot) this._dot(dot);
        return true;
      }
      return false;
    },

    _dot({ x, y }) {
      const { context } = this;
      context.beginPath();
      context.arc(x, y, 2, 0, 7);
      context.fillStyle = geomap.color("--geomap-town");
      context.fill();
    },

    /** The names of the places with a sign of their own, and of the first of a group. */
    _ownNames() {
      const { layer } = this;
      const dim = layer.lit.size > 0;
      const shown = [...layer.signs.values()].filter((sign) => sign.group && (!dim || layer.lit.has(sign.group[0].place)));
      shown.sort((one, other) => one.group[0].place - other.group[0].place);
      for (const { marker, group } of shown) {
        const { x, y } = this._map.latLngToContainerPoint(marker.getLatLng());
        const gap = marker.options.icon.options.iconSize[0] / 2 + 4;
        const name = geomap.placeName(layer.data, group[0].place).slice(0, 40);
        const text = group.length > 1 ? `${name} +${group.length - 1}` : name;
        const tries = (half) => [[x + gap + half, y], [x - gap - half, y], [x, y + gap + 8], [x, y - gap - 8]];
        this._write(text, "place", tries);
      }
    },

    _countries() {
      const pixels = (256 * 2 ** this._map.getZoom()) / 360;
      for (const { name, label, width } of geomap.outlines().countries) {
        if (width * pixels < name.length * 8.5 || this.named.has(name)) continue;
        const { x, y } = this._point(label[0], label[1]);
        this._write(name.toUpperCase(), "country", () => [[x, y], [x, y - 18], [x, y + 18]]);
      }
    },

    _waters(zoom) {
      const pixels = (256 * 2 ** zoom) / 360;
      for (const { name, lat, lon, size } of geomap.backdrop().waters) {
        if (size * pixels < name.length * 7) continue;
        const { x, y } = this._point(lat, lon);
        this._write(name, "water", () => [[x, y], [x, y - 16], [x, y + 16]]);
      }
    },

    _divisions(zoom) {
      const pixels = (256 * 2 ** zoom) / 360;
      for (const { name, rings } of geomap.backdrop().divisions) {
        if (this.named.has(name)) continue;
        const ring = rings.reduce((most, each) => (each.length > most.length ? each : most), []);
        const box = L.latLngBounds(ring);
        if (!box.isValid() || (box.getEast() - box.getWest()) * pixels < name.length * 9) continue;
        const { x, y } = this._point(box.getCenter().lat, box.getCenter().lng);
        this._write(name, "division", () => [[x, y], [x, y + 16]]);
      }
    },

    _towns(zoom) {
      const least = leastPopulation(zoom);
      for (const { name, lat, lon, population, capital } of geomap.backdrop().towns) {
        if (population < least && !(capital && zoom >= 5)) continue;
        const point = this._point(lat, lon);
        if (!this._isFree([point.x - 2, point.y - 2, point.x + 2, point.y + 2])) continue;
        const tries = (half) => [[point.x + 6 + half, point.y], [point.x - 6 - half, point.y]];
        this._write(name, "town", tries, { dot: point });
      }
    },
  });

  geomap.labels = (layer) => new Labels(layer);
})();
