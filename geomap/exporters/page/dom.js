/* Making elements. Texts of articles become text nodes, never markup; each is isolated from the direction of the others. */
(function () {
  "use strict";

  const geomap = (L.geomap = L.geomap || {});

  /** Make an element; children are elements or texts. A `class`, a `hidden` or an `aria-label` are attributes. */
  geomap.element = function (tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  /** Make a button that does something. */
  geomap.button = function (attributes, act, ...children) {
    const button = geomap.element("button", { type: "button", ...attributes }, ...children);
    button.addEventListener("click", act);
    return button;
  };

  /** Make an icon from a path of a 24 x 24 grid. */
  geomap.icon = function (path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", class: "geomap-icon", "aria-hidden": "true" })) {
      svg.setAttribute(name, value);
    }
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  /** Append the parts joined by middle dots, each isolated from the others' direction. */
  geomap.dotted = function (element, parts) {
    parts.filter((part) => part !== "" && part !== null && part !== undefined).forEach((part, number) => {
      if (number) element.append(" · ");
      element.append(geomap.element("bdi", {}, part));
    });
    return element;
  };

  /** Append the text, its spans [start, end] in <mark>. */
  geomap.appendMarked = function (element, text, spans) {
    let done = 0;
    for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
      if (start < done || end > text.length) continue;
      element.append(text.slice(done, start), geomap.element("mark", {}, text.slice(start, end)));
      done = end;
    }
    element.append(text.slice(done));
    return element;
  };

  /** Return the address if a click on it does no harm, else null. */
  geomap.safeLink = function (url) {
    try {
      const parsed = new URL(url);
      return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : null;
    } catch {
      return null;
    }
  };

  /** Call a function at most once per frame, with the latest arguments. */
  geomap.oncePerFrame = function (act) {
    let waiting = null;
    return (...args) => {
      if (!waiting) requestAnimationFrame(() => {
        const latest = waiting;
        waiting = null;
        act(...latest);
      });
      waiting = args;
    };
  };
})();
