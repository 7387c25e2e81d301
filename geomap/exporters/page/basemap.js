/* The base map inside the file: land, coasts, borders, divisions, rivers and lakes, in the colors of the theme. */
(function () {
  "use strict";

  const geomap = L.geomap;

  geomap.mapOptions = {
    center: [20, 15],
    zoom: 2,
    minZoom: 1,
    maxZoom: 18,
    zoomSnap: 0.5,
    zoomControl: false,
    worldCopyJump: true, // and no bounds: at a pole a popup needs room beyond the map
  };

  let known = { divisions: [], rivers: [], lakes: [], towns: [], waters: [] };

  /** What the file knows around its places, decoded: see geomap/exporters/backdrop.py. */
  geomap.backdrop = () => known;

  geomap.readBackdrop = async function () {
    if (!document.getElementById("geomap_backdrop")) return known;
    const data = await geomap.unpack("geomap_backdrop");
    const decode = (lines) => lines.map((line) => geomap.decode(line, data.scale));
    known = {
      divisions: data.divisions.map(([key, name, lines]) => ({ key, name, rings: decode(lines) })),
      rivers: decode(data.rivers),
      lakes: decode(data.lakes),
      towns: data.towns.map(([name, lat, lon, population, capital]) => ({ name, lat, lon, population, capital })),
      waters: data.waters.map(([name, lat, lon, size]) => ({ name, lat, lon, size })),
    };
    return known;
  };

  /** The parts of the base map from below to above, in the colors of the theme. */
  function parts() {
    const { countries, coasts, borders } = geomap.outlines();
    const { divisions, rivers, lakes } = known;
    const { color } = geomap;
    const found = [
      [countries.flatMap((country) => country.rings), () => ({ fill: color("--geomap-land") })],
      [lakes, () => ({ fill: color("--geomap-sea") })],
      [rivers, () => ({ line: color("--geomap-river"), width: 1 })],
      [divisions.flatMap(({ rings }) => rings), () => ({ line: color("--geomap-division"), width: 0.7 })],
      [coasts, () => ({ line: color("--geomap-coast"), width: 0.8 })],
      [borders, () => ({ line: color("--geomap-border"), width: 1.1 })],
    ];
    return found.map(([lines, look]) => ({ paths: geomap.paths(lines), look }));
  }

  /** Return the layer of the base map; it takes no clicks, and `restyle` gives it the colors of the theme. */
  geomap.countries = function (map) {
    map.createPane("geomap-base").style.zIndex = 150;
    map.getPane("geomap-base").style.pointerEvents = "none";
    return geomap.canvas(parts(), "geomap-base");
  };

  /** Tiles of a server, asked for only when the reader switches them on. */
  geomap.onlineTiles = ({ url, attribution, maxZoom, subdomains }) =>
    L.tileLayer(url, { maxNativeZoom: maxZoom, maxZoom: 19, attribution, subdomains: subdomains || "abc" });

  const Inside = L.GridLayer.extend({
    createTile({ x, y, z }, done) {
      const tile = geomap.element("img", { alt: "", role: "presentation" });
      const data = this.options.tiles[`${z}/${x}/${y}`];
      tile.addEventListener("load", () => done(null, tile));
      if (data) tile.src = `data:${this.options.type};base64,${data}`;
      else setTimeout(() => done(null, tile), 0);
      return tile;
    },
  });

  /** Tiles that lie in the file. */
  geomap.insideTiles = function () {
    const element = document.getElementById("geomap_tiles");
    if (!element) return null;
    const { tiles, type, minZoom, maxZoom, attribution } = JSON.parse(element.textContent);
    const credits = geomap.element("bdi", {}, attribution).outerHTML;
    const Layer = type === "vector" ? geomap.VectorTiles : Inside;
    return new Layer({ tiles, type, minNativeZoom: minZoom, maxNativeZoom: maxZoom, maxZoom: 18, attribution: credits });
  };
})();
