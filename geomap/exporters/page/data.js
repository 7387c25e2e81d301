/* The data of the layer: unpacked, and indexed by place and by article. See geomap/exporters/payload.py for the columns. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const MS_PER_DAY = 86400000;

  /** Unpack a data block into the value that it holds: see packed() in geomap/exporters/inlining.py. */
  geomap.unpack = async function (id) {
    const binary = atob(document.getElementById(id).textContent);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const buffer = await new Response(stream).arrayBuffer();
    const length = new DataView(buffer).getUint32(0, true);
    const value = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    return withColumns(value, buffer, Math.ceil((4 + length) / 4) * 4);
  };

  /** Put the columns of numbers back in the places that name them. */
  function withColumns(value, buffer, start) {
    for (const [key, each] of Object.entries(value)) {
      if (each === null || typeof each !== "object" || Array.isArray(each)) continue;
      if (each.int32) value[key] = new Int32Array(buffer, start + each.int32[0], each.int32[1]);
      else withColumns(each, buffer, start);
    }
    return value;
  }

  /** Read a layer's data block and index it. */
  geomap.read = async (id) => geomap.indexed(await geomap.unpack(id));

  /** Add to the data which sightings belong to which place and article, and what the filters ask of each. */
  geomap.indexed = function (data) {
    const { sightings, places, articles } = data;
    const number = sightings.article.length;
    for (const name of Object.keys(sightings)) sightings[name] = Int32Array.from(sightings[name]);
    data.first = new Int32Array(places.name.length + 1);
    data.placeOf = new Int32Array(number);
    places.sightings.forEach((count, place) => {
      data.first[place + 1] = data.first[place] + count;
      data.placeOf.fill(place, data.first[place], data.first[place + 1]);
    });
    data.byArticle = grouped(sightings.article, articles.title.length);
    data.unmappedBy = grouped(data.unmapped.article, articles.title.length);
    const ofArticle = (column) => sightings.article.map((article) => column[article]);
    const ofPlace = (column) => data.placeOf.map((place) => column[place]);
    data.facets = {
      outlet: ofArticle(articles.outlet),
      country: ofPlace(places.country),
      kind: ofPlace(places.kind),
      type: sightings.type,
      role: sightings.role,
      precision: sightings.precision,
    };
    data.values = {
      outlet: data.outlets,
      country: data.countries.map((country) => country[1] || country[0]),
      kind: data.kinds,
      type: data.types.map((type) => type[0]),
      role: data.roles,
      precision: data.precisions,
    };
    return data;
  };

  /** Group row numbers by a column: `of(key)` returns the rows, in order. */
  function grouped(column, keys) {
    const first = new Int32Array(keys + 1);
    for (const key of column) first[key + 1] += 1;
    for (let key = 0; key < keys; key += 1) first[key + 1] += first[key];
    const next = first.slice();
    const rows = new Int32Array(column.length);
    column.forEach((key, row) => (rows[next[key]++] = row));
    return { of: (key) => rows.subarray(first[key], first[key + 1]) };
  }

  geomap.headline = (data, article) => data.articles.title[article].trim() || geomap.say("untitled");
  geomap.placeName = (data, place) => data.places.name[place].trim() || geomap.say("unnamed");

  /** Outlet and date of an article, as the source gives them. */
  geomap.byline = function (data, article) {
    return [data.outlets[data.articles.outlet[article]], data.articles.published[article]].filter(Boolean);
  };

  geomap.whereOf = (data, place) => data.wheres[data.places.where[place]];
  geomap.kindOf = (data, place) => geomap.term("kind", data.kinds[data.places.kind[place]]);

  /** A number of days since 1970 as YYYY-MM-DD, and back. No time zone comes in, so no date is a day off. */
  geomap.isoDay = (days) => new Date(days * MS_PER_DAY).toISOString().slice(0, 10);
  geomap.dayNumber = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / MS_PER_DAY);
})();
