/* The page around the layer where the map is one part of another page: no list, one switch, few words. */
(function () {
  "use strict";

  const geomap = L.geomap;

  function credits(texts) {
    const lines = texts.map((text) => geomap.element("span", { dir: "auto" }, text));
    return geomap.element("details", {}, geomap.element("summary", {}, "Credits"), ...lines);
  }

  /** A switch for the associative mentions, where there are any; their number stands beside it. */
  function addSwitch(map, layer) {
    const { sightings, types } = layer.data;
    const number = sightings.type.filter((type) => !types[type][1]).length;
    if (!number) return;
    const group = L.layerGroup();
    const show = (shown) => {
      layer.show("associative", shown);
      layer.fit();
    };
    group.on("add", () => show(true));
    group.on("remove", () => show(false));
    L.control.layers(null, { [`Associative mentions (${number})`]: group }, { collapsed: true }).addTo(map);
  }

  /** Light up the places of one article; a click on the map ends it. */
  function followArticles(map, layer) {
    const { byArticle, placeOf } = layer.data;
    layer.on("geomap:article", ({ article }) => {
      const rows = byArticle[article].filter((row) => layer.isVisible(row));
      const places = [...new Set(rows.map((row) => placeOf[row]))];
      map.closePopup();
      layer.light(places);
      layer.fit(places);
    });
    map.on("click", () => layer.lit.size && layer.light([]));
  }

  /** Put the page together around a map that already holds the layer. */
  geomap.page = function (map, layer) {
    document.getElementById("geomap-credits").replaceChildren(credits(layer.data.credits));
    geomap.countries(map).addTo(map);
    geomap.countryNames(map).addTo(map);
    addSwitch(map, layer);
    L.control.scale().addTo(map);
    map.attributionControl.setPrefix('<a href="https://leafletjs.com" target="_blank" rel="noopener noreferrer">Leaflet</a>');
    followArticles(map, layer);
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    map.invalidateSize({ animate: false });
    layer.fit();
  };
})();
