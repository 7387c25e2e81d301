/* What is filtered, as files: GeoJSON (RFC 7946) and CSV (RFC 4180), a feature or row per mention. */
(function () {
  "use strict";

  const geomap = L.geomap;

  function rowsShown({ filters, data }) {
    const rows = [];
    for (let row = 0; row < data.placeOf.length; row += 1) if (filters.isVisible(row)) rows.push(row);
    return rows;
  }

  function properties(data, row) {
    const { sightings, articles, places } = data;
    const [place, article] = [data.placeOf[row], sightings.article[row]];
    const sentence = data.sentences[sightings.sentence[row]];
    const relative = data.relatives[sightings.relative[row]];
    return {
      mention: sentence.slice(sightings.start[row], sightings.end[row]),
      sentence,
      type: data.types[sightings.type[row]][0],
      role: data.roles[sightings.role[row]],
      precision: data.precisions[sightings.precision[row]],
      phrase: relative ? relative.phrase : "",
      confidence: sightings.sure[row] / 100,
      place_id: places.id[place],
      place: places.name[place],
      kind: data.kinds[places.kind[place]],
      where: data.wheres[places.where[place]],
      country: data.countries[places.country[place]][0],
      radius_km: sightings.reach[row] / 10,
      title: articles.title[article],
      outlet: data.outlets[articles.outlet[article]],
      published: articles.published[article],
      url: articles.url[article] || "",
    };
  }

  /** What is visible as GeoJSON text; positions are [lon, lat]. */
  geomap.asGeoJson = function (layer) {
    const { lat, lon } = layer.data.places;
    const features = rowsShown(layer).map((row) => {
      const place = layer.data.placeOf[row];
      const geometry = { type: "Point", coordinates: [lon[place], lat[place]] };
      return { type: "Feature", geometry, properties: properties(layer.data, row) };
    });
    return JSON.stringify({ type: "FeatureCollection", features });
  };

  /** A cell for spreadsheets: an apostrophe before what would run as a formula, also behind a line end, a tab or a semicolon. */
  function cell(value) {
    let text = String(value);
    if (typeof value === "string") text = text.replace(/(^|[;\t\n\r])(?=[\s']*[=+\-@\uff1d\uff0b\uff0d\uff20])/g, "$1'");
    return /[",\n\r;]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  }

  /** What is visible as CSV text with a byte order mark, which Excel needs to read UTF-8. */
  geomap.asCsv = function (layer) {
    const { lat, lon } = layer.data.places;
    const lines = rowsShown(layer).map((row) => {
      const place = layer.data.placeOf[row];
      return [...Object.values(properties(layer.data, row)), lat[place], lon[place]].map(cell).join(",");
    });
    const head = "mention,sentence,type,role,precision,phrase,confidence,place_id,place,kind,where,country,radius_km,title,outlet,published,url,lat,lon";
    return `\ufeff${[head, ...lines].join("\r\n")}\r\n`;
  };

  /** Hand a text to the browser as a file. */
  geomap.save = function (text, name, type) {
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = geomap.element("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  };
})();
