/* The state of the view in the address, so that it can be sent: map, filters, tab, what is chosen, view and theme. */
(function () {
  "use strict";

  const geomap = L.geomap;

  /** Describe the state as the text behind "#". */
  geomap.describeState = function (page) {
    const { map, layer, panel } = page;
    const { filters, data } = layer;
    const state = new URLSearchParams();
    const center = map.getCenter().wrap();
    state.set("map", `${map.getZoom()}/${center.lat.toFixed(3)}/${center.lng.toFixed(3)}`);
    if (filters.days) state.set("days", filters.days.map(geomap.isoDay).join(".."));
    if (filters.sure) state.set("sure", filters.sure);
    if (filters.text.trim()) state.set("q", filters.text.trim());
    if (filters.view) state.set("view", "in");
    const senses = ["literal", "associative"].filter((sense) => filters.sense[sense]);
    if (senses.join() !== "literal") state.set("senses", senses.join() || "none");
    for (const facet of geomap.FACETS) {
      for (const value of filters.chosen[facet]) state.append(facet, data.values[facet][value]);
    }
    if (page.mode !== "points") state.set("show", page.mode);
    if (panel && panel.tab !== "articles") state.set("tab", panel.tab);
    if (panel && panel.chosen.article !== null) state.set("article", panel.chosen.article);
    else if (layer.popup && layer.popup.isOpen() && layer.popupPlace !== null) state.set("place", data.places.id[layer.popupPlace]);
    if (page.theme !== "auto") state.set("theme", page.theme);
    if (geomap.language() !== page.options.language) state.set("lang", geomap.language());
    return state.toString().replace(/%2F/g, "/").replace(/%3A/g, ":");
  };

  /** Take up a state; what it names that is not there is left out. Tells whether it holds a position of the map. */
  geomap.takeState = function (page, text) {
    const state = new URLSearchParams(text);
    const { layer, panel } = page;
    const { filters, data } = layer;
    const days = (state.get("days") || "").split("..").map(geomap.dayNumber);
    if (days.length === 2 && days.every(Number.isFinite)) filters.set("days", days);
    if (Number(state.get("sure")) > 0) filters.set("sure", Math.min(100, Number(state.get("sure"))));
    if (state.get("q")) filters.set("text", state.get("q"));
    if (state.get("senses")) {
      const senses = state.get("senses").split(",");
      filters.set("sense", { literal: senses.includes("literal"), associative: senses.includes("associative") });
    }
    for (const facet of geomap.FACETS) {
      const chosen = state.getAll(facet).map((value) => data.values[facet].indexOf(value));
      if (chosen.some((value) => value >= 0)) filters.set(facet, chosen.filter((value) => value >= 0));
    }
    if (state.get("show")) page.setMode(state.get("show"));
    if (state.get("theme")) page.setTheme(state.get("theme"));
    if (state.get("lang")) page.setLanguage(state.get("lang"));
    if (panel && ["places", "unmapped"].includes(state.get("tab"))) panel.turnTo(state.get("tab"));
    const [zoom, lat, lon] = (state.get("map") || "").split("/").map(Number);
    const placed = [zoom, lat, lon].every(Number.isFinite) && state.has("map");
    const article = Number(state.get("article"));
    const place = data.places.id.indexOf(state.get("place"));
    if (panel && state.has("article") && data.articles.title[article] !== undefined) panel.chooseArticle(article, { stay: true });
    else if (place >= 0 && filters.articlesAt[place]) layer.open(place);
    if (placed) page.map.setView([lat, lon], zoom, { animate: false });
    if (state.get("view") === "in") {
      const box = document.getElementById("geomap-in-view");
      box.checked = true;
      box.dispatchEvent(new Event("change"));
    }
    return placed;
  };

  /** Keep the address up to date from now on. */
  geomap.keepState = function (page) {
    let timer = 0;
    const write = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        try {
          history.replaceState(null, "", `#${geomap.describeState(page)}`);
        } catch {
          // A frame without an address of its own has none to keep.
        }
      }, 200);
    };
    page.map.on("moveend popupopen popupclose", write);
    page.layer.filters.on("change", write);
    page.layer.on("geomap:state", write);
    page.onState = write;
  };
})();
