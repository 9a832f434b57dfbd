// Answers queries as a reader's browser would: with the same code over the same files of a site.
// node readers.mjs STATIC SEARCH LANGUAGE < queries.json > addresses.json

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [scripts, search, language] = process.argv.slice(2);

globalThis.fetch = async (address) => {
  const data = await readFile(new URL(String(address).split("?")[0]));
  return new Response(data);
};

const [{ Finder }, { findInLanguages }] = await Promise.all(
  ["finder.js", "languages.js"].map((name) => import(new URL(name, pathToFileURL(`${scripts}/`)).href)),
);
const loaded = new Map();

/** Load the index of a language once. */
function load(name) {
  if (!loaded.has(name)) loaded.set(name, Finder.load(pathToFileURL(`${search}/`), name));
  return loaded.get(name);
}

await load(language);
let text = "";
for await (const part of process.stdin) text += part;
const answers = [];
for (const query of JSON.parse(text)) {
  const started = performance.now();
  const { pages, mended } = await findInLanguages(load, language, query);
  const took = performance.now() - started;
  const best = await Promise.all(pages.slice(0, 10).map(({ data }) => data()));
  answers.push({ pages: best.map((page) => page.url), mended, took });
}
process.stdout.write(JSON.stringify(answers));
