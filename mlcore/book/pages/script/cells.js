// @ts-check
// Every other code cell of the chapter can be run and changed, with the cells that it needs.
import { button, changed, codeAbove, editor, element, shown, waiting } from "./page.js";

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
    edited = await editor(place.querySelector("div.sourceCode"), source, "Code", { change: write, run: go });
    edited.place.after(element("div", "buttons", run, back), wait.place);
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

  const go = () => wait.during(run, "Running", async () => {
    const fresh = element("div"), show = (kind, content) => output(fresh, kind, content);
    await python.ask({ kind: "run", cells: [...codeAbove(place), edited.source], show })
      .catch(error => show("error", { text: error.message }));
    outputs.replaceChildren(...fresh.childNodes);
  }, "Run");

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
function output(on, kind, { text, html, png, alt, width }) {
  const last = on.lastElementChild;
  if (kind === "text" && last?.matches("pre:not(.error)")) last.append(text);
  else if (kind === "html") on.insertAdjacentHTML("beforeend", html);
  else if (kind === "picture") {
    on.append(element("figure", "", element("img", { alt, width, src: `data:image/png;base64,${png}` })));
  } else on.append(element("pre", kind === "error" ? "output error" : "output", text));
}
