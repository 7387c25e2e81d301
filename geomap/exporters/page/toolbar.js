/* The buttons on the map: the view (points, heat, areas), layers, downloads, theme, language, everything in view. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const PATHS = {
    layers: "M12 3 3 8l9 5 9-5-9-5Zm-9 9 9 5 9-5M3 16l9 5 9-5",
    download: "M12 3v12m0 0 5-5m-5 5-5-5M4 20h16",
    theme: "M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9Z",
    language: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 0c3 2.5 4 5.700 4 9s-1 6.500-4 9c-3-2.500-4-5.700-4-9s1-6.500 4-9ZM3.500 9h17m-17 6h17",
    home: "M4 9V4h5M20 9V4h-5M4 15v5h5m11-5v5h-5",
    plus: "M12 5v14M5 12h14",
    minus: "M5 12h14",
  };
  const MODES = ["points", "heat", "countries", "divisions"];

  function iconButton(name, act) {
    return geomap.button({ class: "geomap-tool", "data-label": name }, act, geomap.icon(PATHS[name]));
  }

  /** A button that opens a box of choices; Escape and a click elsewhere close it. */
  function menu(name, ...children) {
    const box = geomap.element("div", { class: "geomap-menu", hidden: "", role: "group", "data-label": name }, ...children);
    const show = (open) => {
      box.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
      if (open) (box.querySelector("input, button") || box).focus();
    };
    const button = iconButton(name, () => show(box.hidden));
    button.setAttribute("aria-expanded", "false");
    const root = geomap.element("div", { class: "geomap-menu-root" }, button, box);
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || box.hidden) return;
      event.stopPropagation();
      show(false);
      button.focus();
    });
    document.addEventListener("pointerdown", (event) => !root.contains(event.target) && show(false));
    return { root, box, show };
  }

  function check(word, checked, act) {
    const box = geomap.element("input", { type: "checkbox", "data-switch": word });
    box.checked = checked;
    box.addEventListener("change", () => act(box.checked));
    return geomap.element("label", {}, box, geomap.element("span", { "data-word": word }));
  }

  /** The switch between the views; the divisions only where the file has any. */
  function modes(page) {
    const group = geomap.element("div", { class: "geomap-modes", role: "radiogroup", "data-label": "view" });
    const offered = MODES.filter((mode) => mode !== "divisions" || geomap.backdrop().divisions.length);
    for (const mode of offered) {
      const input = geomap.element("input", { type: "radio", name: "geomap-mode", value: mode });
      input.checked = mode === page.mode;
      input.addEventListener("change", () => page.setMode(mode));
      group.append(geomap.element("label", {}, input, geomap.element("span", { "data-word": `mode.${mode}` })));
    }
    return group;
  }

  function layers(page) {
    const { layer } = page;
    const rows = [
      check("layer.areas", true, (on) => layer.draw("areas", on)),
      check("layer.circles", true, (on) => layer.draw("circles", on)),
      check("layer.names", true, (on) => page.toggle(page.labels, on)),
    ];
    if (page.inside) rows.push(check("layer.inside", true, (on) => page.toggleTiles(page.inside, on)));
    if (page.online) {
      const row = check("layer.online", false, (on) => page.toggleTiles(page.online, on));
      row.append(geomap.element("small", { dir: "auto" }, page.options.online.name));
      rows.push(row);
    }
    return menu("layers", ...rows);
  }

  function downloads(page) {
    const { layer } = page;
    const act = (make, ending, type) => () => geomap.save(make(layer), `geomap.${ending}`, type);
    return menu(
      "download",
      geomap.element("p", { "data-word": "download.what" }),
      geomap.button({ id: "geomap-geojson" }, act(geomap.asGeoJson, "geojson", "application/geo+json"), "GeoJSON"),
      geomap.button({ id: "geomap-csv" }, act(geomap.asCsv, "csv", "text/csv"), "CSV")
    );
  }

  function languages(page) {
    const buttons = Object.keys(geomap.tables).map((code) =>
      geomap.button({ lang: code, "data-language": code }, () => page.setLanguage(code), geomap.tables[code].name)
    );
    return menu("language", ...buttons);
  }

  /** Put the toolbar onto the map; an embedded map has the view and the zoom alone. */
  geomap.toolbar = function (page) {
    const { map, options } = page;
    const bar = geomap.element("div", { class: "geomap-toolbar", role: "toolbar", "data-label": "tools" });
    const zoom = geomap.element(
      "div",
      { class: "geomap-group" },
      iconButton("plus", () => map.zoomIn(1)),
      iconButton("minus", () => map.zoomOut(1)),
      iconButton("home", () => page.layer.fit())
    );
    const group = geomap.element("div", { class: "geomap-group" }, layers(page).root);
    if (options.layout !== "embed") group.append(downloads(page).root);
    group.append(iconButton("theme", () => page.setTheme(page.isDark() ? "light" : "dark")));
    if (options.layout !== "embed") group.append(languages(page).root);
    bar.append(modes(page), group, zoom);
    map.getContainer().append(bar);
    L.DomEvent.disableClickPropagation(bar);
    L.DomEvent.disableScrollPropagation(bar);
    return bar;
  };
})();
