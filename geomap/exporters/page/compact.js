/* The page around the layer where the map is one part of another page: no list, one switch, few words. */
(function () {
  "use strict";

  const geomap = L.geomap;

  function credits(texts) {
    const lines = texts.map((text) => geomap.element("span", { dir: "auto" }, text));
    return geomap.element("details", {}, geomap.element("summary", {}, geomap.say("credits")), ...lines);
  }

  /** A switch for the associative mentions, where there are any; their number stands beside it. */
  function addSwitch(map, layer) {
    const { sightings, types } = layer.data;
    const number = sightings.type.reduce((sum, type) => sum + Number(!types[type][1]), 0);
    if (!number) return;
    const group = L.layerGroup();
    const show = (shown) => {
      layer.show("associative", shown);
      layer.fit();
    };
    group.on("add", () => show(true));
    group.on("remove", () => show(false));
    L.control.layers(null, { [`${geomap.say("associative")} (${number})`]: group }, { collapsed: true }).addTo(map);
  }

  /** Light up the places of one article; a click on the map ends it. */
  function followArticles(map, layer) {
    layer.on("geomap:article", ({ article }) => {
      const places = layer.filters.placesOf(article);
      map.closePopup();
      layer.light(places);
      layer.fit(places);
    });
    map.on("click", () => layer.lit.size && layer.light([]));
  }

  /** Put the page together around a map that already holds the layer. */
  geomap.page = async function (map, layer) {
    await layer.ready;
    document.getElementById("geomap-credits").replaceChildren(credits(layer.data.credits));
    geomap.countries(map).addTo(map);
    geomap.labels(layer).addTo(map);
    L.control.zoom().addTo(map);
    addSwitch(map, layer);
    L.control.scale().addTo(map);
    map.attributionControl.setPrefix("");
    followArticles(map, layer);
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    map.invalidateSize({ animate: false });
    layer.fit();
  };
})();
