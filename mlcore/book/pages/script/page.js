// @ts-check
// The parts of which the living page is made: buttons, editors, and what Python is doing.

/** An element with these properties, or this class, around what is inside. @returns {any} */
export function element(tag, looks = {}, ...inside) {
  const made = document.createElement(tag);
  Object.assign(made, typeof looks === "string" ? { className: looks } : looks);
  made.append(...inside);
  return made;
}

export const button = (words, press) => element("button", { type: "button", onclick: press }, words);

/** Put an editor in this place; what it needs is fetched when the first one is wanted. */
export async function editor(place, source, label, options) {
  const { edit } = await import("./editor.js"), box = element("div", "editor");
  place.replaceWith(box);
  return edit(box, source, label, options);
}

/** What Python is doing, for those who wait for it. @param {import("./python.js").Python} python */
export function waiting(python) {
  const words = element("span"), again = button("Try again", () => python.start());
  const bar = element("progress", { ariaLabel: "How much of Python is there" });
  const place = element("div", { className: "waiting", role: "status" }, words, bar, again);
  let wanted = 0;
  const show = () => {
    const failed = python.state === "failed";
    words.textContent = python.words;
    bar.hidden = failed || python.state === "ready";
    if (python.share === undefined) bar.removeAttribute("value");
    else bar.value = python.share;
    again.hidden = !failed;
    place.hidden = !(wanted || failed) || !python.words;
  };
  python.watchers.add(show);
  show();

  /** While Python does this, the button that was pressed says so. */
  async function during(pressed, doing, work, done) {
    const turn = (words, more) => {
      pressed.textContent = words;
      wanted += more;
      show();
    };
    turn(doing, 1);
    await work().finally(() => turn(done, -1));
  }
  return { place, during };
}

/** The code that a cell shows. */
export const shown = cell => (cell.querySelector("pre code")?.textContent ?? "").replace(/\n$/, "");

/** What cells say now, as the reader has changed them. */
export const changed = new WeakMap();

/** All code of the chapter above this. */
export const codeAbove = place => [...document.querySelectorAll(".cell")]
  .filter(cell => cell.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING)
  .map(cell => changed.get(cell) ?? shown(cell));

/** Call when the reader comes near. */
export function whenNear(place, call) {
  const watch = new IntersectionObserver(entries => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    watch.disconnect();
    call();
  }, { rootMargin: "100% 0%" });
  watch.observe(place);
}
