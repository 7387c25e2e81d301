/* "Why this place": the reasons of the chosen place beside those of the runner-up, as bars that one can compare. */
(function () {
  "use strict";

  const geomap = L.geomap;

  function bar(value, most) {
    const track = geomap.element("span", { class: value < 0 ? "geomap-bar geomap-bar-against" : "geomap-bar" });
    const fill = geomap.element("i");
    fill.style.width = `${Math.round((Math.abs(value) / most) * 100)}%`;
    track.append(fill);
    return track;
  }

  /** The table of two columns: a row per reason, what it added for each place, and the sums. */
  function table(data, chosen, other) {
    const names = [...new Set([...chosen, ...other].map(([name]) => name))];
    const most = Math.max(1, ...[...chosen, ...other].map(([, value]) => Math.abs(value)));
    const valueOf = (reasons, name) => reasons.filter(([each]) => each === name).reduce((sum, [, value]) => sum + value, 0);
    const cell = (value) => {
      const text = value ? (value / 100).toFixed(2).replace("-", "−") : "–";
      return geomap.element("td", {}, geomap.element("span", { dir: "ltr" }, text), value ? bar(value, most) : null);
    };
    const rows = names.map((name) => {
      const note = [...chosen, ...other].find(([each, , text]) => each === name && text >= 0);
      const label = geomap.element("th", { scope: "row" }, geomap.term("evidence", data.evidence[name]));
      if (note) label.append(geomap.element("small", { dir: "auto" }, data.notes[note[2]]));
      return geomap.element("tr", {}, label, cell(valueOf(chosen, name)), other.length ? cell(valueOf(other, name)) : null);
    });
    return geomap.element("tbody", {}, ...rows);
  }

  /** Build the details for one sighting, or null where nothing is known of its candidates. */
  geomap.why = function (data, row) {
    const rival = data.sightings.rival[row];
    if (rival === -2) return null;
    const [chosen, other] = data.reasons[data.sightings.why[row]] || [[], []];
    const details = geomap.element("details", { class: "geomap-why" }, geomap.element("summary", {}, geomap.say("why")));
    details.addEventListener("toggle", () => {
      if (!details.open || details.childElementCount > 1) return;
      const name = geomap.placeName(data, data.placeOf[row]);
      const head = [geomap.element("td"), geomap.element("th", { scope: "col", dir: "auto" }, name)];
      if (rival >= 0) head.push(runnerUp(data.rivals[rival]));
      details.append(geomap.element("p", {}, geomap.say(rival >= 0 ? "runnerUp" : "onlyCandidate")));
      const rows = chosen.length ? table(data, chosen, other) : null;
      details.append(geomap.element("table", {}, geomap.element("thead", {}, geomap.element("tr", {}, ...head)), rows));
      details.dispatchEvent(new CustomEvent("geomap:grown", { bubbles: true }));
    });
    return details;
  };

  function runnerUp([title, kind, lat, lon]) {
    const where = `${geomap.term("kind", kind)} ${lat.toFixed(1)}, ${lon.toFixed(1)}`.trim();
    return geomap.element("th", { scope: "col", dir: "auto" }, title, geomap.element("small", {}, where));
  }
})();
