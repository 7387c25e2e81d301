/* Countries or first-order divisions, colored by the number of articles that report on a place in them. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const CLASSES = 5;

  /** Count the different articles of each key of the places; "" is no key. */
  function counted(layer, keyOf) {
    const { data, filters } = layer;
    const found = new Map();
    for (let row = 0; row < data.placeOf.length; row += 1) {
      if (!filters.isVisible(row)) continue;
      const key = keyOf(data.placeOf[row]);
      if (!key) continue;
      if (!found.has(key)) found.set(key, new Set());
      found.get(key).add(data.sightings.article[row]);
    }
    return new Map([...found].map(([key, articles]) => [key, articles.size]));
  }

  /** The upper ends of the classes: as many areas in each as there can be, each end a different number. */
  geomap.classEnds = function (counts) {
    const sorted = [...counts].sort((one, other) => one - other);
    if (!sorted.length) return [];
    const ends = [];
    for (let part = 1; part <= CLASSES; part += 1) ends.push(sorted[Math.ceil((part / CLASSES) * sorted.length) - 1]);
    return [...new Set(ends)];
  };

  const Choropleth = L.Layer.extend({
    initialize(layer, level) {
      Object.assign(this, { layer, level, group: L.layerGroup() });
    },

    onAdd(map) {
      if (!map.getPane("geomap-choropleth")) map.createPane("geomap-choropleth").style.zIndex = 402;
      this.group.addTo(map);
      this.layer.filters.on("change", this.draw, this);
      this.draw();
    },

    onRemove() {
      this.layer.filters.off("change", this.draw, this);
      this.group.remove();
    },

    /** The areas of a level: key, name and rings. */
    areas() {
      if (this.level === "countries") {
        return geomap.outlines().countries.map(({ code, name, rings }) => ({ key: code, name, rings }));
      }
      return geomap.backdrop().divisions;
    },

    draw() {
      const { data } = this.layer;
      const country = (place) => data.countries[data.places.country[place]][0];
      const counts = counted(this.layer, this.level === "countries" ? country : (place) => data.places.admin1[place]);
      const areas = this.areas().filter(({ key }) => counts.has(key));
      const ends = geomap.classEnds(areas.map(({ key }) => counts.get(key)));
      this.group.clearLayers();
      for (const { key, name, rings } of areas) {
        const count = counts.get(key);
        const fill = geomap.color(`--geomap-class-${this._class(ends, count)}`);
        const options = { pane: "geomap-choropleth", color: geomap.color("--geomap-land"), weight: 0.8, fillColor: fill, fillOpacity: 0.85, fillRule: "evenodd" };
        const shape = L.polygon(geomap.withCopies(rings), options);
        const text = geomap.dotted(geomap.element("span"), [name, geomap.count(count, "article")]);
        shape.bindTooltip(text, { sticky: true, className: "geomap-tip" });
        this.group.addLayer(shape);
      }
      this.ends = ends;
      this.fire("geomap:classes", { ends });
    },

    /** The color of a class: few classes take the ends of the scale. */
    _class(ends, count) {
      const at = ends.findIndex((end) => count <= end);
      return geomap.shade(at, ends.length);
    },
  });

  /** The number of the shade (1 to 5) for a class. */
  geomap.shade = (at, classes) => (classes < 2 ? 3 : 1 + Math.round((at * (CLASSES - 1)) / (classes - 1)));

  geomap.choropleth = (layer, level) => new Choropleth(layer, level);
})();
