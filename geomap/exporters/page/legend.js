/* The legend: what the signs and colors of the chosen view mean. */
(function () {
  "use strict";

  const geomap = L.geomap;

  const sample = (className, text = "") =>
    geomap.element("span", { class: "geomap-sample" }, geomap.element("i", { class: className }, geomap.element("span", {}, text)));

  const line = (sign, text) => geomap.element("li", {}, sign, geomap.element("span", {}, text));

  /** What the signs mean; only what this map has. */
  function points({ data }) {
    const { places, sightings, types } = data;
    const cluster = sample("geomap-cluster", "12");
    cluster.firstChild.style.background = geomap.ring({ bands: [6, 3, 3], literal: true });
    const shades = geomap.element("span", { class: "geomap-shades" });
    for (const band of ["sure", "likely", "unsure"]) {
      shades.append(geomap.element("i", { class: `geomap-shade-${band}` }), geomap.element("span", {}, geomap.say(`band.${band}`)));
    }
    const group = geomap.element("span", {}, geomap.say("legend.cluster"), shades);
    return [
      line(sample("geomap-pin", "2"), geomap.say("legend.pin")),
      sightings.sure.some((sure) => sure < geomap.BANDS[1]) && line(sample("geomap-pin geomap-unsure"), geomap.say("legend.unsure")),
      geomap.element("li", {}, cluster, group),
      places.area.some((area) => area !== null) && line(sample("geomap-area geomap-area-small"), geomap.say("legend.area")),
      places.km.some((km) => km > 0) && line(sample("geomap-around"), geomap.say("legend.around")),
      sightings.type.some((type) => !types[type][1]) && line(sample("geomap-pin geomap-associative"), geomap.say("legend.associative")),
    ].filter(Boolean);
  }

  function heat() {
    const bar = geomap.element("span", { class: "geomap-heatbar" });
    return [geomap.element("li", {}, geomap.say("few"), bar, geomap.say("many"))];
  }

  function classes(ends) {
    if (!ends.length) return [geomap.element("li", {}, geomap.say("nothing"))];
    return ends.map((end, at) => {
      const from = at ? ends[at - 1] + 1 : 1;
      const swatch = geomap.element("i", { class: `geomap-class geomap-class-${geomap.shade(at, ends.length)}` });
      return line(swatch, from === end ? geomap.number(end) : `${geomap.number(from)}–${geomap.number(end)}`);
    });
  }

  class Legend {
    constructor(layer, { open }) {
      this.layer = layer;
      this.list = geomap.element("ul", {});
      this.title = geomap.element("summary", {});
      this.box = geomap.element("details", { class: "geomap-legend leaflet-bar" }, this.title, this.list);
      this.box.open = open;
      const control = L.control({ position: "bottomleft" });
      control.onAdd = () => this.box;
      control.addTo(layer._map);
      L.DomEvent.disableClickPropagation(this.box);
      L.DomEvent.disableScrollPropagation(this.box);
    }

    show(mode, ends = []) {
      this.title.textContent = geomap.say(mode === "points" ? "legend" : `legend.${mode}`);
      this.list.replaceChildren(...(mode === "points" ? points(this.layer) : mode === "heat" ? heat() : classes(ends)));
    }
  }

  geomap.legend = (layer, options) => new Legend(layer, options);
})();
