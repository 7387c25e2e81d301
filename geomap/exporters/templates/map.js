/* The page around the layer: base map, layer control, legend, title, credits, the panel on small screens. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const narrow = window.matchMedia("(max-width: 760px)");

  const LEGEND = [
    ["geomap-pin", "2", "Place, by its number of articles"],
    ["geomap-pin geomap-unsure", "", "Place, less than 50 % sure"],
    ["geomap-cluster", "8", "Several places: click to zoom in"],
    ["geomap-area geomap-area-small", "", "Country, region, sea or river: its extent"],
    ["geomap-pin geomap-associative", "", "Associative: a name used for something else"],
  ];

  function legend(layer) {
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => {
      const rows = LEGEND.map(([className, text, label]) =>
        geomap.element(
          "li",
          {},
          geomap.element("span", { class: "geomap-sample" }, geomap.element("i", { class: className }, geomap.element("span", {}, text))),
          label
        )
      );
      const box = geomap.element(
        "details",
        { class: "geomap-legend leaflet-bar" },
        geomap.element("summary", {}, "Legend"),
        geomap.element("ul", {}, ...rows)
      );
      box.open = !narrow.matches;
      layer.on("geomap:open geomap:light", () => (box.open = false));
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    return control;
  }

  function countRows(layer, literal) {
    const { data } = layer;
    return data.sightings.type.reduce((sum, type) => sum + (data.types[type][1] === literal), 0);
  }

  /** A switch of the layer control that shows or hides one kind of mention. */
  function switchOf(layer, kind) {
    const group = L.layerGroup();
    group.on("add", () => layer.show(kind, true));
    group.on("remove", () => layer.show(kind, false));
    return group;
  }

  function addControls(map, layer) {
    const literal = switchOf(layer, "literal").addTo(map);
    const names = geomap.countryNames(map).addTo(map);
    const tiles = geomap.onlineTiles();
    tiles.on("add", () => names.remove());
    const overlays = {
      [`Literal mentions (${countRows(layer, true)})`]: literal,
      [`Associative mentions (${countRows(layer, false)})`]: switchOf(layer, "associative"),
      "Country names": names,
      "OpenStreetMap (online)": tiles,
    };
    L.control.layers(null, overlays, { collapsed: narrow.matches }).addTo(map);
    L.control.scale().addTo(map);
    legend(layer).addTo(map);
    map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  }

  /** On a small screen the list lies over the map and opens by a button. */
  function drawer(map) {
    const page = document.querySelector(".geomap-page");
    const button = document.getElementById("geomap-toggle");
    const show = (open) => {
      page.classList.toggle("geomap-open", open);
      button.setAttribute("aria-expanded", open);
      button.textContent = open ? "Map" : "List";
    };
    button.addEventListener("click", () => show(!page.classList.contains("geomap-open")));
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    return () => {
      show(false);
      map.invalidateSize({ animate: false });
    };
  }

  function empty(map) {
    const text = "No places were found in these articles.";
    map.getContainer().append(geomap.element("p", { class: "geomap-empty", role: "status" }, text));
  }

  /** Put the page together around a map that already holds the layer. */
  geomap.page = function (map, layer) {
    document.getElementById("geomap-title").textContent = layer.data.title;
    const credits = document.getElementById("geomap-credits");
    credits.replaceChildren(...layer.data.credits.map((text) => geomap.element("span", { dir: "auto" }, text)));
    geomap.countries(map).addTo(map);
    addControls(map, layer);
    const collapse = drawer(map);
    const panel = geomap.panel(layer, collapse);
    map.invalidateSize({ animate: false });
    if (layer.data.places.name.length) layer.fit();
    else empty(map);
    map.on("click", () => layer.lit.size && panel.release());
  };
})();
