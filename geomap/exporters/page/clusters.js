/* Grouping of points that would lie on top of one another. Each group is seeded by its most reported place, so that two signs are never nearer than the radius. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const EDGE_LAT = 85; // degrees: the Mercator map ends at 85.05, and a sign beyond could not be reached

  geomap.clampLat = (lat) => Math.max(-EDGE_LAT, Math.min(EDGE_LAT, lat));

  /** Project degrees to [0, 1], as Web Mercator does. */
  geomap.mercator = function (lat, lon) {
    const sine = Math.sin((geomap.clampLat(lat) * Math.PI) / 180);
    return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
  };

  /**
   * Group points { place, x, y }, the most important first, within a radius in pixels at a zoom.
   * Returns lists of points; the first of each is its seed. One pass over a grid: 20,000 points take some 20 ms.
   */
  geomap.grouped = function (points, zoom, radius) {
    const size = radius / (256 * 2 ** zoom);
    const columns = Math.ceil(1 / size) + 2;
    const cells = new Map();
    const groups = [];
    for (const point of points) {
      const column = Math.floor(point.x / size) + 1;
      const line = Math.floor(point.y / size) + 1;
      let nearest = null;
      let distance = size * size;
      for (let down = -1; down <= 1; down += 1) {
        for (let right = -1; right <= 1; right += 1) {
          for (const group of cells.get((line + down) * columns + column + right) || []) {
            const [dx, dy] = [group[0].x - point.x, group[0].y - point.y];
            if (dx * dx + dy * dy < distance) [nearest, distance] = [group, dx * dx + dy * dy];
          }
        }
      }
      if (nearest) {
        nearest.push(point);
        continue;
      }
      const group = [point];
      groups.push(group);
      const key = line * columns + column;
      if (cells.has(key)) cells.get(key).push(group);
      else cells.set(key, [group]);
    }
    return groups;
  };
})();
