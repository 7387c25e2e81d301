/* The signs on the map: discs for places and for groups of places, labels for areas. Only what is in view has one. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const SURE = 80; // percent: from here on the resolver is hardly ever wrong
  const UNSURE = 50; // percent: below, another place is about as likely
  const LABEL_FONT = "600 12px system-ui, sans-serif";
  const LONGEST_LABEL = 28;

  geomap.BANDS = [SURE, UNSURE, 0];

  const Icon = L.DivIcon.extend({
    createIcon(old) {
      const element = L.DivIcon.prototype.createIcon.call(this, old);
      element.setAttribute("aria-label", this.options.label);
      element.title = this.options.label;
      if (this.options.ring) element.style.background = this.options.ring;
      element.classList.toggle("geomap-lit", this.options.isLit());
      return element;
    },
  });

  let ruler = null;
  function textWidth(text) {
    ruler = ruler || document.createElement("canvas").getContext("2d");
    ruler.font = LABEL_FONT;
    return Math.ceil(ruler.measureText(text).width);
  }

  /** Tell of rows: how many are sure, likely, unsure; the best confidence; whether any is literal. */
  geomap.mixOf = function (data, rows) {
    const { sure, type } = data.sightings;
    const mix = { bands: [0, 0, 0], best: 0, literal: false };
    for (const row of rows) {
      mix.bands[geomap.BANDS.findIndex((least) => sure[row] >= least)] += 1;
      mix.best = Math.max(mix.best, sure[row]);
      mix.literal = mix.literal || data.types[type[row]][1];
    }
    return mix;
  };

  /** A ring of three shades, each as wide as its share of the sightings. */
  geomap.ring = function ({ bands, literal }) {
    const total = bands[0] + bands[1] + bands[2] || 1;
    const [first, second] = [bands[0] / total, (bands[0] + bands[1]) / total].map((share) => `${(share * 360).toFixed(1)}deg`);
    const shade = literal ? ["--geomap-sure", "--geomap-likely", "--geomap-unsure"] : ["--geomap-muted", "--geomap-muted", "--geomap-muted-faint"];
    return `conic-gradient(var(${shade[0]}) 0 ${first}, var(${shade[1]}) ${first} ${second}, var(${shade[2]}) ${second} 360deg)`;
  };

  function looks(name, mix) {
    const found = [name];
    if (!mix.literal) found.push("geomap-associative");
    if (mix.best < UNSURE) found.push("geomap-unsure");
    return found.join(" ");
  }

  function compactNumber(value) {
    return value < 10000 ? String(value) : `${Math.round(value / 1000)}k`;
  }

  /** The disc of one place, sized by its articles. */
  geomap.pinIcon = function (layer, place) {
    const articles = layer.filters.articlesAt[place];
    const mix = layer.mix(place);
    const size = Math.round(Math.min(46, 14 + 6 * Math.sqrt(articles)));
    return new Icon({
      className: looks("geomap-pin", mix),
      html: geomap.element("span", {}, articles > 1 ? compactNumber(articles) : ""),
      iconSize: [size, size],
      label: geomap.placeName(layer.data, place),
      isLit: () => layer.lit.has(place),
    });
  };

  /** The disc of several places: the number of reports (an article at a place), and a ring of their confidence. */
  geomap.clusterIcon = function (layer, group) {
    const { filters } = layer;
    const reports = group.reduce((sum, point) => sum + filters.articlesAt[point.place], 0);
    const mix = { bands: [0, 0, 0], literal: false, best: 0 };
    for (const point of group) {
      const own = layer.mix(point.place);
      own.bands.forEach((count, band) => (mix.bands[band] += count));
      mix.best = Math.max(mix.best, own.best);
      mix.literal = mix.literal || own.literal;
    }
    const size = Math.round(Math.min(46, 29 + 6 * Math.log10(reports)));
    const label = `${geomap.count(group.length, "place")}: ${geomap.count(reports, "report")}`;
    return new Icon({
      className: looks("geomap-cluster", mix),
      html: geomap.element("span", {}, compactNumber(reports)),
      iconSize: [size, size],
      ring: geomap.ring(mix),
      label,
      isLit: () => group.some((point) => layer.lit.has(point.place)),
    });
  };

  /** The label of an area: with its name where there is room, else a small sign. */
  geomap.areaIcons = function (layer, place) {
    const articles = layer.filters.articlesAt[place];
    const mix = layer.mix(place);
    const name = geomap.placeName(layer.data, place);
    const short = name.length > LONGEST_LABEL ? `${name.slice(0, LONGEST_LABEL - 1)}…` : name;
    const text = articles > 1 ? `${short} · ${articles}` : short;
    const width = textWidth(text) + 20;
    const common = { label: name, isLit: () => layer.lit.has(place) };
    return {
      literal: mix.literal,
      width,
      full: new Icon({ ...common, className: looks("geomap-area", mix), html: geomap.element("bdi", {}, text), iconSize: [width, 22] }),
      small: new Icon({ ...common, className: looks("geomap-area geomap-area-small", mix), html: "", iconSize: [16, 16] }),
    };
  };
})();
