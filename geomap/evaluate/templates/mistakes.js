"use strict";
const kinds = document.getElementById("kinds");
const show = () => {
  const wanted = new Set([...kinds.querySelectorAll("input:checked")].map((box) => box.value));
  for (const section of document.querySelectorAll("section")) {
    let shown = 0;
    for (const passage of section.querySelectorAll("p")) {
      passage.hidden = !passage.dataset.kinds.split(" ").some((kind) => wanted.has(kind));
      shown += passage.hidden ? 0 : 1;
    }
    section.hidden = shown === 0;
  }
};
kinds.addEventListener("change", show);
