// @ts-check
// The reader's work: how far it has come, and the ways to take it along and to hand it in.
import { button, element } from "./page.js";

export function work(site, keeper) {
  const place = document.querySelector(".work");
  if (!place) return;
  const progress = element("div", { className: "progress", role: "status" });
  const show = () => (site.chapter ? ofChapter : ofBook)(progress, site, keeper);
  addEventListener("kept", show);
  addEventListener("storage", show);
  show();
  const file = element("input", { type: "file", accept: ".json,application/json", hidden: true });
  const said = element("p", { role: "status" });
  file.addEventListener("change", async () => {
    try {
      keeper.bring(await file.files?.[0].text() ?? "");
      location.reload();
    } catch (error) {
      said.textContent = `Nothing was brought back: ${error.message}.`;
    }
  });
  const ways = element("div", "buttons",
    button("Take your work along", () => save("machine-learning-by-hand.json", keeper.file())),
    button("Bring it back", () => file.click()), file);
  if (site.chapter) ways.prepend(button("Download as a notebook", () => notebook(site.chapter, keeper).catch(() => {
    said.textContent = "The notebook could not be fetched: is there a network?";
  })));
  const where = keeper.works
    ? "Your work is kept in this browser, and nowhere else: take it along as a file before its data are cleared."
    : "This browser keeps nothing that pages store: take your work along before you close the page.";
  place.append(progress, ways, said, element("p", "facts", where));
}

function ofChapter(on, site, keeper) {
  const names = site.exercises ?? [];
  const marks = names.map(name => {
    const kept = keeper.get(`${site.chapter}/${name}`);
    const sign = kept?.accepted ? "✓" : kept?.verdict ? "✗" : "○";
    const words = kept?.accepted ? "right" : kept?.verdict ? "not yet" : "not checked";
    const link = element("a", { href: `#exercise-${name.replaceAll("_", "-")}` }, name);
    return element("li", words.replace(" ", "-"), element("span", "sign", sign), link, `: ${words}`);
  });
  const right = names.filter(name => keeper.get(`${site.chapter}/${name}`)?.accepted).length;
  on.replaceChildren(
    element("p", "", element("b", "", `${right} of ${names.length} right`)), element("ul", "", ...marks));
}

function ofBook(on, site, keeper) {
  let right = 0, all = 0;
  for (const [stem, names] of Object.entries(site.book ?? {})) {
    const here = names.filter(name => keeper.get(`${stem}/${name}`)?.accepted).length;
    const facts = document.querySelector(`[data-chapter="${stem}"] .facts`);
    facts?.querySelector(".right")?.remove();
    if (here) facts?.append(element("span", "right", `, ${here} right`));
    right += here;
    all += names.length;
  }
  on.replaceChildren(element("p", "", element("b", "", `${right} of ${all} exercises right`)));
}

/** The student's notebook with the answers filled in. */
async function notebook(chapter, keeper) {
  const response = await fetch(`page/${chapter}.ipynb`);
  if (!response.ok) throw new Error(response.statusText);
  const book = await response.json();
  for (const cell of book.cells) {
    const name = cell.id.replace(/^exercise-/, "").replaceAll("-", "_");
    const kept = keeper.get(`${chapter}/${name}`);
    if (cell.metadata.nbgrader?.solution && kept) cell.source = kept.source.trimEnd();
  }
  save(`${chapter}.ipynb`, new Blob([JSON.stringify(book, null, 1)], { type: "application/x-ipynb+json" }));
}

function save(name, content) {
  const link = element("a", { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
