/* What a popup shows of a place: its articles, page by page. Texts become text nodes, never markup. */
(function () {
  "use strict";

  const geomap = (L.geomap = L.geomap || {});
  const PER_PAGE = 4;

  geomap.words = {
    article: ["article", "articles"],
    place: ["place", "places"],
    mention: ["mention", "mentions"],
    sure: "sure",
    untitled: "Untitled article",
    unnamed: "Unnamed place",
    itsPlaces: "Show its places",
    newer: "Previous articles",
    older: "Next articles",
    of: "of",
  };

  /** Make an element; children are elements or texts. */
  geomap.element = function (tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  geomap.count = function (number, word) {
    return `${number.toLocaleString("en")} ${geomap.words[word][number === 1 ? 0 : 1]}`;
  };

  /** Read the data block, and index which sightings belong to which place and article. */
  geomap.read = function (id) {
    const data = JSON.parse(document.getElementById(id).textContent);
    data.first = [];
    data.placeOf = new Uint32Array(data.sightings.article.length);
    data.byArticle = data.articles.title.map(() => []);
    let next = 0;
    data.places.sightings.forEach((number, place) => {
      data.first.push(next);
      for (const end = next + number; next < end; next += 1) {
        data.placeOf[next] = place;
        data.byArticle[data.sightings.article[next]].push(next);
      }
    });
    return data;
  };

  /** Return the address if a click on it does no harm, else null. */
  geomap.safeLink = function (url) {
    try {
      const parsed = new URL(url);
      return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : null;
    } catch {
      return null;
    }
  };

  geomap.headline = (data, article) => data.articles.title[article].trim() || geomap.words.untitled;
  geomap.placeName = (data, place) => data.places.name[place].trim() || geomap.words.unnamed;

  geomap.byline = function (data, article) {
    const { source, published } = data.articles;
    return [source[article], published[article]].filter(Boolean);
  };

  /** Append the parts joined by middle dots, each isolated from the others' direction. */
  geomap.dotted = function (element, parts) {
    parts.filter(Boolean).forEach((part, number) => {
      if (number) element.append(" · ");
      element.append(geomap.element("bdi", {}, part));
    });
    return element;
  };

  /** Append the sentence, its spans [start, end] in <mark>. */
  function appendMarked(element, text, spans) {
    let done = 0;
    for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
      if (start < done || end > text.length) continue;
      element.append(text.slice(done, start), geomap.element("mark", {}, text.slice(start, end)));
      done = end;
    }
    element.append(text.slice(done));
  }

  /** Gather the rows of one place by article, and within it by sentence. */
  function groups(data, rows) {
    const found = new Map();
    for (const row of rows) {
      const { article, sentence, start, end, type } = data.sightings;
      if (!found.has(article[row])) found.set(article[row], new Map());
      const sentences = found.get(article[row]);
      if (!sentences.has(sentence[row])) sentences.set(sentence[row], { spans: [], types: new Set() });
      const group = sentences.get(sentence[row]);
      group.spans.push([start[row], end[row]]);
      group.types.add(type[row]);
    }
    return [...found];
  }

  function quote(data, sentence, group) {
    const element = geomap.element("blockquote", { dir: "auto" });
    appendMarked(element, data.sentences[sentence], group.spans);
    for (const type of group.types) {
      const [name, literal] = data.types[type];
      if (!literal) element.append(" ", geomap.element("span", { class: "geomap-tag" }, name.replace(/_/g, " ")));
    }
    return element;
  }

  function articleItem(layer, article, sentences) {
    const { data } = layer;
    const title = geomap.headline(data, article);
    const url = geomap.safeLink(data.articles.url[article]);
    const headline = url
      ? geomap.element("a", { href: url, target: "_blank", rel: "noopener noreferrer" })
      : geomap.element("span");
    const own = [...sentences.keys()].find((sentence) => data.sentences[sentence].trim() === title);
    appendMarked(headline, own === undefined ? title : data.sentences[own], own === undefined ? [] : sentences.get(own).spans);
    const button = geomap.element("button", { type: "button", class: "geomap-link" }, geomap.words.itsPlaces);
    button.addEventListener("click", () => layer.fire("geomap:article", { article }));
    const byline = geomap.dotted(geomap.element("p", { class: "geomap-byline" }), geomap.byline(data, article));
    if (byline.childNodes.length) byline.append(" · ");
    byline.append(button);
    const item = geomap.element("li", {}, geomap.element("h3", { dir: "auto" }, headline), byline);
    for (const [sentence, group] of sentences) {
      if (sentence !== own) item.append(quote(data, sentence, group));
    }
    return item;
  }

  function head(data, place, rows, articles) {
    const { kind, where, note } = data.places;
    const sure = rows.reduce((best, row) => Math.max(best, data.sightings.sure[row]), 0);
    const counts = [
      geomap.count(articles, "article"),
      geomap.count(rows.length, "mention"),
      `${sure} % ${geomap.words.sure}`,
    ];
    return geomap.element(
      "header",
      {},
      geomap.element("h2", { dir: "auto" }, geomap.placeName(data, place)),
      geomap.dotted(geomap.element("p", { class: "geomap-where" }), [kind[place], where[place]]),
      note[place] ? geomap.element("p", { class: "geomap-note", dir: "auto" }, note[place]) : null,
      geomap.dotted(geomap.element("p", { class: "geomap-counts" }), counts)
    );
  }

  function pager(pages, turn) {
    const label = geomap.element("span", { "aria-live": "polite" });
    const button = (text, name, step) => {
      const element = geomap.element("button", { type: "button", "aria-label": name }, text);
      element.addEventListener("click", () => turn(step));
      return element;
    };
    const back = button("‹", geomap.words.newer, -1);
    const on = button("›", geomap.words.older, 1);
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
    const rows = layer.visibleRows(place);
    const items = groups(layer.data, rows);
    const list = geomap.element("ol", { class: "geomap-articles", tabindex: "0" });
    const root = geomap.element("div", { class: "geomap-popup" }, head(layer.data, place, rows, items.length), list);
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
      controls.show(page, `${first + 1}–${first + shown.length} ${geomap.words.of} ${items.length}`);
    }
    fill();
    if (pages > 1) root.append(controls.element);
    return root;
  };
})();
