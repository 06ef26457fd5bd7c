// @ts-check
// What makes a page of the site alive; without it the page can be read and its pictures move.
import { cells } from "./cells.js";
import { exercises } from "./exercises.js";
import { Keeper } from "./keeper.js";
import { Python } from "./python.js";
import { work } from "./work.js";

/**
 * @typedef {object} Site
 * @property {string} version of the book
 * @property {string} pyodide where Python is
 * @property {string} lock which names its packages
 * @property {Record<string, number>} sizes of its files, in bytes, where they are known
 * @property {boolean} offline whether all of it lies beside the pages
 * @property {string} [chapter] such as 02_losses
 * @property {string[]} [exercises] of the chapter
 * @property {Record<string, string[]>} [book] the exercises of all chapters
 */

/** @type {Site} */
const site = JSON.parse(document.querySelector("#site")?.textContent ?? "");
const keeper = new Keeper(site.version);

if (site.chapter) {
  const python = new Python(site);
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
