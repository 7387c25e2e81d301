/* The panel beside the map: articles, places and unmapped mentions, linked both ways with the layer. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const CHIPS = 40; // places of a chosen article that are shown as buttons
  const TABS = ["articles", "places", "unmapped"];

  class Panel {
    constructor(layer, collapse) {
      Object.assign(this, { layer, data: layer.data, filters: layer.filters, collapse, tab: "articles" });
      this.chosen = { article: null, place: null };
      this.box = document.getElementById("geomap-rows");
      this.list = geomap.list(this.box, document.getElementById("geomap-list"), (item) => this.row(item));
      this.card = document.getElementById("geomap-chosen");
      this.tabs = TABS.map((name) => document.getElementById(`geomap-tab-${name}`));
      this.tabs.forEach((button) => button.addEventListener("click", () => this.turnTo(button.dataset.tab)));
      this.tabs.forEach((button) => button.addEventListener("keydown", (event) => this._arrow(event)));
      layer.on("geomap:refresh", () => this.refresh());
      layer.on("geomap:open", ({ place }) => this._opened(place));
      layer.on("geomap:article", ({ article }) => this.chooseArticle(article));
      layer.on("geomap:close", () => this._closed());
      this.refresh();
    }

    /** The items of each tab under the filters; a place that is chosen narrows the articles to its own. */
    itemsOf(tab) {
      if (tab === "places") return this.filters.places;
      if (tab === "unmapped") return this._unmapped();
      if (this.chosen.place === null) return this.filters.articles;
      return [...new Set(this.filters.rowsOf(this.chosen.place).map((row) => this.data.sightings.article[row]))];
    }

    /** Mentions without a place, of articles that fit the words and days that are asked for. */
    _unmapped() {
      const { unmapped, articles } = this.data;
      const { days, text } = this.filters;
      const words = geomap.folded(text).split(/\s+/).filter(Boolean);
      const hits = words.map((word) => [this.filters.hits("article", word), this.filters.hits("sentence", word)]);
      return [...unmapped.article.keys()].filter((row) => {
        const [article, day] = [unmapped.article[row], articles.day[unmapped.article[row]]];
        if (days && (day === null || day < days[0] || day > days[1])) return false;
        return hits.every(([inArticle, inSentence]) => inArticle[article] || inSentence[unmapped.sentence[row]]);
      });
    }

    refresh() {
      this.tabs.forEach((button) => {
        const { length } = button.dataset.tab === "articles" ? this.filters.articles : this.itemsOf(button.dataset.tab);
        button.querySelector("span").textContent = geomap.number(length);
      });
      const { rows, places, articles } = this.filters;
      const counts = [geomap.count(articles.length, "article"), geomap.count(places.length, "place"), geomap.count(rows, "mention")];
      const line = document.getElementById("geomap-counts");
      line.replaceChildren();
      geomap.dotted(line, counts);
      this.fill();
    }

    fill(options) {
      const items = this.itemsOf(this.tab);
      this.list.show(items, options);
      const nothing = document.getElementById("geomap-nothing");
      nothing.hidden = items.length > 0;
      nothing.textContent = geomap.say(this.filters.active() ? "nothing" : `none.${this.tab}`);
      this._card();
    }

    turnTo(tab) {
      this.tab = tab;
      this.tabs.forEach((button) => {
        const chosen = button.dataset.tab === tab;
        button.setAttribute("aria-selected", chosen);
        button.tabIndex = chosen ? 0 : -1;
      });
      document.getElementById("geomap-tabpanel").setAttribute("aria-labelledby", `geomap-tab-${tab}`);
      this.fill();
      this.layer.fire("geomap:state");
    }

    _arrow(event) {
      const steps = { ArrowRight: 1, ArrowLeft: -1 };
      if (!(event.key in steps)) return;
      const step = steps[event.key] * (geomap.isRightToLeft() ? -1 : 1);
      const next = (TABS.indexOf(this.tab) + step + TABS.length) % TABS.length;
      this.turnTo(TABS[next]);
      this.tabs[next].focus();
    }

    // --- rows --------------------------------------------------------------------------------

    row(item) {
      if (this.tab === "articles") return this._articleRow(item);
      return this.tab === "places" ? this._placeRow(item) : this._unmappedRow(item);
    }

    _row(title, details, pressed, act, ...more) {
      return geomap.button(
        { "aria-pressed": String(pressed), class: "geomap-row" },
        act,
        geomap.element("strong", { dir: "auto" }, title),
        geomap.dotted(geomap.element("small"), details),
        ...more
      );
    }

    _articleRow(article) {
      const details = [...geomap.byline(this.data, article), geomap.count(this.filters.placesAt[article], "place")];
      const act = () => (this.chosen.article === article ? this.release() : this.chooseArticle(article));
      return this._row(geomap.headline(this.data, article), details, this.chosen.article === article, act);
    }

    _placeRow(place) {
      const count = this.filters.articlesAt[place];
      const details = [geomap.count(count, "article"), geomap.kindOf(this.data, place), geomap.whereOf(this.data, place)];
      return this._row(geomap.placeName(this.data, place), details, this.chosen.place === place, () => this.choosePlace(place));
    }

    _unmappedRow(row) {
      const { unmapped, sentences, outcomes } = this.data;
      const [start, end] = [unmapped.start[row], unmapped.end[row]];
      const sentence = sentences[unmapped.sentence[row]];
      const details = [geomap.term("outcome", outcomes[unmapped.outcome[row]])];
      const act = () => this.chooseArticle(unmapped.article[row], { stay: true });
      const before = Math.max(0, start - 60);
      const text = geomap.element("small", { dir: "auto", class: "geomap-context" });
      if (before) text.append("…");
      geomap.appendMarked(text, sentence.slice(before), [[start - before, end - before]]);
      return this._row(sentence.slice(start, end), details, false, act, text);
    }

    // --- what is chosen --------------------------------------------------------------------------

    /** The card of the chosen article or place, above the list. */
    _card() {
      const { article, place } = this.chosen;
      this.card.hidden = article === null && place === null;
      if (this.card.hidden) return;
      const clear = geomap.button({ class: "geomap-clear", "aria-label": geomap.say("clear") }, () => this.release(), "×");
      if (article === null) {
        const text = geomap.element("p", { dir: "auto" }, geomap.say("articlesOf", { name: geomap.placeName(this.data, place) }));
        this.card.replaceChildren(text, clear);
        return;
      }
      const places = this.filters.placesOf(article);
      const chips = places.slice(0, CHIPS).map((each) =>
        geomap.button({ dir: "auto" }, () => this._openPlace(each), geomap.placeName(this.data, each))
      );
      const more = places.length > CHIPS ? geomap.element("span", {}, `+${places.length - CHIPS}`) : null;
      const url = geomap.safeLink(this.data.articles.url[article]);
      const title = geomap.headline(this.data, article);
      const headline = url ? geomap.element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title) : title;
      const byline = geomap.dotted(geomap.element("small"), geomap.byline(this.data, article));
      const unmapped = this.data.unmappedBy.of(article).length;
      if (unmapped) byline.append(byline.childNodes.length ? " · " : "", geomap.count(unmapped, "unmapped"));
      this.card.replaceChildren(
        geomap.element("p", { dir: "auto" }, headline),
        byline,
        geomap.element("div", { class: "geomap-chips" }, ...chips, more),
        clear
      );
    }

    /** Light up and join the places of an article; `stay` keeps the tab that is open. */
    chooseArticle(article, { stay = false } = {}) {
      this.layer._map.closePopup();
      this.chosen = { article, place: null };
      const places = this.filters.placesOf(article);
      this.layer.light(places);
      this.collapse();
      this.layer.fit(places);
      if (this.tab !== "articles" && !stay) this.turnTo("articles");
      this.fill({ keep: true });
      this.list.reveal(article);
      this.layer.fire("geomap:state");
    }

    /** Choose nothing. */
    release() {
      const wasLit = this.layer.lit.size;
      this.chosen = { article: null, place: null };
      this.layer._map.closePopup();
      if (wasLit) this.layer.light([]);
      this.fill({ keep: true });
      this.layer.fire("geomap:state");
    }

    choosePlace(place) {
      this.chosen.article = null;
      this.layer.light([]);
      this._openPlace(place);
    }

    _openPlace(place) {
      this.collapse();
      this.layer.open(place);
    }

    _opened(place) {
      if (this.chosen.article === null) this.chosen.place = place;
      this.fill({ keep: this.tab === "places" });
      if (this.tab === "places") this.list.reveal(place);
      this.layer.fire("geomap:state");
    }

    _closed() {
      if (this.chosen.place === null) return;
      this.chosen.place = null;
      this.fill({ keep: this.tab === "places" });
      this.layer.fire("geomap:state");
    }
  }

  geomap.panel = (layer, collapse) => new Panel(layer, collapse);
})();
