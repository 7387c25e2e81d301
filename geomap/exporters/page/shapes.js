/* Outlines and areas: encoded polylines back to positions, rings made whole across the antimeridian. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const AREA_SCALE = 1000;
  let outlines = null;

  /** Decode a polyline into [lat, lon] lists in degrees. */
  geomap.decode = function (text, scale) {
    const positions = [];
    let at = 0;
    let lat = 0;
    let lon = 0;
    const number = () => {
      let shift = 0;
      let value = 0;
      let piece;
      do {
        piece = text.charCodeAt(at++) - 63;
        value |= (piece & 31) << shift;
        shift += 5;
      } while (piece >= 32);
      return value & 1 ? ~(value >> 1) : value >> 1;
    };
    while (at < text.length) {
      lat += number();
      lon += number();
      positions.push([lat / scale, lon / scale]);
    }
    return positions;
  };

  /** Move positions by whole turns, so that none is more than half a turn from the one before. */
  function unwrapped(positions) {
    let turns = 0;
    return positions.map(([lat, lon], number) => {
      if (number) turns -= Math.round((lon - positions[number - 1][1]) / 360) * 360;
      return [lat, lon + turns];
    });
  }

  /** Move a ring or line by whole turns, so that its middle lies between -180 and 180. */
  function centered(positions) {
    const lons = positions.map((position) => position[1]);
    const shift = Math.round((Math.min(...lons) + Math.max(...lons)) / 720) * 360;
    return shift ? positions.map(([lat, lon]) => [lat, lon - shift]) : positions;
  }

  /** Close a ring around a pole by way of the pole. */
  function closedAtPole(ring) {
    const [first, last] = [ring[0], ring[ring.length - 1]];
    if (Math.abs(first[1] - last[1]) < 180) return ring;
    const pole = first[0] < 0 ? -90 : 90;
    return [...ring, [pole, last[1]], [pole, first[1]]];
  }

  function joined(arcs, numbers) {
    const ring = [];
    for (const number of numbers) {
      const arc = number >= 0 ? arcs[number] : arcs[~number].slice().reverse();
      ring.push(...(ring.length ? arc.slice(1) : arc));
    }
    return closedAtPole(centered(unwrapped(ring)));
  }

  /** Add copies a turn away of what lies near the antimeridian, so that the map goes on there. */
  geomap.withCopies = function (lines) {
    const moved = (line, turn) => line.map(([lat, lon]) => [lat, lon + turn]);
    const copies = [];
    for (const line of lines) {
      if (line.some((position) => position[1] > 90)) copies.push(moved(line, -360));
      if (line.some((position) => position[1] < -90)) copies.push(moved(line, 360));
    }
    return [...lines, ...copies];
  };

  /** Return the outlines of the countries; they are decoded once. */
  geomap.outlines = function () {
    if (outlines) return outlines;
    const source = JSON.parse(document.getElementById("geomap_outlines").textContent);
    const arcs = source.arcs.map((text) => geomap.decode(text, source.scale));
    const uses = new Uint8Array(arcs.length);
    const countries = source.countries.map((country) => {
      for (const ring of country.rings) for (const number of ring) uses[number < 0 ? ~number : number] += 1;
      return { ...country, rings: country.rings.map((ring) => joined(arcs, ring)) };
    });
    const byCode = new Map(countries.map((country) => [country.code, country]));
    outlines = { countries, byCode, ...lines(arcs, uses) };
    return outlines;
  };

  /** Tell coasts (arcs of one country) from borders (of two), without the cut along the antimeridian. */
  function lines(arcs, uses) {
    const coasts = [];
    const borders = [];
    arcs.forEach((arc, number) => {
      const onEdge = ([lat, lon]) => Math.abs(Math.abs(lon) - 180) < 0.02 || lat < -89.9;
      let part = [];
      unwrapped(arc).forEach((position, index, all) => {
        if (index && onEdge(position) && onEdge(all[index - 1])) {
          if (part.length > 1) (uses[number] > 1 ? borders : coasts).push(centered(part));
          part = [];
        }
        part.push(position);
      });
      if (part.length > 1) (uses[number] > 1 ? borders : coasts).push(centered(part));
    });
    return { coasts, borders };
  }

  /** Return a Leaflet layer for the area of a place, or null where nothing is known of it. */
  geomap.shape = function (area, latlng, options) {
    if (!area) return null;
    if (area.country) {
      const country = geomap.outlines().byCode.get(area.country);
      return country ? L.polygon(country.rings, { ...options, fillRule: "evenodd" }) : null;
    }
    if (area.lines) {
      const parts = area.lines.map((text) => geomap.decode(text, AREA_SCALE));
      return area.closed
        ? L.polygon(parts, { ...options, fillRule: "evenodd" })
        : L.polyline(parts, { ...options, fill: false, weight: 3 });
    }
    const vague = { ...options, dashArray: "4 6" };
    if (area.km) return L.circle(latlng, { ...vague, radius: area.km * 1000 });
    const [south, west, north, east] = area.box;
    return L.rectangle([[south, west], [north, east]], vague);
  };
})();
