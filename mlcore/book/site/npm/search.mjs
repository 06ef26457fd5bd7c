// Shows the sections of the book that have the words that are looked for, the best first.
import MiniSearch from "minisearch";
import { options } from "./options.mjs";

const MOST = 30, AROUND = 90;
const index = MiniSearch.loadJS(document.querySelector("#index").index, options);
const form = document.querySelector(".find"), list = document.querySelector(".found");
const input = form.querySelector("input"), said = form.querySelector("output");

function element(tag, looks, ...inside) {
  const made = Object.assign(document.createElement(tag), looks);
  made.append(...inside);
  return made;
}

// A piece of the text around the first of the words, which are marked in it.
function piece(text, words) {
  const escaped = words.map(word => word.replace(/[^\p{L}\p{N}]/gu, "\\$&")).join("|");
  const any = new RegExp(`(${escaped})`, "giu");
  const at = Math.max(0, text.search(any)), start = text.lastIndexOf(" ", Math.max(0, at - AROUND)) + 1;
  const end = text.indexOf(" ", at + AROUND);
  const shown = text.slice(start, end < 0 ? undefined : end).split(any);
  const marked = shown.map((part, i) => i % 2 ? element("mark", {}, part) : part);
  return element("p", {}, start ? "… " : "", ...marked, end < 0 ? "" : " …");
}

function show() {
  const wanted = input.value.trim();
  const found = index.search(wanted, { prefix: true, fuzzy: 0.15, combineWith: "AND", boost: { title: 4 } });
  list.replaceChildren(...found.slice(0, MOST).map(({ id, title, where, text, terms }) =>
    element("li", {},
      element("h2", {}, element("a", { href: id }, title)),
      element("p", { className: "facts" }, where), piece(text, terms))));
  said.textContent = wanted ? `${found.length || "nothing"} found` : "";
  history.replaceState(null, "", wanted ? `?q=${encodeURIComponent(wanted)}` : location.pathname);
}

form.addEventListener("submit", event => event.preventDefault());
input.addEventListener("input", show);
input.value = new URLSearchParams(location.search).get("q") ?? "";
show();
