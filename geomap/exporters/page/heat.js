/* The heat map: each visible place that is a point adds a soft spot as strong as its articles; the sums become colors. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const SPOT_PX = 32;
  const COLORS = [[0, "rgb(255 226 150)"], [0.35, "rgb(247 161 83)"], [0.65, "rgb(222 91 54)"], [1, "rgb(140 25 45)"]];

  function palette() {
    const canvas = geomap.element("canvas", { width: 256, height: 1 });
    const context = canvas.getContext("2d");
    const gradient = context.createLinearGradient(0, 0, 256, 0);
    for (const [at, color] of COLORS) gradient.addColorStop(at, color);
    context.fillStyle = gradient;
    context.fillRect(0, 0, 256, 1);
    return context.getImageData(0, 0, 256, 1).data;
  }

  function spot() {
    const canvas = geomap.element("canvas", { width: 2 * SPOT_PX, height: 2 * SPOT_PX });
    const context = canvas.getContext("2d");
    const gradient = context.createRadialGradient(SPOT_PX, SPOT_PX, 0, SPOT_PX, SPOT_PX, SPOT_PX);
    for (const [at, share] of [[0, 1], [0.35, 0.55], [0.7, 0.14], [1, 0]]) gradient.addColorStop(at, `rgb(0 0 0 / ${share * 100}%)`);
    context.fillStyle = gradient;
    context.fillRect(0, 0, 2 * SPOT_PX, 2 * SPOT_PX);
    return canvas;
  }

  const Heat = L.Layer.extend({
    initialize(layer) {
      this.layer = layer;
    },

    onAdd(map) {
      if (!map.getPane("geomap-heat")) map.createPane("geomap-heat").style.zIndex = 405;
      map.getPane("geomap-heat").style.pointerEvents = "none";
      this.canvas = geomap.element("canvas", { class: "leaflet-zoom-hide", "aria-hidden": "true" });
      map.getPane("geomap-heat").append(this.canvas);
      map.on("moveend resize", this.draw, this);
      this.layer.filters.on("change", this.draw, this);
      this.draw();
    },

    onRemove(map) {
      map.off("moveend resize", this.draw, this);
      this.layer.filters.off("change", this.draw, this);
      this.canvas.remove();
    },

    draw() {
      const map = this._map;
      const { x: width, y: height } = map.getSize();
      Object.assign(this.canvas, { width, height });
      L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
      if (!width || !height) return;
      const context = this.canvas.getContext("2d", { willReadFrequently: true });
      const stamp = spot();
      const { articlesAt } = this.layer.filters;
      const places = this.layer.points.map((point) => point.place); // the middle of a country is no place of an event
      const strongest = Math.log2(2 + Math.max(0, ...places.slice(0, 1).map((place) => articlesAt[place])));
      for (const place of places) {
        const { x, y } = map.latLngToContainerPoint(this.layer.latlng(place));
        if (x < -SPOT_PX || y < -SPOT_PX || x > width + SPOT_PX || y > height + SPOT_PX) continue;
        context.globalAlpha = Math.min(1, 0.18 + 0.82 * (Math.log2(1 + articlesAt[place]) / strongest));
        context.drawImage(stamp, x - SPOT_PX, y - SPOT_PX);
      }
      this._color(context, width, height);
    },

    _color(context, width, height) {
      const picture = context.getImageData(0, 0, width, height);
      const colors = palette();
      for (let at = 0; at < picture.data.length; at += 4) {
        const strength = picture.data[at + 3];
        if (!strength) continue;
        picture.data.set(colors.subarray(strength * 4, strength * 4 + 3), at);
        picture.data[at + 3] = Math.min(215, strength * 2.2);
      }
      context.putImageData(picture, 0, 0);
    },
  });

  geomap.heat = (layer) => new Heat(layer);
})();
