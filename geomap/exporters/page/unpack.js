/* Unpack the page that this one holds, once it comes into view: 50 maps at a time would take half a minute. */
(function () {
  "use strict";

  async function unpack() {
    const packed = document.getElementById("geomap-page").textContent;
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const page = await new Response(stream).text();
    document.open();
    document.write(page);
    document.close();
  }

  if (!("DecompressionStream" in window)) {
    document.body.append("This map needs a newer browser.");
    return;
  }
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    unpack();
  });
  observer.observe(document.documentElement);
})();
