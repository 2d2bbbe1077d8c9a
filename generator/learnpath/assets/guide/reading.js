/**
 * The page of the reading lists. What to show stands in the address and nowhere else; the list, the contents at the
 * side and what can be taken along as BibTeX follow.
 */

import { folded } from "../elements.js";
import { find, save, say } from "./page.js";

const form = /** @type {HTMLFormElement} */ (find(document, "form.sifting"));
const list = find(document, ".all-resources");
const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("q"));
const selects = /** @type {HTMLSelectElement[]} */ ([...form.querySelectorAll("select")]);
const said = find(form, ".shown");
const contents = [...document.querySelectorAll(".md-nav--secondary a[href^='#']")];

/** @typedef {{item: HTMLElement, words: string}} Entry `words` are what the field looks through */
/** @type {Entry[]} */
const entries = [...list.querySelectorAll("[data-key]")].map((item) => ({
  item,
  words: folded([find(item, ".title"), item.querySelector(".by")].map((part) => part?.textContent).join(" ")
    + ` ${item.dataset.others ?? ""}`),
}));
const titles = new Map(selects.flatMap((select) => [...select.options].map((option) => [option, option.text])));

// what is asked for, in the address

/** Shows what the address asks for; what there is not is left out. */
function open() {
  const given = new URLSearchParams(location.search);
  field.value = given.get("q") ?? "";
  for (const select of selects) {
    const wanted = given.get(select.name);
    select.value = [...select.options].some(({ value }) => value === wanted) ? wanted : "";
  }
  history.replaceState(null, "", location.pathname + query() + location.hash);
  show();
}

function query() {
  const asked = [field, ...selects].map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value);
  return asked.length ? `?${new URLSearchParams(asked)}` : "";
}

/** @type {unknown} what was changed last */
let changing = null;

/** Follows what the reader asks for. Back undoes it one control at a time, and not letter by letter. @param {{target: unknown}} event */
function change({ target }) {
  const address = location.pathname + query();
  if (target === changing) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  changing = target;
  show();
}

function clear() {
  field.value = "";
  for (const select of selects) select.value = "";
  change({ target: clear });
  (selects[0] ?? field).focus();
}

// showing it

/**
 * Tells whether an entry is asked for.
 *
 * @param {Entry} entry
 * @param {HTMLSelectElement} [but] does not matter
 */
function fits({ item, words }, but) {
  return folded(field.value).split(/\s+/).every((part) => words.includes(part))
    && selects.every((select) => select === but || !select.value
      || item.dataset[select.name].split(" ").includes(select.value));
}

function show() {
  for (const entry of entries) entry.item.hidden = !fits(entry);
  for (const section of list.querySelectorAll("section")) {
    section.hidden = !section.querySelector("[data-key]:not([hidden])");
  }
  for (const link of contents) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    link.closest("li").hidden = Boolean(heading?.closest("section[hidden]"));
  }
  for (const link of document.querySelectorAll("a[hreflang]")) link.search = query();
  countChoices();
  tell();
}

/** Tells beside each choice how many entries it would show. */
function countChoices() {
  for (const select of selects) {
    const values = entries.filter((entry) => fits(entry, select))
      .flatMap(({ item }) => item.dataset[select.name].split(" "));
    for (const option of select.options) {
      const n = values.filter((value) => value === option.value).length;
      if (option.value) option.text = say("reading-choice", { title: titles.get(option), n });
    }
  }
}

function tell() {
  const n = shown().length;
  const chosen = selects.filter(({ value }) => value).map(({ selectedOptions: [option] }) => titles.get(option));
  const quoted = field.value.trim() && say("reading-quoted", { words: field.value.trim() });
  const what = [...chosen, quoted].filter(Boolean).join(" · ");
  said.textContent = what ? say("reading-shown", { n, of: entries.length, what }) : say("reading-count", { n });
  find(document, ".nothing").hidden = n > 0;
  find(form, ".clear").disabled = !what;
  for (const name of [".save", ".copy-shown"]) find(form, name).disabled = !n;
}

function shown() {
  return entries.map(({ item }) => item).filter((item) => !item.hidden);
}

/** Puts what has changed into the page anew, so that nothing of it is moved before the reader's eyes. */
function renew() {
  const sides = document.querySelectorAll(".md-nav--secondary > ul");
  for (const part of [form, list, ...sides]) part.replaceWith(part);
}

/**
 * Lays out all of the list, also what was never seen: without that, places in it lie only about where they will.
 *
 * @param {Element} [held] stays where it is in the window
 */
function layOut(held = list) {
  const before = held.getBoundingClientRect().top;
  list.classList.add("laid-out");
  scrollBy({ top: held.getBoundingClientRect().top - before, behavior: "instant" });
}

/** Tells whether the reader comes to a place in the list, and not to its top. */
function comesToPlace() {
  const [visit] = performance.getEntriesByType("navigation");
  return Boolean(location.hash) || visit?.type !== "navigate";
}

// taking it along

/** @type {Promise<string> | null} */
let whole = null;

/** Gives what is shown as BibTeX: its entries of the file that holds all. */
async function bibtex() {
  const keys = new Set(shown().map((item) => item.dataset.key));
  whole ??= fetch(find(document, "a.bib").href).then((answer) => {
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
    return answer.text();
  });
  const parts = (await whole.catch((error) => { whole = null; throw error; })).split(/^(?=@\w+\{)/m);
  return parts.filter((part) => keys.has(part.slice(part.indexOf("{") + 1, part.indexOf(",")))).join("");
}

async function download() {
  try {
    save("reading.bib", "application/x-bibtex", await bibtex());
  } catch {
    said.textContent = say("reading-no-file");
  }
}

async function copy() {
  const text = bibtex(), n = shown().length;
  const item = text.then((words) => new Blob([words], { type: "text/plain" }));
  try {
    // Before the text is there: some browsers let a page copy only while a click is fresh.
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": item })]);
    said.textContent = say("reading-copied", { n });
  } catch {
    said.textContent = await text.then(() => say("reading-no-copy"), () => say("reading-no-file"));
  }
}

form.addEventListener("input", change);
form.addEventListener("submit", (event) => event.preventDefault());
for (const button of document.querySelectorAll(".sifting .clear, .nothing .clear")) button.addEventListener("click", clear);
find(form, ".save").addEventListener("click", download);
find(form, ".copy-shown").addEventListener("click", copy);
document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest("a")) layOut(target); // it leads to a heading, or Back will lead here
});
addEventListener("popstate", () => {
  changing = null;
  if (location.search !== query()) open(); // else a link led to a heading
});
open();
if (location.search) renew();
if (comesToPlace()) layOut();
find(form, "fieldset").disabled = false;
