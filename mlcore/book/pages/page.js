// Each live picture carries a frame for every combination of its controls, packed.
// A frame is the number of its still picture, the drawing over it, and its sentence.
"use strict";

async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

// Where a control stands, counted from 0.
function place(control) {
  const off = control.matches("[type=checkbox], [type=radio]") && !control.checked;
  return off ? 0 : Number(control.value);
}

function enliven(live) {
  const form = live.querySelector("form");
  const controls = [...form.querySelectorAll("[data-stride]")];
  const layers = live.querySelector(".layers");
  const still = layers.querySelector("img"), first = still.src;
  let unpacked;

  async function show() {
    unpacked ??= unpack(live.querySelector("script").textContent);
    const { stills, frames } = await unpacked;
    const at = controls.reduce((sum, each) => sum + place(each) * each.dataset.stride, 0);
    const [picture, drawing, sentence] = frames[at];
    const source = stills[picture] || first;
    if (still.src !== source) still.src = source;
    layers.replaceChildren(still);
    layers.insertAdjacentHTML("beforeend", drawing);
    live.querySelector("figcaption").textContent = sentence;
  }

  function say(slider) {
    const words = JSON.parse(slider.dataset.said)[slider.value];
    slider.nextElementSibling.value = words;
    slider.setAttribute("aria-valuetext", words);
  }

  form.addEventListener("input", event => {
    if (event.target.type === "range") say(event.target);
    show();
  });
  form.addEventListener("click", ({ target }) => {
    if (!target.dataset.of) return;
    target.value = (Number(target.value) + 1) % target.dataset.of;
    show();
  });
  form.addEventListener("reset", () => setTimeout(() => {
    form.querySelectorAll("[type=range]").forEach(say);
    form.querySelectorAll("[data-of]").forEach(button => { button.value = 0; });
    show();
  }));
  form.hidden = false;
}

// What is wider than its column scrolls, also by key.
function reach() {
  for (const wide of document.querySelectorAll(".wide")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}

const contents = document.querySelector(".contents");
if (contents) contents.open = matchMedia("(min-width: 80rem)").matches;
document.querySelectorAll(".live").forEach(enliven);
reach();
addEventListener("resize", reach);
