/* What a popup shows of a place: its articles, page by page; of places in one spot: their list. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const PER_PAGE = 4;
  const LISTED = 200; // places of one spot that are listed

  /** Gather the rows of one place by article, and within it by sentence. */
  function groups(data, rows) {
    const found = new Map();
    const { article, sentence } = data.sightings;
    for (const row of rows) {
      if (!found.has(article[row])) found.set(article[row], new Map());
      const sentences = found.get(article[row]);
      if (!sentences.has(sentence[row])) sentences.set(sentence[row], []);
      sentences.get(sentence[row]).push(row);
    }
    return [...found];
  }

  const spansOf = (data, rows) => rows.map((row) => [data.sightings.start[row], data.sightings.end[row]]);

  const tag = (text, name = "") => geomap.element("span", { class: `geomap-tag ${name}`.trim() }, text);

  /** A meter for a confidence: a number, and a bar whose color tells the band. */
  function confidence(percent) {
    const band = ["sure", "likely", "unsure"][geomap.BANDS.findIndex((least) => percent >= least)];
    const bar = geomap.element("span", { class: `geomap-meter geomap-meter-${band}`, "aria-hidden": "true" }, geomap.element("i"));
    bar.firstChild.style.width = `${percent}%`;
    return geomap.element("span", { class: "geomap-confidence" }, bar, geomap.say("percentSure", { n: percent }));
  }

  const kilometers = (km) => (km < 10 ? km.toFixed(1).replace(/\.0$/, "") : geomap.number(Math.round(km)));

  /** Type, role, precision and confidence of the mentions of a sentence; each value once. */
  function facts(data, rows) {
    const { type, role, precision, reach, relative, sure, part } = data.sightings;
    const line = geomap.element("p", { class: "geomap-facts" });
    const once = (values) => [...new Set(values)];
    line.append(confidence(Math.max(...rows.map((row) => sure[row]))));
    for (const each of once(rows.map((row) => type[row]))) {
      const [name, literal] = data.types[each];
      if (name !== "literal") line.append(tag(geomap.term("type", name), literal ? "" : "geomap-tag-muted"));
    }
    for (const row of rows.filter((each, at) => rows.findIndex((other) => role[other] === role[each]) === at)) {
      const name = data.roles[role[row]];
      const share = part[row] ? ` ${part[row]} %` : "";
      if (name !== "mentioned" || share) line.append(tag(`${geomap.term("role", name)}${share}`));
    }
    for (const each of once(rows.map((row) => relative[row])).filter((number) => number >= 0)) {
      const { phrase, km } = data.relatives[each];
      line.append(tag(`${phrase} · ± ${kilometers(km)} km`, "geomap-tag-area"));
    }
    const plain = rows.filter((row) => relative[row] < 0);
    for (const row of plain.filter((each, at) => plain.findIndex((other) => precision[other] === precision[each]) === at)) {
      line.append(tag(`${geomap.term("precision", data.precisions[precision[row]])} · ± ${kilometers(reach[row] / 10)} km`));
    }
    return line;
  }

  function passage(data, sentence, rows, own) {
    const parts = [];
    if (!own) {
      const quote = geomap.element("blockquote", { dir: "auto" });
      parts.push(geomap.appendMarked(quote, data.sentences[sentence], spansOf(data, rows)));
    }
    parts.push(facts(data, rows), geomap.why(data, rows[0]));
    return parts;
  }

  function articleItem(layer, article, sentences) {
    const { data } = layer;
    const title = geomap.headline(data, article);
    const url = geomap.safeLink(data.articles.url[article]);
    const headline = url
      ? geomap.element("a", { href: url, target: "_blank", rel: "noopener noreferrer" })
      : geomap.element("span");
    const own = [...sentences.keys()].find((sentence) => data.sentences[sentence].trim() === title);
    geomap.appendMarked(headline, own === undefined ? title : data.sentences[own], own === undefined ? [] : spansOf(data, sentences.get(own)));
    const act = () => layer.fire("geomap:article", { article });
    const button = geomap.button({ class: "geomap-link" }, act, geomap.say("itsPlaces"));
    const byline = geomap.dotted(geomap.element("p", { class: "geomap-byline" }), geomap.byline(data, article));
    if (byline.childNodes.length) byline.append(" · ");
    byline.append(button);
    const item = geomap.element("li", {}, geomap.element("h3", { dir: "auto" }, headline), byline);
    for (const [sentence, rows] of sentences) {
      item.append(...passage(data, sentence, rows, sentence === own).filter(Boolean));
    }
    return item;
  }

  function head(layer, place, rows, articles) {
    const { data } = layer;
    const { note } = data.places;
    const counts = [geomap.count(articles, "article"), geomap.count(rows.length, "mention")];
    return geomap.element(
      "header",
      {},
      geomap.element("h2", { dir: "auto", tabindex: "-1" }, geomap.placeName(data, place)),
      geomap.dotted(geomap.element("p", { class: "geomap-where" }), [geomap.kindOf(data, place), geomap.whereOf(data, place)]),
      note[place] ? geomap.element("p", { class: "geomap-note", dir: "auto" }, note[place]) : null,
      geomap.dotted(geomap.element("p", { class: "geomap-counts" }), counts)
    );
  }

  function pager(pages, turn) {
    const label = geomap.element("span", { "aria-live": "polite" });
    const button = (text, name, step) => geomap.button({ "aria-label": geomap.say(name) }, () => turn(step), text);
    const [back, on] = [button("‹", "newer", -1), button("›", "older", 1)];
    const element = geomap.element("nav", { class: "geomap-pager" }, back, label, on);
    const show = (page, text) => {
      label.textContent = text;
      back.disabled = page === 0;
      on.disabled = page === pages - 1;
    };
    return { element, show };
  }

  /** Build the content of a place's popup from its visible rows. */
  geomap.popup = function (layer, place) {
    const rows = layer.filters.rowsOf(place);
    const items = groups(layer.data, rows);
    const list = geomap.element("ol", { class: "geomap-articles", tabindex: "0", "aria-label": geomap.say("articles") });
    const root = geomap.element("div", { class: "geomap-popup" }, head(layer, place, rows, items.length), list);
    root.dataset.name = geomap.placeName(layer.data, place);
    const pages = Math.ceil(items.length / PER_PAGE);
    let page = 0;
    const controls = pager(pages, (step) => {
      page = Math.min(pages - 1, Math.max(0, page + step));
      fill();
    });
    function fill() {
      const first = page * PER_PAGE;
      const shown = items.slice(first, first + PER_PAGE);
      list.replaceChildren(...shown.map(([article, sentences]) => articleItem(layer, article, sentences)));
      list.scrollTop = 0;
      if (list.isConnected) list.dispatchEvent(new CustomEvent("geomap:grown", { bubbles: true }));
      controls.show(page, geomap.say("pageOf", { from: first + 1, to: first + shown.length, of: geomap.number(items.length) }));
    }
    fill();
    if (pages > 1) root.append(controls.element);
    return root;
  };

  /** Build the list of places that lie in one spot; each leads to its own popup. */
  geomap.listPopup = function (layer, places) {
    const title = geomap.count(places.length, "place");
    const rows = places.slice(0, LISTED).map((place) => {
      const act = () => layer.openPopup(place);
      const name = geomap.element("bdi", {}, geomap.placeName(layer.data, place));
      const count = geomap.element("small", {}, geomap.count(layer.filters.articlesAt[place], "article"));
      return geomap.element("li", {}, geomap.button({ class: "geomap-choice" }, act, name, count));
    });
    const heading = geomap.element("header", {}, geomap.element("h2", { tabindex: "-1" }, title));
    const root = geomap.element("div", { class: "geomap-popup" }, heading, geomap.element("ol", { class: "geomap-articles" }, ...rows));
    root.dataset.name = title;
    return root;
  };
})();
