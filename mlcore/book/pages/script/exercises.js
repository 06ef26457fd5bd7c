// @ts-check
// The exercises: an editor in place of each stub, checks, hints, and the solution.
import { button, codeAbove, editor, element, shown, waiting, whenNear } from "./page.js";
import { Stopped } from "./python.js";

/** @param {import("./python.js").Python} python @param {import("./keeper.js").Keep} keep */
export function exercises(python, keep) {
  const all = [];
  for (const place of document.querySelectorAll(".exercise")) all.push(exercise(place, all, python, keep));
  if (all.length) whenNear(all[0].place, () => python.start());
  document.querySelector(".note.python")?.remove();
}

function exercise(place, all, python, keep) {
  const { name } = place.dataset, stub = shown(place), wait = waiting(python);
  let kept = keep.get(name), edited;
  const source = () => edited?.source ?? kept?.source ?? stub;
  const verdict = element("div", { className: "verdict", ariaLive: "polite" });
  const printed = element("pre", { className: "output", hidden: true }), solved = element("div", "solved");

  const put = entry => keep.put(name, kept = entry);

  // A verdict on other lines than those that are there stays, but paler.
  const fade = () => verdict.classList.toggle("past", kept?.judged !== source());

  function show() {
    verdict.innerHTML = kept?.verdict ?? "";
    place.classList.toggle("right", kept?.accepted ?? false);
    fade();
  }

  const judge = () => wait.during(check, "Checking", async () => {
    const judged = source();
    const others = all.filter(other => other.name !== name).map(other => other.answer()).filter(Boolean);
    try {
      const told = await python.ask(
        { kind: "check", name, answer: judged, others: Object.fromEntries(others), cells: codeAbove(place) });
      put({ source: source(), judged, verdict: told.html, accepted: told.accepted });
      printed.textContent = told.printed;
      printed.hidden = !told.printed;
    } catch (error) { // if Python could not be loaded, that is said beside the buttons
      if (error instanceof Stopped) put({ source: source(), judged, verdict: stopped(name, error), stopped: true });
    }
    show();
  }, "Check");

  // The solution comes after a try, or when asked for twice.
  async function solve() {
    if (!kept?.verdict && solution.textContent === "Solution") {
      solution.textContent = "Show it without a try?";
      return;
    }
    await wait.during(solution, "Solution", async () => {
      const text = await python.ask({ kind: "solution", name }).catch(() => "");
      if (!text) return;
      const box = element("div");
      solved.replaceChildren(element("p", "", "One way to write it:"), box);
      await editor(box, text.trimEnd(), `Solution: ${name}`, { fixed: true });
      solution.disabled = true;
    }, "Solution");
  }

  // As at first; undo brings the answer back.
  function reset() {
    if (edited) edited.source = stub;
    put(undefined);
    printed.hidden = true;
    show();
  }

  const hints = [...place.querySelectorAll(".hints details")];
  const hint = button(`Hint 1 of ${hints.length}`, () => {
    const next = hints.findIndex(each => each.hidden);
    hints[next].hidden = false;
    hints[next].open = true;
    hint.disabled = next === hints.length - 1;
    if (!hint.disabled) hint.textContent = `Hint ${next + 2} of ${hints.length}`;
  });
  for (const each of hints) each.hidden = true;
  const check = button("Check", judge), solution = button("Solution", solve);
  check.classList.add("first");
  place.querySelector(".hints").ariaLive = "polite";
  place.querySelector(".hints").before(
    element("div", "buttons", check, hint, solution, button("Reset", reset)), wait.place, printed, verdict);
  place.append(solved);
  show();
  whenNear(place, async () => {
    const change = text => {
      put({ ...kept, source: text, stopped: false });
      fade();
    };
    edited = await editor(
      place.querySelector("div.sourceCode"), source(), `Your answer: ${name}`, { change, run: judge });
    edited.place.addEventListener("focusin", () => python.start(), { once: true });
  });
  return { place, name, answer: () => kept && !kept.stopped && kept.source !== stub && [name, kept.source] };
}

const stopped = (name, { message }) =>
  `<div role='status' class='stopped'><p><span aria-hidden='true'>✗ </span><b>${name}: stopped</b></p>` +
  `<p>${message}</p></div>`;
