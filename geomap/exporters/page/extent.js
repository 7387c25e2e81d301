/* How far places reach: bounds, also across the antimeridian, and the zoom at which a place stands alone. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const WIDE = 60; // degrees: of a wider area (Russia, an ocean) the point is enough
  const SHAPED = 300; // of more places the areas are not looked at
  const MUCH_NARROWER = 0.7; // across the antimeridian: else the usual map of the world is easier to read
  const DEEPEST = 14;

  geomap.SIGN_RADIUS = 48; // px: signs of towns one would tell apart stay apart
  geomap.NEAR_ZOOM = 8; // a town and its surroundings

  function boxOf(layer, place, shaped) {
    const { lat, lon, area } = layer.data.places;
    const shape = shaped && area[place] !== null ? geomap.areaOfPlace(layer, place) : null;
    const own = shape && geomap.boundsOf(shape);
    const point = [geomap.clampLat(lat[place]), lon[place]];
    return own && own.getEast() - own.getWest() <= WIDE ? own : L.latLngBounds([point, point]);
  }

  /** The narrowest bounds of places, across the antimeridian where that is much shorter. */
  geomap.boundsOfPlaces = function (layer, places) {
    const boxes = places.map((place) => boxOf(layer, place, places.length <= SHAPED));
    const sorted = boxes.map((box) => box.getCenter().lng).sort((one, other) => one - other);
    let [widest, after] = [0, -Infinity];
    sorted.forEach((here, at) => {
      if (at && here - sorted[at - 1] > widest) [widest, after] = [here - sorted[at - 1], here];
    });
    if (360 - widest > (sorted[sorted.length - 1] - sorted[0]) * MUCH_NARROWER) after = -Infinity;
    const bounds = L.latLngBounds([]);
    for (const box of boxes) {
      const turn = box.getCenter().lng < after ? 360 : 0;
      bounds.extend([[box.getSouth(), box.getWest() + turn], [box.getNorth(), box.getEast() + turn]]);
    }
    return bounds;
  };

  /** The zoom at which a place has a sign of its own, or as far as that is worth going. */
  geomap.zoomAlone = function (layer, place) {
    const { lat, lon } = layer.data.places;
    const [x, y] = geomap.mercator(lat[place], lon[place]);
    let nearest = 1;
    for (const point of layer.points) {
      if (point.place !== place) nearest = Math.min(nearest, Math.hypot(point.x - x, point.y - y));
    }
    const zoom = Math.ceil(Math.log2(geomap.SIGN_RADIUS / 256 / Math.max(nearest, 1e-9)) * 2) / 2;
    return Math.max(geomap.NEAR_ZOOM, Math.min(zoom, DEEPEST, layer._map.getMaxZoom()));
  };
})();
