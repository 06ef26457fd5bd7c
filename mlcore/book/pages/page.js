// Each live picture carries a frame for every combination of its controls, packed.
// A frame is the number of its still picture, the drawing over it, its sentence, and the places
// of its handles. A hand gets the frame whose handle comes nearest to it.

async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
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
  const form = live.querySelector("form"), handles = JSON.parse(live.dataset.handles);
  const first = live.querySelector("img").src, controls = {};
  for (const each of form.querySelectorAll("[data-stride]")) {
    (controls[each.dataset.control] ??= []).push(each);
  }
  const count = key => Number(controls[key][0].dataset.count);
  const stride = key => Number(controls[key][0].dataset.stride);
  const standing = () => Object.keys(controls).reduce(
    (sum, key) => sum + stop(controls[key]) * stride(key), 0);
  let unpacked, show, held;

  async function now() {
    const { stills, frames } = await (unpacked ??= unpack(live.querySelector("script").textContent));
    const [picture, moving, sentence, places] = frames[standing()];
    show({
      still: stills[picture] || first, moving, sentence,
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
    const { frames } = await (unpacked ??= unpack(live.querySelector("script").textContent));
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
