/* A canvas of many lines and surfaces: kept as numbers, drawn for the view alone, a point per pixel at most. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const PADDING = 0.25; // of the view, so that a short pan finds its map there
  const LEAST_PX = 0.8; // points that are nearer to the last one are left out

  /** Lines of [lat, lon] as Mercator coordinates in [0, 1], with the box of each. */
  geomap.paths = function (lines) {
    const count = lines.reduce((sum, line) => sum + line.length, 0);
    const paths = { x: new Float64Array(count), y: new Float64Array(count), starts: new Int32Array(lines.length + 1), boxes: [] };
    let at = 0;
    lines.forEach((line, number) => {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (const [lat, lon] of line) {
        const [x, y] = geomap.mercator(lat, lon);
        paths.x[at] = x;
        paths.y[at] = y;
        at += 1;
        if (x < box[0]) box[0] = x;
        if (y < box[1]) box[1] = y;
        if (x > box[2]) box[2] = x;
        if (y > box[3]) box[3] = y;
      }
      paths.starts[number + 1] = at;
      paths.boxes.push(box);
    });
    return paths;
  };

  const Canvas = L.Layer.extend({
    /** `parts` are drawn in their order: { paths, look() }, a look being { fill, line, width }. */
    initialize(parts, pane) {
      Object.assign(this, { parts, pane });
    },

    onAdd(map) {
      this.canvas = geomap.element("canvas", { class: "leaflet-zoom-animated", "aria-hidden": "true" });
      this.canvas.style.transformOrigin = "0 0";
      map.getPane(this.pane).append(this.canvas);
      map.on("moveend resize", this.draw, this);
      map.on("zoomanim", this._follow, this);
      this.draw();
    },

    onRemove(map) {
      map.off("moveend resize", this.draw, this);
      map.off("zoomanim", this._follow, this);
      this.canvas.remove();
    },

    /** While the map zooms, the picture grows or shrinks with it. */
    _follow({ center, zoom }) {
      const scale = this._map.getZoomScale(zoom, this.zoom);
      L.DomUtil.setTransform(this.canvas, this._map._latLngToNewLayerPoint(this.corner, zoom, center), scale);
    },

    restyle() {
      if (this._map) this.draw();
    },

    draw() {
      const map = this._map;
      const size = map.getSize();
      if (!size.x || !size.y) return;
      const pad = size.multiplyBy(PADDING).round();
      const [width, height] = [size.x + 2 * pad.x, size.y + 2 * pad.y];
      const origin = map.containerPointToLayerPoint(pad.multiplyBy(-1)).round();
      this.zoom = map.getZoom();
      this.corner = map.layerPointToLatLng(origin);
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
      Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
      L.DomUtil.setPosition(this.canvas, origin);
      const context = this.canvas.getContext("2d");
      context.scale(ratio, ratio);
      context.lineJoin = "round";
      const shift = map.getPixelOrigin().add(origin);
      const view = { scale: 256 * 2 ** this.zoom, left: shift.x, top: shift.y, width, height };
      for (const { paths, look } of this.parts) this._part(context, paths, look(), view);
    },

    /** Draw all lines of a part that are in view, in this turn of the world and the two beside it. */
    _part(context, paths, { fill, line, width }, view) {
      context.beginPath();
      for (const turn of [-1, 0, 1]) {
        for (let number = 0; number < paths.boxes.length; number += 1) {
          const [west, north, east, south] = paths.boxes[number];
          const left = (west + turn) * view.scale - view.left;
          const right = (east + turn) * view.scale - view.left;
          if (right < 0 || left > view.width) continue;
          if (south * view.scale < view.top || north * view.scale > view.top + view.height) continue;
          this._trace(context, paths, number, turn, view);
        }
      }
      if (fill) {
        context.fillStyle = fill;
        context.fill("evenodd");
      }
      if (line) {
        context.strokeStyle = line;
        context.lineWidth = width;
        context.stroke();
      }
    },

    _trace(context, paths, number, turn, { scale, left, top }) {
      const [first, end] = [paths.starts[number], paths.starts[number + 1]];
      let [lastX, lastY] = [Infinity, Infinity];
      for (let at = first; at < end; at += 1) {
        const x = (paths.x[at] + turn) * scale - left;
        const y = paths.y[at] * scale - top;
        if (at !== first && at !== end - 1 && Math.abs(x - lastX) < LEAST_PX && Math.abs(y - lastY) < LEAST_PX) continue;
        if (at === first) context.moveTo(x, y);
        else context.lineTo(x, y);
        [lastX, lastY] = [x, y];
      }
    },
  });

  geomap.canvas = (parts, pane) => new Canvas(parts, pane);
})();
