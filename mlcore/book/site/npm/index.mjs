// Makes the index of the search, once, while the site is built.
import { readFileSync, writeFileSync } from "node:fs";
import MiniSearch from "minisearch";
import { options } from "./options.mjs";

const [folder] = process.argv.slice(2);
const index = new MiniSearch(options);
index.addAll(JSON.parse(readFileSync("documents.json", "utf8")));
const text = JSON.stringify(index).replaceAll("<", "\\u003c");
writeFileSync(`${folder}/search.index.js`, `document.currentScript.index = ${text};\n`);
