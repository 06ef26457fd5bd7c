// @ts-check
// The exercises: an editor in place of each stub, checks, hints, and the solution.
import { button, codeAbove, element, shown, waiting, whenNear } from "./page.js";
import { Stopped } from "./python.js";

const SECONDS = 5;

/** @param {import("./python.js").Python} python @param {import("./keeper.js").Keep} keep */
export function exercises(python, keep) {
  const all = [...document.querySelectorAll(".exercise")].map(place =>
    new Exercise(/** @type {HTMLElement} */ (place), python, keep));
  for (const exercise of all) exercise.others = all.filter(other => other !== exercise);
  if (all.length) whenNear(all[0].place, () => python.start());
  document.querySelector(".note.python")?.remove();
}

class Exercise {
  /** @type {Exercise[]} */
  others = [];
  /** @type {ReturnType<typeof import("./editor.js").edit> | undefined} */
  editor;

  /**
   * @param {HTMLElement} place
   * @param {import("./python.js").Python} python
   * @param {import("./keeper.js").Keep} keep
   */
  constructor(place, python, keep) {
    [this.place, this.python, this.keep] = [place, python, keep];
    this.name = place.dataset.name ?? "";
    this.stub = shown(place);
    this.kept = keep.get(this.name);
    this.buttons();
    this.show(this.kept?.verdict ?? "", this.kept?.accepted);
    whenNear(place, () => this.open());
  }

  /** What the reader has written. */
  get source() {
    return this.editor?.source ?? this.kept?.source ?? this.stub;
  }

  buttons() {
    const hints = [...this.place.querySelectorAll(".hints details")];
    this.waiting = waiting(this.python);
    this.verdict = element("div", "verdict");
    this.verdict.setAttribute("aria-live", "polite");
    this.printed = element("pre", "output");
    this.printed.hidden = true;
    this.solved = element("div", "solved");
    this.check = button("Check", () => this.judge());
    this.check.classList.add("first");
    const hint = button(`Hint 1 of ${hints.length}`, () => {
      const next = hints.findIndex(each => /** @type {HTMLElement} */ (each).hidden);
      const opened = /** @type {HTMLDetailsElement} */ (hints[next]);
      opened.hidden = false;
      opened.open = true;
      hint.disabled = next === hints.length - 1;
      if (!hint.disabled) hint.textContent = `Hint ${next + 2} of ${hints.length}`;
    });
    for (const each of hints) /** @type {HTMLElement} */ (each).hidden = true;
    this.solution = button("Solution", () => this.solve());
    const reset = button("Reset", () => this.reset());
    const row = element("div", "buttons", this.check, hint, this.solution, reset);
    this.place.querySelector(".hints")?.before(row, this.waiting.place, this.printed, this.verdict);
    this.place.querySelector(".hints")?.setAttribute("aria-live", "polite");
    this.place.append(this.solved);
  }

  /** Put an editor in place of the stub. */
  async open() {
    const { edit } = await import("./editor.js");
    const stub = this.place.querySelector("div.sourceCode");
    const box = element("div", "editor");
    this.editor = edit(box, this.source, `Your answer: ${this.name}`, {
      change: source => this.write(source),
      run: () => this.judge(),
    });
    stub?.replaceWith(box);
    box.addEventListener("focusin", () => this.python.start(), { once: true });
  }

  /** @param {string} source */
  write(source) {
    const { stopped, ...kept } = this.kept ?? {};
    this.kept = { ...kept, source };
    this.keep.put(this.name, this.kept);
    this.fade();
  }

  /** A verdict on other lines than those that are there stays, but paler. */
  fade() {
    this.verdict?.classList.toggle("past", this.kept?.judged !== this.source);
  }

  /** @param {string} verdict @param {boolean} [accepted] */
  show(verdict, accepted) {
    if (!this.verdict) return;
    this.verdict.innerHTML = verdict;
    this.place.classList.toggle("right", accepted ?? false);
    this.fade();
  }

  async judge() {
    const answer = this.source;
    const others = this.others.filter(({ kept, stub }) => kept && !kept.stopped && kept.source !== stub);
    this.wait(true);
    try {
      const told = await this.python.ask({
        kind: "check", seconds: SECONDS, name: this.name, answer, cells: codeAbove(this.place),
        others: Object.fromEntries(others.map(({ name, source }) => [name, source])),
      });
      this.keepVerdict(answer, told.html, told.accepted);
      this.print(told.printed);
    } catch (error) {
      if (error instanceof Stopped) this.keepVerdict(answer, stopped(this.name), false, true);
    }
    this.wait(false);
  }

  /** @param {string} judged @param {string} verdict @param {boolean} accepted */
  keepVerdict(judged, verdict, accepted, stopped = false) {
    this.kept = { source: this.source, judged, verdict, accepted, stopped };
    this.keep.put(this.name, this.kept);
    this.show(verdict, accepted);
  }

  /** @param {string} text */
  print(text) {
    if (!this.printed) return;
    this.printed.textContent = text;
    this.printed.hidden = !text;
  }

  /** @param {boolean} waits */
  wait(waits) {
    this.waiting?.wants(waits);
    if (this.check) this.check.textContent = waits ? "Checking …" : "Check";
    this.place.setAttribute("aria-busy", String(waits));
  }

  /** Show the solution, after a try or when asked twice. */
  async solve() {
    if (!this.solution) return;
    if (!this.kept?.verdict && this.solution.textContent === "Solution") {
      this.solution.textContent = "Show it without a try?";
      return;
    }
    this.waiting?.wants(true);
    try {
      const text = await this.python.ask({ kind: "solution", name: this.name });
      const { edit } = await import("./editor.js");
      const box = element("div", "editor");
      edit(box, text.trimEnd(), `Solution: ${this.name}`, { fixed: true });
      this.solved?.replaceChildren(element("p", "", "One way to write it:"), box);
      this.solution.textContent = "Solution";
      this.solution.disabled = true;
    } catch {
      // Python could not be loaded, which is said beside the buttons
    }
    this.waiting?.wants(false);
  }

  /** As at first; undo brings the answer back. */
  reset() {
    if (this.editor) this.editor.source = this.stub;
    this.kept = undefined;
    this.keep.put(this.name, undefined);
    this.print("");
    this.show("");
  }
}

/** @param {string} name */
const stopped = name =>
  "<div role='status' class='stopped'><p><span aria-hidden='true'>✗ </span>" +
  `<b>${name}: stopped</b></p><p>It was still running after ${SECONDS} seconds, and was stopped. ` +
  "Is there a loop that never ends?</p></div>";
