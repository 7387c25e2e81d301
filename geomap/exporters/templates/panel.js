/* The list beside the map: articles and places, searchable, linked both ways with the layer. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const CHUNK = 100; // rows made at a time, more as one scrolls

  /** Fold a text for searching: no case, no marks. */
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  class Panel {
    constructor(layer, collapse) {
      this.layer = layer;
      this.data = layer.data;
      this.collapse = collapse;
      this.tab = "articles";
      this.chosen = { articles: null, places: null };
      this.list = document.getElementById("geomap-list");
      this.search = document.getElementById("geomap-search");
      this.tabs = ["articles", "places"].map((name) => document.getElementById(`geomap-tab-${name}`));
      this.search.addEventListener("input", () => this.fill());
      this.list.addEventListener("scroll", () => this.more());
      this.tabs.forEach((button) => button.addEventListener("click", () => this.choose(button.dataset.tab)));
      this.tabs.forEach((button) => button.addEventListener("keydown", (event) => this.arrow(event)));
      layer.on("geomap:refresh", () => this.refresh());
      layer.on("geomap:open", ({ place }) => this.markPlace(place));
      layer.on("geomap:article", ({ article }) => this.showArticle(article));
      this.refresh();
    }

    /** Gather what is visible: the articles and places that have a visible mention. */
    refresh() {
      const { layer, data } = this;
      this.placesOf = data.byArticle.map((rows) => [
        ...new Set(rows.filter((row) => layer.isVisible(row)).map((row) => data.placeOf[row])),
      ]);
      const numbers = [...data.articles.title.keys()].filter((article) => this.placesOf[article].length);
      this.rows = { articles: numbers, places: [...layer.markers.keys()] };
      this.tabs.forEach((button) => {
        button.querySelector("span").textContent = this.rows[button.dataset.tab].length.toLocaleString("en");
      });
      const rows = data.sightings.article.reduce((sum, _, row) => sum + layer.isVisible(row), 0);
      const counts = [[rows, "mention"], [this.rows.places.length, "place"], [numbers.length, "article"]];
      const line = document.getElementById("geomap-counts");
      line.replaceChildren();
      geomap.dotted(line, counts.map(([number, word]) => geomap.count(number, word)));
      this.fill();
    }

    choose(tab) {
      this.tab = tab;
      this.tabs.forEach((button) => {
        const chosen = button.dataset.tab === tab;
        button.setAttribute("aria-selected", chosen);
        button.tabIndex = chosen ? 0 : -1;
      });
      this.list.setAttribute("aria-labelledby", `geomap-tab-${tab}`);
      this.fill();
    }

    arrow(event) {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = this.tabs.find((button) => button.dataset.tab !== this.tab);
      this.choose(other.dataset.tab);
      other.focus();
    }

    searched(row) {
      const { articles, places } = this.data;
      const text =
        this.tab === "articles"
          ? `${articles.title[row]} ${articles.source[row]} ${articles.published[row]}`
          : `${places.name[row]} ${places.where[row]} ${places.kind[row]}`;
      return folded(text);
    }

    fill() {
      const words = folded(this.search.value).split(/\s+/).filter(Boolean);
      this.found = words.length
        ? this.rows[this.tab].filter((row) => words.every((word) => this.searched(row).includes(word)))
        : this.rows[this.tab];
      this.list.replaceChildren();
      this.list.scrollTop = 0;
      if (!this.found.length) {
        const text = words.length ? "Nothing found." : "No places were found.";
        this.list.append(geomap.element("li", { class: "geomap-nothing" }, text));
      }
      this.more();
    }

    more(upTo = 0) {
      const { list } = this;
      while (list.children.length < this.found.length) {
        const near = list.scrollTop + list.clientHeight + 400 > list.scrollHeight;
        if (!near && list.children.length > upTo) return;
        const next = this.found.slice(list.children.length, list.children.length + CHUNK);
        list.append(...next.map((row) => (this.tab === "articles" ? this.articleRow(row) : this.placeRow(row))));
      }
    }

    row(number, name, details, act) {
      const button = geomap.element(
        "button",
        { type: "button", "aria-pressed": this.chosen[this.tab] === number },
        geomap.element("strong", { dir: "auto" }, name),
        geomap.dotted(geomap.element("small"), details)
      );
      button.addEventListener("click", act);
      return geomap.element("li", { "data-row": number }, button);
    }

    articleRow(article) {
      const places = this.placesOf[article];
      const details = [...geomap.byline(this.data, article), geomap.count(places.length, "place")];
      const item = this.row(article, geomap.headline(this.data, article), details, () => this.chooseArticle(article));
      if (this.chosen.articles === article) item.append(this.chips(places));
      return item;
    }

    placeRow(place) {
      const { kind, where } = this.data.places;
      const { articles } = this.layer._facts(this.layer.visibleRows(place));
      const details = [geomap.count(articles, "article"), kind[place], where[place]];
      return this.row(place, geomap.placeName(this.data, place), details, () => this.choosePlace(place));
    }

    /** The places of the chosen article, as buttons. */
    chips(places) {
      const chips = places.map((place) => {
        const button = geomap.element("button", { type: "button", dir: "auto" }, geomap.placeName(this.data, place));
        button.addEventListener("click", () => this.openPlace(place));
        return button;
      });
      return geomap.element("div", { class: "geomap-chips" }, ...chips);
    }

    chooseArticle(article) {
      this.layer._map.closePopup();
      const off = this.chosen.articles === article;
      this.chosen.articles = off ? null : article;
      this.layer.light(off ? [] : this.placesOf[article]);
      if (!off) this.collapse();
      this.layer.fit(off ? null : this.placesOf[article]);
      this.redraw();
    }

    /** Choose no article. */
    release() {
      this.chosen.articles = null;
      this.layer.light([]);
      this.redraw();
    }

    choosePlace(place) {
      this.chosen.articles = null;
      this.layer.light([]);
      this.openPlace(place);
    }

    openPlace(place) {
      this.collapse();
      this.layer.open(place);
    }

    markPlace(place) {
      this.chosen.places = place;
      if (this.tab === "places") this.redraw(place);
    }

    /** Choose the article in the list, from its popup. */
    showArticle(article) {
      this.chosen.articles = null;
      this.search.value = "";
      this.choose("articles");
      this.chooseArticle(article);
      this.redraw(article);
    }

    /** Make the rows anew where they are; bring one into view. */
    redraw(row = null) {
      const top = this.list.scrollTop;
      const shown = this.list.children.length;
      const index = row === null ? -1 : this.found.indexOf(row);
      this.list.replaceChildren();
      this.more(Math.max(shown, index + 1) - 1);
      this.list.scrollTop = top;
      if (index >= 0 && this.list.children[index]) this.list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  geomap.panel = (layer, collapse) => new Panel(layer, collapse);
})();
