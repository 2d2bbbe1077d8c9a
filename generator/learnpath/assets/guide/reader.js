/** The reader of this page: their marks, and the graph that the marks are about, fetched once it is needed. */

import { openMarks } from "../marks.js";
import { keepOffline } from "../offline.js";
import { addressOf, element, root, say, time, told } from "./page.js";
import { minutesLeft, readyNext } from "./progress.js";

/**
 * @typedef {{graph: import("./progress.js").Graph, titles: string[], aliases: string[][], areas: string[],
 *   paths: Map<string, string>, numbers: Map<string, number>}} Knowledge
 */

export const marks = openMarks(root.pathname);

/** What the graph of a page and its words are fetched from, as seen from the root. */
const DATA = ["plan/graph.json", `${told.folder}plan/words.json`];

/** Where the theme's search finds its words, on a site that has it beside ours. */
const SEARCH = document.querySelector('[data-md-component="search"]') ? ["search/search_index.json"] : [];

/** @type {Knowledge | null} the graph and its words in the reader's language, null before they are there */
export let knowledge = null;

/** @type {Promise<void> | null} */
let loading = null;

/** Fetches the graph, unless it is there; the parts of the page are then drawn anew. */
export function load() {
  loading ??= fetched().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** Draws parts of the page, and draws them again whenever marks or trail change. @param {...() => void} parts */
export function keepDrawn(...parts) {
  function draw() {
    if (!knowledge && (marks.all().size || marks.trail())) load().catch(() => {}); // marks work without it
    for (const part of parts) part();
  }
  marks.subscribe(draw);
  draw();
}

/** @returns {number[]} what is learnt, the oldest first */
export function learnt() {
  return numbered([...marks.all().keys()].filter((id) => marks.isLearnt(id)));
}

/** Gives the numbers of concepts; ids that the graph does not know are left out. @param {string[]} ids */
export function numbered(ids) {
  return ids.map((id) => knowledge.numbers.get(id)).filter((number) => number !== undefined);
}

/** Makes a link to a concept. @param {number} concept */
export function linkTo(concept) {
  return element("a", { href: addressOf(`concepts/${knowledge.graph.ids[concept]}`) }, knowledge.titles[concept]);
}

/** Makes a list of what is ready to be learnt, with what it takes; null if nothing is. @param {Set<number>} leftOut */
export function listOfReady(leftOut) {
  const steps = numbered(marks.trail()?.steps ?? []);
  const next = readyNext(knowledge.graph, learnt(), steps, leftOut);
  if (!next.length) return null;
  return element("ul", {}, ...next.map((concept) => {
    const minutes = knowledge.graph.minutes[concept];
    const facts = minutes ? [" ", element("span", { class: "facts" }, time(minutes))] : [];
    return element("li", {}, linkTo(concept), ...facts);
  }));
}

/** Says how much of some steps is learnt, and how long the rest takes. @param {number[]} steps */
export function progressOf(steps) {
  const known = new Set(learnt());
  const left = minutesLeft(knowledge.graph, steps, known);
  const words = say("learnt-of", { n: steps.filter((step) => known.has(step)).length, of: steps.length });
  return {
    words: left ? `${words} · ${say("time-left", { time: time(left) })}` : words,
    share: steps.filter((step) => known.has(step)).length / steps.length,
    next: steps.find((step) => !known.has(step)),
  };
}

/** Says why marks may not last; "" where they do, or where there is nothing to lose. */
export function troubleWords() {
  const { trouble } = marks;
  const matters = trouble === "corrupted" || (trouble && (marks.all().size || marks.trail()));
  return matters ? say(`trouble-${trouble}`) : "";
}

/** Keeps what is followed for when there is no network. */
function keepTrail() {
  const trail = marks.trail();
  const head = trail?.kind === "path" ? `paths/${trail.id}` : "plan/index";
  const pages = trail ? [head, ...trail.steps.map((id) => `concepts/${id}`)] : [];
  const data = trail ? [...DATA, ...SEARCH].map((address) => new URL(address, root).href) : [];
  keepOffline([...pages.map(addressOf), ...data]);
}

marks.subscribe(keepTrail);
keepTrail();

async function fetched() {
  const [graph, words] = await Promise.all(DATA.map(json));
  knowledge = {
    graph,
    ...words,
    paths: new Map(Object.entries(words.paths)),
    numbers: new Map(graph.ids.map((id, number) => [id, number])),
  };
  marks.rename(graph.formerly);
}

/** Fetches data of the site. @param {string} address as seen from its root */
export async function json(address) {
  const answer = await fetch(new URL(address, root), { cache: "no-cache" }); // graph and words belong to one build
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  return answer.json();
}
