/* What is drawn under the signs: areas of countries, provinces and regions, uncertain areas, circles, and lines that join an article's places. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const MOST = 250; // shapes at a time: more could not be told apart
  const LEAST_CIRCLE_PX = 14; // a smaller circle of uncertainty lies under its own sign
  const JOINED = 60; // places of an article that are joined by lines

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#b23c25";

  const WATERS = new Set(["ocean", "sea", "gulf", "bay", "strait", "lake", "river", "water"]);

  function style(literal, dashed, water = false) {
    const ink = color(!literal ? "--geomap-muted" : water ? "--geomap-water-name" : "--geomap-sure");
    return {
      pane: "geomap-areas",
      color: ink,
      weight: 1.2,
      opacity: dashed ? 0.45 : 0.6,
      fillColor: ink,
      fillOpacity: literal && !dashed ? 0.08 : 0.04,
      dashArray: dashed ? "4 5" : literal ? null : "2 4",
      smoothFactor: 0.7,
    };
  }

  function extent(shape) {
    if (shape instanceof L.Circle) return shape.getRadius() / 50000;
    const bounds = shape.getBounds();
    return (bounds.getEast() - bounds.getWest() + bounds.getNorth() - bounds.getSouth()) / 2;
  }

  /** Return the bounds of a shape, also of a circle that is on no map yet. */
  geomap.boundsOf = function (shape) {
    return shape instanceof L.Circle ? shape.getLatLng().toBounds(shape.getRadius() * 2) : shape.getBounds();
  };

  /** Build the shape of a place that is an area; null where nothing is known of its extent. */
  geomap.areaOfPlace = function (layer, place, literal = true) {
    const { places, areas } = layer.data;
    const latlng = L.latLng(geomap.clampLat(places.lat[place]), places.lon[place]);
    const area = areas[places.area[place]];
    const isWater = WATERS.has(layer.data.kinds[places.kind[place]]);
    return geomap.shape(area, latlng, style(literal, Boolean(area && (area.km || area.box)), isWater));
  };

  class Areas {
    constructor(layer) {
      this.layer = layer;
      this.group = L.layerGroup();
      this.circles = L.layerGroup();
      this.lines = L.layerGroup();
      this.shown = new Map();
    }

    clear() {
      this.group.clearLayers();
      this.shown.clear();
    }

    /** Draw the areas of these places, the largest first, so that every one can be seen and clicked. */
    draw(places, literal) {
      const wanted = new Set(places.slice(0, MOST));
      for (const [key, shape] of this.shown) {
        if (typeof key === "number" && !wanted.has(key)) this._drop(key, shape);
      }
      for (const place of wanted) {
        if (this.shown.has(place)) continue;
        const shape = geomap.areaOfPlace(this.layer, place, literal(place));
        if (!shape) continue;
        shape.on("click", (event) => this.layer.openPopup(place, event.latlng));
        shape.geomapLiteral = literal(place);
        this.shown.set(place, shape);
        this.group.addLayer(shape);
      }
      this._order();
      this.dim();
    }

    /** Take back what is drawn of places that are not lit, while others are. */
    dim() {
      const { lit } = this.layer;
      for (const [key, shape] of this.shown) {
        const back = lit.size > 0 && !lit.has(key);
        const full = style(shape.geomapLiteral, shape.options.dashArray === "4 5");
        shape.setStyle(back ? { opacity: 0.15, fillOpacity: 0.015 } : { opacity: full.opacity, fillOpacity: full.fillOpacity });
      }
    }

    /** Draw where relative phrases ("30 km north of Raqqa") put something. */
    drawRelatives(rows) {
      const { data } = this.layer;
      for (const row of rows) {
        const number = data.sightings.relative[row];
        const key = `relative ${number}`;
        if (number < 0 || this.shown.has(key) || this.shown.size >= MOST || !data.relatives[number].lines.length) continue;
        const shape = geomap.shape(data.relatives[number], null, style(true, true));
        shape.geomapLiteral = true;
        shape.bindTooltip(geomap.element("bdi", {}, data.relatives[number].phrase), { sticky: true, className: "geomap-tip" });
        shape.on("click", (event) => this.layer.openPopup(data.placeOf[row], event.latlng));
        this.shown.set(key, shape);
        this.group.addLayer(shape);
      }
      this._order();
    }

    _drop(key, shape) {
      this.shown.delete(key);
      this.group.removeLayer(shape);
    }

    _order() {
      const byExtent = [...this.shown.values()].sort((one, other) => extent(other) - extent(one));
      if (this.layer._map && this.layer._map.hasLayer(this.group)) for (const shape of byExtent) shape.bringToFront();
    }

    /** Circle the places in view whose name says no more than "somewhere around here". */
    drawCircles(places) {
      const { data, _map } = this.layer;
      this.circles.clearLayers();
      for (const { place, latlng } of places) {
        const km = data.places.km[place];
        if (!km) continue;
        const pixels = (km * 1000) / ((40075016 * Math.cos((latlng.lat * Math.PI) / 180)) / (256 * 2 ** _map.getZoom()));
        if (pixels < LEAST_CIRCLE_PX || pixels > 2000) continue;
        const options = { ...style(true, true), radius: km * 1000, weight: 1, fillOpacity: 0.05, opacity: 0.45, interactive: false };
        this.circles.addLayer(L.circle(latlng, options));
      }
    }

    /** Join the places of an article by the shortest tree of lines. */
    join(places) {
      this.lines.clearLayers();
      const { lat, lon } = this.layer.data.places;
      const left = places.slice(0, JOINED).map((place) => [geomap.clampLat(lat[place]), lon[place]]);
      const tree = left.splice(0, 1);
      while (left.length) {
        let best = null;
        for (const from of tree) {
          left.forEach((to, at) => {
            const turn = Math.round((from[1] - to[1]) / 360) * 360;
            const distance = Math.hypot(from[0] - to[0], from[1] - to[1] - turn);
            if (!best || distance < best.distance) best = { from, at, distance, turn };
          });
        }
        const [lat_, lon_] = left.splice(best.at, 1)[0];
        const to = [lat_, lon_ + best.turn];
        tree.push(to);
        const line = { pane: "geomap-lines", color: color("--geomap-link"), weight: 2, opacity: 0.8, interactive: false };
        this.lines.addLayer(L.polyline([best.from, to], { ...line, dashArray: "1 6", lineCap: "round" }));
      }
    }
  }

  geomap.color = color;
  geomap.areas = (layer) => new Areas(layer);
})();
