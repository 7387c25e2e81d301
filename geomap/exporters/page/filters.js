/* What is filtered. Each sighting has a bit per filter that it fails; it is visible where none is set. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const FACETS = ["outlet", "country", "kind", "type", "role", "precision"];
  const BITS = { sense: 1, days: 2, sure: 4, text: 8, view: 16 };
  FACETS.forEach((facet, number) => (BITS[facet] = 32 << number));

  /** Fold a text for searching: no case, no marks. */
  geomap.folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const Filters = L.Evented.extend({
    initialize(data) {
      this.data = data;
      this.fails = new Uint16Array(data.sightings.article.length);
      this.sense = { literal: true, associative: false };
      this.chosen = Object.fromEntries(FACETS.map((facet) => [facet, new Set()]));
      this.days = null; // [from, to] in days since 1970, both inside
      this.sure = 0; // percent
      this.text = "";
      this.view = null; // a function of a place: is it in view?
      this.folds = {};
      this._mark("sense", (row) => this._hasSense(row));
      this.summarize();
    },

    /** Set one filter: sense, days, sure, text, view or a facet. */
    set(name, value) {
      if (name in this.chosen) this.chosen[name] = new Set(value);
      else this[name] = value;
      this._mark(name, this._test(name));
      this.summarize();
      this.fire("change", { name });
    },

    reset() {
      for (const facet of FACETS) this.chosen[facet].clear();
      Object.assign(this, { days: null, sure: 0, text: "", view: null });
      for (const name of ["days", "sure", "text", "view", ...FACETS]) this._mark(name, this._test(name));
      this.summarize();
      this.fire("change", { name: "all" });
    },

    /** Tell how many filters narrow what is shown. */
    active() {
      const facets = FACETS.filter((facet) => this.chosen[facet].size).length;
      return facets + Number(this.days !== null) + Number(this.sure > 0) + Number(this.text.trim() !== "") + Number(this.view !== null);
    },

    _hasSense(row) {
      const { types, sightings } = this.data;
      return types[sightings.type[row]][1] ? this.sense.literal : this.sense.associative;
    },

    _test(name) {
      const { data } = this;
      if (name === "sense") return (row) => this._hasSense(row);
      if (name in this.chosen) {
        const [column, wanted] = [data.facets[name], this.chosen[name]];
        return wanted.size ? (row) => wanted.has(column[row]) : null;
      }
      if (name === "days") return this.days && this._dayTest(this.days);
      if (name === "sure") return this.sure > 0 ? (row) => data.sightings.sure[row] >= this.sure : null;
      if (name === "view") return this.view && ((row) => this.view(data.placeOf[row]));
      return this._textTest(this.text);
    },

    _dayTest([from, to]) {
      const { day } = this.data.articles;
      const { article } = this.data.sightings;
      return (row) => day[article[row]] !== null && day[article[row]] >= from && day[article[row]] <= to;
    },

    /** All words must be found: each in the headline, the outlet, the sentence or the name of the place. */
    _textTest(text) {
      const words = geomap.folded(text).split(/\s+/).filter(Boolean);
      if (!words.length) return null;
      const { article, sentence } = this.data.sightings;
      const { placeOf } = this.data;
      const found = words.map((word) => ({
        article: this.hits("article", word),
        sentence: this.hits("sentence", word),
        place: this.hits("place", word),
      }));
      return (row) =>
        found.every((hit) => hit.article[article[row]] || hit.sentence[sentence[row]] || hit.place[placeOf[row]]);
    },

    /** Tell of each article, sentence or place whether its text holds the folded word. */
    hits(kind, word) {
      const texts = (this.folds[kind] = this.folds[kind] || this._texts(kind).map(geomap.folded));
      return Uint8Array.from(texts, (text) => text.includes(word));
    },

    _texts(kind) {
      const { articles, sentences, outlets, places, wheres, kinds } = this.data;
      if (kind === "sentence") return sentences;
      if (kind === "article") return articles.title.map((title, row) => `${title}\n${outlets[articles.outlet[row]]}`);
      return places.name.map((name, row) => `${name}\n${wheres[places.where[row]]}\n${kinds[places.kind[row]]}`);
    },

    _mark(name, passes) {
      const bit = BITS[name];
      for (let row = 0; row < this.fails.length; row += 1) {
        if (!passes || passes(row)) this.fails[row] &= ~bit;
        else this.fails[row] |= bit;
      }
    },

    isVisible(row) {
      return this.fails[row] === 0;
    },

    /** Count what is visible: articles by place, places by article, and the lists of both. */
    summarize() {
      const { first, byArticle, placeOf, places, articles, sightings } = this.data;
      this.articlesAt = new Int32Array(places.name.length);
      this.rows = 0;
      for (let place = 0; place < places.name.length; place += 1) {
        let last = -1;
        for (let row = first[place]; row < first[place + 1]; row += 1) {
          if (this.fails[row]) continue;
          this.rows += 1;
          if (sightings.article[row] !== last) this.articlesAt[place] += 1;
          last = sightings.article[row];
        }
      }
      this.placesAt = new Int32Array(articles.title.length);
      for (let article = 0; article < articles.title.length; article += 1) {
        let last = -1;
        for (const row of byArticle.of(article)) {
          if (this.fails[row] || placeOf[row] === last) continue;
          this.placesAt[article] += 1;
          last = placeOf[row];
        }
      }
      const present = (counts) => [...counts.keys()].filter((key) => counts[key]);
      this.articles = present(this.placesAt);
      this.places = present(this.articlesAt);
      if (this.places.some((place, at) => at && this.articlesAt[place] > this.articlesAt[this.places[at - 1]])) {
        this.places.sort((one, other) => this.articlesAt[other] - this.articlesAt[one] || one - other);
      }
    },

    /** The visible rows of a place, in the order of the articles. */
    rowsOf(place) {
      const rows = [];
      for (let row = this.data.first[place]; row < this.data.first[place + 1]; row += 1) {
        if (!this.fails[row]) rows.push(row);
      }
      return rows;
    },

    /** The places of an article that are visible, in the order of its text. */
    placesOf(article) {
      const rows = [...this.data.byArticle.of(article)].filter((row) => !this.fails[row]);
      return [...new Set(rows.map((row) => this.data.placeOf[row]))];
    },

    /** Count the articles of each value of a facet, as if this facet were not filtered. */
    facetCounts(facet) {
      const column = this.data.facets[facet];
      const bit = BITS[facet];
      const counts = new Int32Array(this.data.values[facet].length);
      const seen = new Int32Array(counts.length).fill(-1);
      const { byArticle, articles } = this.data;
      for (let article = 0; article < articles.title.length; article += 1) {
        for (const row of byArticle.of(article)) {
          if (this.fails[row] & ~bit || seen[column[row]] === article) continue;
          seen[column[row]] = article;
          counts[column[row]] += 1;
        }
      }
      return counts;
    },

    /** The days of the articles that pass all filters but that of the days. */
    daysOfOthers() {
      const { articles, byArticle } = this.data;
      const days = [];
      for (let article = 0; article < articles.title.length; article += 1) {
        if (articles.day[article] === null) continue;
        if (byArticle.of(article).some((row) => !(this.fails[row] & ~BITS.days))) days.push(articles.day[article]);
      }
      return days;
    },
  });

  geomap.FACETS = FACETS;
  geomap.filters = (data) => new Filters(data);
})();
