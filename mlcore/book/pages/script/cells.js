// @ts-check
// Every other code cell of the chapter can be run and changed, with the cells that it needs.
import { button, changed, codeAbove, element, shown, waiting } from "./page.js";
import { Stopped } from "./python.js";

const SECONDS = 10;

/** @param {import("./python.js").Python} python @param {import("./keeper.js").Keep} keep */
export function cells(python, keep) {
  for (const place of document.querySelectorAll(".cell:not([hidden])")) {
    new Cell(/** @type {HTMLElement} */ (place), python, keep);
  }
}

class Cell {
  /** @type {ReturnType<typeof import("./editor.js").edit> | undefined} */
  editor;

  /**
   * @param {HTMLElement} place
   * @param {import("./python.js").Python} python
   * @param {import("./keeper.js").Keep} keep
   */
  constructor(place, python, keep) {
    [this.place, this.python, this.keep] = [place, python, keep];
    this.name = place.id.replace(/-cell$/, "");
    this.original = shown(place);
    this.outputs = place.querySelector(".outputs");
    this.printed = this.outputs?.innerHTML ?? "";
    const opener = button("Try it", () => this.open());
    opener.className = "try";
    opener.setAttribute("aria-label", `Try it: ${this.original.split("\n")[0]}`);
    place.prepend(opener);
    this.opener = opener;
    const source = keep.get(this.name)?.source;
    if (source !== undefined && source !== this.original) this.open(source);
  }

  /** Put an editor in place of the code, and run it if the reader has asked. @param {string} [kept] */
  async open(kept) {
    this.opener.remove();
    changed.set(this.place, kept ?? this.original);
    this.waiting = waiting(this.python);
    this.run = button("Run", () => this.go());
    this.run.classList.add("first");
    this.back = button("Put back", () => this.putBack());
    if (!this.outputs) {
      this.outputs = element("div", "outputs");
      this.place.append(this.outputs);
    }
    this.outputs.before(element("div", "buttons", this.run, this.back), this.waiting.place);
    this.outputs.setAttribute("aria-live", "polite");
    const { edit } = await import("./editor.js");
    const box = element("div", "editor");
    this.editor = edit(box, kept ?? this.original, "Code", {
      change: source => this.write(source),
      run: () => this.go(),
    });
    this.place.querySelector("div.sourceCode")?.replaceWith(box);
    this.mark();
    if (kept === undefined) {
      this.editor.view.focus();
      this.go();
    }
  }

  /** @param {string} source */
  write(source) {
    changed.set(this.place, source);
    this.keep.put(this.name, source === this.original ? undefined : { source });
    this.mark();
  }

  /** Show whether it is changed. */
  mark() {
    const isChanged = this.editor?.source !== this.original;
    this.place.classList.toggle("changed", isChanged);
    if (this.back) this.back.hidden = !isChanged;
  }

  async go() {
    if (!this.run || !this.outputs) return;
    this.run.textContent = "Running …";
    this.waiting?.wants(true);
    const fresh = element("div");
    const source = this.editor?.source ?? this.original;
    try {
      await this.python.ask({
        kind: "run", cells: [...codeAbove(this.place), source], seconds: SECONDS,
        show: (kind, content) => output(fresh, kind, content),
      });
    } catch (error) {
      const words = error instanceof Stopped
        ? `Stopped after ${SECONDS} seconds: is there a loop that never ends?` : String(error);
      output(fresh, "error", { text: words });
    }
    this.outputs.replaceChildren(...fresh.childNodes);
    this.run.textContent = "Run";
    this.waiting?.wants(false);
  }

  putBack() {
    if (this.editor) this.editor.source = this.original;
    if (this.outputs) this.outputs.innerHTML = this.printed;
  }
}

/** Show one thing that was printed or drawn. @param {Element} on @param {string} kind @param {any} content */
function output(on, kind, content) {
  const last = on.lastElementChild;
  if (kind === "text" && last?.matches("pre:not(.error)")) last.append(content.text);
  else if (kind === "text") on.append(element("pre", "output", content.text));
  else if (kind === "error") on.append(element("pre", "output error", content.text));
  else if (kind === "html") on.insertAdjacentHTML("beforeend", content.html);
  else if (kind === "picture") {
    const picture = new Image(content.width);
    picture.alt = content.alt;
    picture.src = `data:image/png;base64,${content.png}`;
    on.append(element("figure", "", picture));
  }
}
