// @ts-check
// What makes a page of the site alive; without it the page can be read and its pictures move.
//
// The page tells the `version` of the book; where Python is (`pyodide`), and the `lock` file which
// names its packages; the `sizes` of its files in bytes, by their names, where they are known;
// whether all of it lies beside the pages (`offline`); of a chapter, such as 02_losses, its name
// (`chapter`) and its `exercises`; and of the `book` the exercises of all chapters.
import { cells } from "./cells.js";
import { exercises } from "./exercises.js";
import { Keeper } from "./keeper.js";
import { Python } from "./python.js";
import { work } from "./work.js";

const site = JSON.parse(document.querySelector("#site")?.textContent ?? "");
const keeper = new Keeper(site.version), python = new Python(site);
const worked = Object.entries(keeper.all()).some(
  ([place, { verdict }]) => verdict && place.startsWith(`${site.chapter}/`));

// For who comes to an exercise, or has worked on some, Python loads while the page does.
if (site.chapter && (worked || location.hash.startsWith("#exercise"))) python.start();
if (document.readyState === "loading")
  await new Promise(there => document.addEventListener("readystatechange", there, { once: true }));
if (site.chapter) {
  const keep = keeper.chapter(site.chapter);
  cells(python, keep);
  exercises(python, keep);
}
work(site, keeper);

// Once the page has come to rest, what it has not asked for is kept as well.
if (site.offline && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("offline.js");
  navigator.serviceWorker.ready.then(({ active }) =>
    setTimeout(() => active?.postMessage("keep all"), 10_000));
}
