// @ts-check
// Every other code cell of the chapter can be run and changed, with the cells that it needs.
import { button, changed, codeAbove, editor, element, shown, waiting } from "./page.js";
import { Stopped } from "./python.js";

const SECONDS = 5;

/** @param {import("./python.js").Python} python @param {import("./keeper.js").Keep} keep */
export function cells(python, keep) {
  for (const place of document.querySelectorAll(".cell:not([hidden])")) cell(place, python, keep);
}

function cell(place, python, keep) {
  const name = place.id.replace(/-cell$/, ""), original = shown(place), wait = waiting(python);
  const outputs = place.querySelector(".outputs") ?? element("div", "outputs"), stored = outputs.innerHTML;
  let edited;

  async function open(source) {
    opener.remove();
    const box = element("div", "editor");
    edited = await editor(box, source, "Code", { change: write, run: go });
    place.querySelector("div.sourceCode").replaceWith(box);
    box.after(element("div", "buttons", run, back), wait.place);
    if (!outputs.isConnected) place.append(outputs);
    outputs.ariaLive = "polite";
    mark();
  }

  function write(source) {
    keep.put(name, source === original ? undefined : { source });
    mark();
  }

  function mark() {
    changed.set(place, edited.source);
    back.hidden = edited.source === original;
    place.classList.toggle("changed", !back.hidden);
  }

  async function go() {
    run.textContent = "Running …";
    wait.wants(true);
    const fresh = element("div"), show = (kind, content) => output(fresh, kind, content);
    try {
      await python.ask({ kind: "run", cells: [...codeAbove(place), edited.source], seconds: SECONDS, show });
    } catch (error) {
      const text = `Stopped after ${SECONDS} seconds: is there a loop that never ends?`;
      show("error", { text: error instanceof Stopped ? text : error.message });
    }
    outputs.replaceChildren(...fresh.childNodes);
    run.textContent = "Run";
    wait.wants(false);
  }

  const run = button("Run", go), back = button("Put back", () => {
    edited.source = original;
    outputs.innerHTML = stored;
  });
  run.classList.add("first");
  const opener = button("Try it", () => open(original).then(() => {
    edited.view.focus();
    go();
  }));
  Object.assign(opener, { className: "try", ariaLabel: `Try it: ${original.split("\n")[0]}` });
  place.querySelector("pre").prepend(opener);
  const kept = keep.get(name)?.source ?? original;
  if (kept === original) return;
  open(kept);
  if (place.querySelector("details")) place.querySelector("details").open = true;
}

// Show one thing that was printed or drawn.
function output(on, kind, content) {
  const last = on.lastElementChild;
  if (kind === "text" && last?.matches("pre:not(.error)")) last.append(content.text);
  else if (kind === "text") on.append(element("pre", "output", content.text));
  else if (kind === "error") on.append(element("pre", "output error", content.text));
  else if (kind === "html") on.insertAdjacentHTML("beforeend", content.html);
  else if (kind === "picture") {
    const { alt, width, png } = content;
    on.append(element("figure", "", element("img", { alt, width, src: `data:image/png;base64,${png}` })));
  }
}
