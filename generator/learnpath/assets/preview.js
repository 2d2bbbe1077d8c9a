/**
 * Shows what a linked concept is about while the reader points at the link or has come to it by keyboard.
 *
 * The words of all concepts come in one file, fetched when the first link is looked at. The card can be pointed at
 * itself, goes with Escape, and never appears by touch, where a link is followed at once.
 */

import { conceptBelow, element } from "./elements.js";
import { openMarks } from "./marks.js";

const WAIT = 250; // milliseconds: passing over a link is not looking at it

const script = document.querySelector("script#preview");
const root = new URL("../", import.meta.url);
const home = new URL(script.dataset.folder, root).href;
const labels = JSON.parse(script.dataset.marks);
const marks = openMarks(root.pathname);

/** @type {Promise<Record<string, {title: string, summary: string, facts: string}>> | null} */
let words = null;
let timer = 0;
/** @type {HTMLAnchorElement | null} */
let shown = null;

const card = element("div", { id: "preview-card", class: "preview-card md-typeset", role: "tooltip", hidden: "" });
document.body.append(card);

/** Gives the link to a concept that an event is about, in the text of the page. @param {Event} event */
function linkAt(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || !link.closest("article")) return null;
  return conceptAt(link) && link.pathname !== location.pathname ? link : null;
}

const conceptAt = (link) => conceptBelow(home, link);

async function show(link) {
  words ??= fetch(`${home}concepts/previews.json`).then((answer) => answer.json());
  const found = (await words.catch(() => { words = null; return {}; }))[conceptAt(link)];
  if (!found || shown !== link) return;
  const mark = marks.get(conceptAt(link));
  const facts = [found.facts, mark && labels[mark]].filter(Boolean).join(" · ");
  card.replaceChildren(element("strong", {}, found.title), element("p", {}, found.summary), element("small", {}, facts));
  card.hidden = false;
  link.setAttribute("aria-describedby", card.id);
  place(link);
}

/** Puts the card below the link, or above where there is no room, and inside the window. */
function place(link) {
  const box = link.getClientRects()[0] ?? link.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - card.offsetWidth - 8));
  const below = box.bottom + 6 + card.offsetHeight < window.innerHeight;
  card.style.left = `${left + window.scrollX}px`;
  card.style.top = `${(below ? box.bottom + 6 : box.top - card.offsetHeight - 6) + window.scrollY}px`;
}

function hide() {
  clearTimeout(timer);
  shown?.removeAttribute("aria-describedby");
  shown = null;
  card.hidden = true;
}

function look(link, wait) {
  if (link === shown) return clearTimeout(timer);
  hide();
  shown = link;
  timer = setTimeout(() => show(link), wait);
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  const link = linkAt(event);
  if (link) look(link, WAIT);
  else if (card.contains(event.target)) clearTimeout(timer);
  else if (shown && shown !== document.activeElement) { clearTimeout(timer); timer = setTimeout(hide, WAIT); }
});
document.addEventListener("focusin", (event) => {
  const link = linkAt(event);
  if (link?.matches(":focus-visible")) look(link, 0);
  else hide();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
document.addEventListener("pointerdown", hide);
