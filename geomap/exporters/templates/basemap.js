/* The base map inside the file: land, coasts, borders and names of countries; online tiles on request. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png";
  const TILE_CREDITS = '© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a> contributors';
  const LABEL_PX = 7.5; // width of a letter of a country's name, with its spacing

  geomap.mapOptions = {
    center: [20, 15],
    zoom: 2,
    minZoom: 1,
    maxZoom: 18,
    zoomSnap: 0.5,
    maxBounds: [[-89, -230], [89, 230]],
    maxBoundsViscosity: 0.7,
  };

  /** Return the layer of countries; it takes no clicks. */
  geomap.countries = function (map) {
    map.createPane("geomap-base").style.zIndex = 150;
    map.getPane("geomap-base").style.pointerEvents = "none";
    const renderer = L.canvas({ pane: "geomap-base", padding: 0.6 });
    const common = { renderer, pane: "geomap-base", interactive: false, smoothFactor: 0.8 };
    const { countries, coasts, borders } = geomap.outlines();
    const rings = geomap.withCopies(countries.flatMap((country) => country.rings));
    return L.layerGroup([
      L.polygon(rings, { ...common, stroke: false, fillColor: "#fbfaf6", fillOpacity: 1, fillRule: "evenodd" }),
      L.polyline(geomap.withCopies(coasts), { ...common, color: "#a9bac6", weight: 0.8 }),
      L.polyline(geomap.withCopies(borders), { ...common, color: "#c3bfb2", weight: 1 }),
    ]);
  };

  /** Return the layer of the countries' names; each is shown where it fits into its country. */
  geomap.countryNames = function (map) {
    map.createPane("geomap-names").style.zIndex = 400;
    map.getPane("geomap-names").style.pointerEvents = "none";
    const group = L.layerGroup();
    const tooltips = new Map();
    const settle = () => {
      const bounds = map.getBounds().pad(0.3);
      const pixels = (256 * 2 ** map.getZoom()) / 360;
      for (const country of geomap.outlines().countries) {
        const fits = country.width * pixels > country.name.length * LABEL_PX && map.getZoom() >= 2.5;
        const wanted = fits && bounds.contains(country.label);
        const tooltip = tooltips.get(country);
        if (wanted && !tooltip) {
          const options = { permanent: true, direction: "center", className: "geomap-country", pane: "geomap-names", opacity: 1 };
          const made = L.tooltip(country.label, { ...options, content: geomap.element("span", {}, country.name) });
          tooltips.set(country, made);
          group.addLayer(made);
        } else if (!wanted && tooltip) {
          tooltips.delete(country);
          group.removeLayer(tooltip);
        }
      }
    };
    group.on("add", () => map.on("moveend", settle) && settle());
    group.on("remove", () => map.off("moveend", settle));
    return group;
  };

  geomap.onlineTiles = () => L.tileLayer(TILES, { maxZoom: 19, noWrap: true, attribution: TILE_CREDITS });
})();
