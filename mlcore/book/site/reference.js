// Shows the functions that have all the words that are looked for, wherever they stand.
"use strict";

const entries = [...document.querySelectorAll(".level3")];
const chapters = [...document.querySelectorAll(".level2")];
const find = document.querySelector(".find");
const said = find.querySelector("output");

document.querySelector(".contents").open = matchMedia("(min-width: 80rem)").matches;
find.addEventListener("submit", event => event.preventDefault());
find.addEventListener("input", () => {
  const words = find.querySelector("input").value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const entry of entries) {
    const text = entry.textContent.toLowerCase();
    entry.hidden = !words.every(word => text.includes(word));
  }
  for (const chapter of chapters) chapter.hidden = !chapter.querySelector(".level3:not([hidden])");
  const found = entries.filter(entry => !entry.hidden).length;
  document.body.classList.toggle("finding", words.length > 0);
  said.textContent = words.length ? `${found} of ${entries.length}` : "";
});

// What has to be scrolled on a phone can be reached with the keyboard.
for (const wide of document.querySelectorAll(".wide")) {
  if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
}
