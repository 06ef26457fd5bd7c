// Each live picture has a frame for every combination of its controls, packed; another for each
// where the page is narrow. They are in the page, or in a file beside it for each of the widths.
// A frame is the number of its still picture, the drawing over it, its sentence, and the places
// of its handles. A hand gets the frame whose handle comes nearest to it.

async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

const phone = matchMedia("screen and (max-width: 40rem)");
const width = () => phone.matches ? "narrow" : "wide";
const files = {};

// From a disk, too, a script can be had.
function file(address) {
  return files[address] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = () => resolve(script.frames);
    script.onerror = reject;
    script.src = address;
    document.head.append(script);
  });
}

async function fetched(live) {
  const inside = live.querySelector(`script.${width()}`);
  if (inside) return unpack(inside.textContent);
  const beside = await file(`${live.dataset.frames}.${width()}.js`);
  return unpack(beside[live.id.replace(/-live$/, "")]);
}

// Where a control stands, counted from 0; of several inputs in a row, the one that is chosen.
function stop(inputs) {
  const chosen = inputs.find(each => !each.matches("[type=checkbox], [type=radio]") || each.checked);
  return chosen ? Number(chosen.value) : 0;
}

function put(inputs, value) {
  for (const each of inputs) {
    if (each.matches("[type=checkbox], [type=radio]")) each.checked = Number(each.value) === value;
    else each.value = value;
    if (each.type === "range") say(each);
  }
}

function say(slider) {
  const words = JSON.parse(slider.dataset.said)[slider.value];
  slider.nextElementSibling.value = words;
  slider.setAttribute("aria-valuetext", words);
}

function words(inputs) {
  const chosen = inputs.find(each => each.checked) ?? inputs[0];
  const [label, said = ""] = [chosen.closest("label, button"), chosen.nextElementSibling?.value];
  return `${label.firstChild.textContent.trim() || label.textContent.trim()} ${said}`.trim();
}

function bring(live) {
  const form = live.querySelector("form"), controls = {}, all = JSON.parse(live.dataset.handles);
  const handles = structuredClone(all[width()]), parts = ["img", ".mlcore-front"];
  const both = [live, live.querySelector("template").content];
  const [wide, narrow] = both.map(each => parts.map(part => each.querySelector(part)));
  const firsts = { wide: wide[0].src, narrow: narrow[0].src };
  for (const each of form.querySelectorAll("[data-stride]")) {
    (controls[each.dataset.control] ??= []).push(each);
  }
  const count = key => Number(controls[key][0].dataset.count);
  const stride = key => Number(controls[key][0].dataset.stride);
  const standing = () => Object.keys(controls).reduce(
    (sum, key) => sum + stop(controls[key]) * stride(key), 0);
  let unpacked, show, held;

  async function now() {
    const { stills, frames } = await (unpacked ??= fetched(live));
    const [picture, moving, sentence, places] = frames[standing()];
    show({
      still: stills[picture] || firsts[width()], moving, sentence,
      places: places.map((place, i) =>
        place && [...place, handles[i].moves.map(key => words(controls[key])).join(", ")]),
    });
  }

  // All stops of these controls, the others as they are: [stops, number of the frame].
  function* within([key, ...rest], at) {
    if (!key) return void (yield [{}, at]);
    at -= stop(controls[key]) * stride(key);
    for (let value = 0; value < count(key); value++) {
      for (const [stops, found] of within(rest, at + value * stride(key))) {
        yield [{ ...stops, [key]: value }, found];
      }
    }
  }

  async function take({ handle, first, places, by }) {
    const { frames } = await (unpacked ??= fetched(live));
    const start = frames[standing()][3], { moves } = handles[handle];
    if (first || by) held = start;
    const far = (one, other) => one && other ? Math.hypot(one[0] - other[0], one[1] - other[1]) : 9;
    const [x, y] = start[handle], [right, up] = by ?? [];
    const way = by && (handles[handle].along === "x" ? [right || up, 0] :
      handles[handle].along === "y" ? [0, -(up || right)] : [right, -up]);
    let best = [Infinity];
    for (const [stops, at] of within(moves, standing())) {
      const here = frames[at][3][handle];
      if (!here) continue;
      const [dx, dy] = [here[0] - x, here[1] - y];
      const ahead = way && dx * Math.sign(way[0]) + dy * Math.sign(way[1]);
      if (way && ahead < 1e-4) continue;
      const miss = way ? Math.abs(ahead - 0.01 * Math.max(...way.map(Math.abs))) + 2 *
        (Math.abs(dx) + Math.abs(dy) - ahead) : far(here, places.at(-1));
      // What else can be held stays where it was, as far as it can.
      const others = frames[at][3].reduce(
        (sum, place, i) => sum + (i === handle ? 0 : far(place, held[i]) ** 2), 0);
      const cost = miss ** 2 + 0.05 * others;
      if (cost < best[0]) best = [cost, stops];
    }
    for (const key in best[1]) put(controls[key], best[1][key]);
    await now();
  }

  form.addEventListener("input", event => {
    if (event.target.type === "range") say(event.target);
    // With another patient the consultation begins anew.
    const others = event.target.matches("[data-anew]") ? Object.keys(controls) : [];
    for (const key of others.filter(each => each !== event.target.dataset.control)) put(controls[key], 0);
    now();
  });
  form.addEventListener("click", ({ target }) => {
    if (!target.matches("button[data-stride]")) return;
    target.value = (Number(target.value) + 1) % target.dataset.count;
    now();
  });
  form.addEventListener("reset", () => setTimeout(() => {
    form.querySelectorAll("[type=range]").forEach(say);
    form.querySelectorAll("button[data-stride]").forEach(button => { button.value = 0; });
    now();
  }));
  for (const button of form.querySelectorAll(".mlcore-watch")) {
    const slider = button.previousElementSibling.querySelector("[type=range]");
    const to = value => {
      slider.value = value;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    };
    watchable(live, live.querySelector(".mlcore-picture"), button,
      () => to(Number(slider.value) + 1), () => to(0));
  }
  // A phone that is turned gets the other pictures.
  phone.addEventListener("change", () => {
    all[width()].forEach((handle, i) => Object.assign(handles[i], handle));
    unpacked = undefined;
    now();
  });
  if (phone.matches) [wide[0].src, wide[1].innerHTML] = [narrow[0].src, narrow[1].innerHTML];
  form.hidden = false;
  enliven(live, { handles, take, listen: listener => { show = listener; } });
  if (handles.length) now();
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
document.querySelectorAll(".live").forEach(bring);
reach();
addEventListener("resize", reach);
