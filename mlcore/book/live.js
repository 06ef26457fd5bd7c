// A picture that follows the hand: its still parts, the moving drawing laid over them, the
// sentence below, and handles to hold it by. In Jupyter anywidget calls `render`; a page without
// a kernel calls `enliven` with a model of its own, which has
//   handles   a list of {name, along: "x" | "y" | "xy", box: [left, top, right, bottom] that it
//             is seen in, anywhere: whether a touch in the box takes it there, draws: whether
//             strokes in the box are told point by point}
//   listen    takes a function, and calls it with every new frame: {still, moving, sentence,
//             alert, places: a list of [x, y, what it says] or null}
//   take      is told what the hand does: {handle, first, places: [[x, y], ...]} or
//             {handle, by: [strides to the right, strides up]}
// Places are shares of the picture's width and height, from its upper left.

const SKELETON = `
<div class="mlcore-picture"><img alt=""><div class="mlcore-front"></div></div>
<p class="mlcore-sentence" aria-live="polite"></p>`;

const KEYS = {
  ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
  PageUp: [0, 10], PageDown: [0, -10],
};

export function enliven(element, model) {
  if (!element.querySelector(".mlcore-picture")) element.innerHTML = SKELETON;
  const [picture, still, front, words] = ["picture", "picture > img", "front", "sentence"].map(
    part => element.querySelector(`.mlcore-${part}`));
  const grips = model.handles.map(grip);
  let source = "", places = [], held = null;

  function grip({ name, along, box, draws }, handle) {
    const grip = document.createElement("div");
    picture.append(grip);
    grip.className = "mlcore-handle";
    if (draws) {  // with the controls everything can be drawn by key
      grip.classList.add("draws");
      grip.ariaHidden = "true";
      const [left, top, right, bottom] = box.map(share => 100 * share);
      grip.style.inset = `${top}% ${100 - right}% ${100 - bottom}% ${left}%`;
      return grip;
    }
    Object.assign(grip.dataset, { along, lmSuppressShortcuts: "true" });
    Object.assign(grip, {
      tabIndex: 0, role: "slider", ariaLabel: name, ariaValueMin: 0, ariaValueMax: 100,
      ariaOrientation: along === "y" ? "vertical" : "horizontal",
    });
    grip.addEventListener("keydown", event => {
      let by = KEYS[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.shiftKey) by = by.map(stride => 10 * stride);
      model.take({ handle, by });
    });
    return grip;
  }

  function show(frame) {
    if (source !== frame.still) still.src = source = frame.still;
    front.innerHTML = frame.moving;
    words.textContent = frame.alert || frame.sentence;
    words.role = frame.alert ? "alert" : null;
    places = frame.places.map((place, i) => {
      if (!place) return place;
      const [left, top, right, bottom] = model.handles[i].box, [x, y, says] = place;
      return [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom), says];
    });
    grips.forEach((grip, i) => {
      grip.hidden = !places[i] && !model.handles[i].draws;
      if (!places[i]) return;
      const [x, y, says] = places[i];
      Object.assign(grip.style, { left: `${100 * x}%`, top: `${100 * y}%` });
      grip.ariaValueNow = Math.round(100 * (grip.dataset.along === "y" ? 1 - y : x));
      grip.ariaValueText = says;
    });
  }

  function place(event) {
    const { left, top, width, height } = picture.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  // Where handles crowd, the nearest is meant.
  function nearest(event, found) {
    if (model.handles[found].draws) return found;
    const far = grips.map(grip => {
      const { x, y, width } = grip.getBoundingClientRect();
      const away = Math.hypot(event.clientX - x - width / 2, event.clientY - y - width / 2);
      return grip.hidden || grip.matches(".draws") ? Infinity : away;
    });
    return far.indexOf(Math.min(...far));
  }

  picture.addEventListener("pointerdown", event => {
    const found = grips.indexOf(event.target);
    if (found < 0 || held || event.button) return;
    event.preventDefault();
    const handle = nearest(event, found), [x, y] = place(event);
    const { draws } = model.handles[handle];
    const [left, top] = draws ? [x, y] : places[handle];
    held = { handle, draws, pointer: event.pointerId, off: [left - x, top - y], first: true };
    held.trail = draws ? [[x, y]] : [];
    grips[handle].setPointerCapture(event.pointerId);
    grips[handle].focus({ preventScroll: true });
    grips[handle].classList.add("held");
    if (draws) requestAnimationFrame(tell);
  });

  picture.addEventListener("pointermove", event => {
    if (event.pointerId !== held?.pointer) return;
    const [x, y] = place(event), here = [x + held.off[0], y + held.off[1]];
    if (!held.trail.length) requestAnimationFrame(tell);
    held.trail = held.draws ? [...held.trail, here] : [here];
  });

  // One message for each frame of the screen: of a handle the newest place, of a stroke all.
  function tell() {
    if (!held?.trail.length) return;
    model.take({ handle: held.handle, first: held.first, places: held.trail });
    held.first = false;
    held.trail = [];
  }

  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    picture.addEventListener(end, event => {
      if (event.pointerId !== held?.pointer) return;
      tell();
      grips[held.handle].classList.remove("held");
      held = null;
    });
  }

  picture.addEventListener("click", event => {
    if (grips.includes(event.target)) return;
    const [x, y] = place(event);
    const handle = model.handles.findIndex(({ anywhere, box: [left, top, right, bottom] }) =>
      anywhere && x >= left && y >= top && x <= right && y <= bottom);
    if (handle < 0) return;
    model.take({ handle, first: true, places: [[x, y]] });
    grips[handle].focus({ preventScroll: true });
  });

  model.listen(show);
}

// A walk to watch: at a press, step after step, the first ones slowly, until it is pressed again,
// another control is touched or nothing moves any more; from the end it begins again. Whoever
// asks for little motion keeps the steps alone.
export function watchable(panel, picture, button, step, again) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return button.remove();
  const words = picture.parentElement.querySelector(".mlcore-sentence");
  const drawn = () => [...picture.querySelectorAll(".mlcore-front path, .mlcore-front use")]
    .map(part => part.outerHTML).join();
  const pause = time => new Promise(resolve => setTimeout(resolve, time));
  let walks = false;

  function go(on) {
    walks = on;
    button.textContent = on ? "Stop" : "Watch";
    words.ariaLive = on ? "off" : "polite";  // of many sentences the last is told
    if (!on) words.textContent = words.textContent;
  }

  async function walk() {
    for (let taken = 0; walks && button.isConnected; taken++) {
      const before = drawn();
      step();
      await pause(Math.max(60, 500 * 0.9 ** taken));
      for (let n = 0; walks && drawn() === before && n < 15; n++) await pause(100);
      if (drawn() !== before) continue;
      if (taken || !walks) break;
      again();
      await pause(500);
    }
    go(false);
  }

  button.type = "button";
  button.textContent = "Watch";
  button.addEventListener("click", () => {
    if (walks) return void (walks = false);
    go(true);
    walk();
  });
  for (const touch of ["pointerdown", "keydown"]) {
    panel.addEventListener(touch, ({ target }) => { walks &&= target === button; });
  }
}

// The buttons for steps in Jupyter get one to watch them.
function watch(panel, picture) {
  const buttons = [...panel.querySelectorAll("button")];
  const [step, again] = ["Step", "Back to step 0"].map(
    name => buttons.find(button => button.textContent.trim() === name));
  if (!step || !again || panel.querySelector(".mlcore-watch")) return;
  const button = document.createElement("button");
  button.className = `${step.className} mlcore-watch`;
  button.style.width = "auto";
  again.before(button);
  watchable(panel, picture, button, () => step.click(), () => again.click());
}

// What ipywidgets leaves out: names for its sliders, and arrow keys that stay with them in
// Notebook 7.
function name(live) {
  for (const handle of live.querySelectorAll(".noUi-handle")) {
    const label = handle.closest(".jupyter-widgets").querySelector(".widget-label");
    handle.ariaLabel = label.textContent;
    handle.dataset.lmSuppressShortcuts = "true";
  }
}

function render({ model, el }) {
  enliven(el, {
    handles: model.get("handles"),
    take: hand => model.send(hand),
    listen(show) {
      const now = () => show({ still: model.get("still"), ...model.get("frame") });
      model.on("change:still", now);
      model.on("change:frame", now);
      now();
    },
  });
  let patience = 600;
  requestAnimationFrame(function wake() {
    const panel = el.closest(".mlcore-live")?.firstElementChild;
    if (!panel) return void (patience-- && requestAnimationFrame(wake));
    const complete = () => { name(panel); watch(panel, el.querySelector(".mlcore-picture")); };
    new MutationObserver(complete).observe(panel, { childList: true, subtree: true });
    complete();
  });
}

export default { render };
