/* Vector tiles (Mapbox Vector Tile 2.1) that lie in the file, drawn in the colors of the theme; their names are left to the labels of the map. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const POINT = 1;
  const POLYGON = 3;

  /** What to draw, from below to above: layers by the names of the usual schemas (Protomaps, OpenMapTiles). */
  const LOOKS = [
    { layers: ["earth", "land"], fill: "--geomap-land" },
    { layers: ["landcover", "landuse", "park", "natural"], fill: "--geomap-green", least: 7 },
    { layers: ["water", "ocean", "waterway", "rivers", "lakes"], fill: "--geomap-sea", line: "--geomap-river", width: 1 },
    { layers: ["buildings", "building"], fill: "--geomap-division", least: 13 },
    { layers: ["roads", "transportation", "road", "transit"], line: "--geomap-road", width: 1 },
    { layers: ["boundaries", "boundary", "admin"], line: "--geomap-border", width: 1 },
  ];

  /** Reads the fields of a protocol buffer. */
  class Reader {
    constructor(bytes) {
      this.bytes = bytes;
      this.at = 0;
    }

    varint() {
      let value = 0;
      let factor = 1;
      for (;;) {
        const byte = this.bytes[this.at++];
        value += (byte & 127) * factor;
        if (!(byte & 128)) return value;
        factor *= 128;
      }
    }

    /** Call `take(field, value)` for each field; a value is a number, or the bytes of a text, a list or a message. */
    fields(take) {
      while (this.at < this.bytes.length) {
        const tag = this.varint();
        const kind = tag & 7;
        if (kind === 0) take(tag >> 3, this.varint());
        else if (kind === 2) {
          const length = this.varint();
          take(tag >> 3, this.bytes.subarray(this.at, (this.at += length)));
        } else if (kind === 1 || kind === 5) this.at += kind === 1 ? 8 : 4;
        else throw new RangeError("a vector tile is broken");
      }
    }
  }

  function numbers(bytes) {
    const reader = new Reader(bytes);
    const found = [];
    while (reader.at < bytes.length) found.push(reader.varint());
    return found;
  }

  /** Return the lines or rings of a feature's geometry: lists of x, y in units of the tile. */
  function lines(bytes) {
    const commands = numbers(bytes);
    const found = [];
    let [x, y, at] = [0, 0, 0];
    const step = () => {
      const value = commands[at++];
      return value % 2 ? -(value + 1) / 2 : value / 2;
    };
    while (at < commands.length) {
      const command = commands[at++];
      const count = command >> 3;
      if ((command & 7) === 7) {
        const ring = found[found.length - 1];
        if (ring) ring.push(ring[0], ring[1]);
        continue;
      }
      for (let left = count; left > 0; left -= 1) {
        if ((command & 7) === 1) found.push([]);
        x += step();
        y += step();
        found[found.length - 1].push(x, y);
      }
    }
    return found;
  }

  /** Return the layers of a tile: name, extent, and features with their type and geometry. */
  geomap.readVectorTile = function (bytes) {
    const layers = [];
    new Reader(bytes).fields((field, message) => {
      if (field !== 3) return;
      const layer = { name: "", extent: 4096, features: [] };
      new Reader(message).fields((part, value) => {
        if (part === 1) layer.name = new TextDecoder().decode(value);
        else if (part === 5) layer.extent = value;
        else if (part === 2) {
          const feature = { type: 0, geometry: new Uint8Array() };
          new Reader(value).fields((name, each) => {
            if (name === 3) feature.type = each;
            else if (name === 4) feature.geometry = each;
          });
          layer.features.push(feature);
        }
      });
      layers.push(layer);
    });
    return layers;
  };

  function drawLayer(context, layer, look, size) {
    const scale = size / layer.extent;
    context.fillStyle = look.fill ? geomap.color(look.fill) : "transparent";
    context.strokeStyle = look.line ? geomap.color(look.line) : "transparent";
    context.lineWidth = look.width || 0;
    for (const { type, geometry } of layer.features) {
      if (type === POINT) continue;
      context.beginPath();
      for (const line of lines(geometry)) {
        for (let at = 0; at < line.length; at += 2) context[at ? "lineTo" : "moveTo"](line[at] * scale, line[at + 1] * scale);
      }
      if (type === POLYGON && look.fill) context.fill("evenodd");
      else if (type !== POLYGON && look.line) context.stroke();
    }
  }

  function draw(canvas, layers, zoom, size) {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    Object.assign(canvas, { width: size * ratio, height: size * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const hasLand = layers.some((layer) => LOOKS[0].layers.includes(layer.name));
    context.fillStyle = geomap.color(hasLand ? "--geomap-sea" : "--geomap-land");
    context.fillRect(0, 0, size, size);
    for (const look of LOOKS) {
      if (zoom < (look.least || 0)) continue;
      for (const layer of layers) if (look.layers.includes(layer.name)) drawLayer(context, layer, look, size);
    }
  }

  async function unzipped(data) {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  geomap.VectorTiles = L.GridLayer.extend({
    createTile({ x, y, z }, done) {
      const canvas = geomap.element("canvas", { role: "presentation" });
      const data = this.options.tiles[`${z}/${x}/${y}`];
      const size = this.getTileSize().x;
      if (!data) setTimeout(() => done(null, canvas), 0);
      else {
        unzipped(data)
          .then((bytes) => draw(canvas, geomap.readVectorTile(bytes), z, size))
          .then(() => done(null, canvas), (error) => done(error, canvas));
      }
      return canvas;
    },
  });
})();
