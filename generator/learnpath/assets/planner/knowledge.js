/** The concepts as the page has them: numbers for planning, and the words of one language. */

import { folded } from "../elements.js";
import { addressOf, told } from "../guide/page.js";
import { json } from "../guide/reader.js";
import { needsOf } from "../plan.js";

export class Knowledge {
  /** @param {import("../guide/reader.js").Knowledge} loaded */
  constructor({ graph, titles, aliases, areas, paths, numbers }) {
    Object.assign(this, { graph, titles, aliases, areas, paths, numbers });
    this.ids = graph.ids;
    this.minutes = graph.minutes;
    this.hasMinutes = graph.minutes.some((each) => each !== null);
    this.needs = needsOf(graph.prerequisites, graph.minutes, graph.area);
    this.ongoing = new Set(graph.ongoing);
    this.names = null; // as they are compared, made for the first search
  }

  /** Gives the number of a concept, by a former id too. @param {string} id */
  numberOf(id) {
    const former = Object.hasOwn(this.graph.formerly, id) ? this.graph.formerly[id] : "";
    return this.numbers.get(id) ?? this.numbers.get(former);
  }

  /** @param {number} concept */
  title(concept) {
    return this.titles[concept];
  }

  /** @param {number} concept */
  area(concept) {
    return this.areas[this.graph.area[concept]] ?? "";
  }

  /** Gives the address of the page of a concept. @param {number} concept */
  href(concept) {
    return addressOf(`concepts/${this.ids[concept]}`);
  }

  /** Gives the path that tells a story which ends at a concept. @param {number} concept */
  story(concept) {
    const id = Object.hasOwn(this.graph.stories, this.ids[concept]) ? this.graph.stories[this.ids[concept]] : null;
    return id && { title: this.paths.get(id), href: addressOf(`paths/${id}`) };
  }

  /** Tells whether one of several was taken for a concept. @param {number} concept @param {Set<number>} known */
  hasChoice(concept, known) {
    return this.needs.groups[concept].some((group) => !group.some((member) => known.has(member)));
  }

  /**
   * Keeps of some alternatives those that decide something on the way to the goals.
   *
   * @param {number[]} picks
   * @param {Iterable<number>} way the goals and all they rest on with these picks
   */
  deciding(picks, way) {
    const rank = new Map(picks.map((pick, number) => [pick, number])), first = new Set();
    for (const concept of way) {
      for (const group of this.needs.groups[concept]) {
        first.add(Math.min(...group.map((member) => rank.get(member) ?? Infinity)));
      }
    }
    return picks.filter((_, number) => first.has(number));
  }

  /** Sums up the minutes of those that state them. @param {Iterable<number>} concepts */
  minutesOf(concepts) {
    let sum = 0;
    for (const each of concepts) sum += this.minutes[each] ?? 0;
    return sum;
  }

  /**
   * Finds concepts by title, alias or id: first what is called exactly so, then titles that start so, then names with
   * a word that starts so, then names that hold it.
   *
   * @param {string} query
   * @param {Set<number>} without concepts that are not looked for
   * @returns {number[]}
   */
  search(query, without) {
    const wanted = folded(query);
    this.names ??= this.ids.map((id, concept) =>
      [this.title(concept), id, ...this.aliases[concept]].filter(Boolean).map(folded));
    const found = [];
    this.names.forEach((names, concept) => {
      if (without.has(concept)) return;
      const rank = Math.min(...names.map((name, number) => rankOf(name, wanted, number === 0)));
      if (rank < NO_MATCH) found.push({ concept, rank, title: names[0] });
    });
    found.sort((a, b) => a.rank - b.rank || a.title.length - b.title.length || (a.title < b.title ? -1 : 1));
    return found.map(({ concept }) => concept);
  }

  /** Gives the alias by which a query finds a concept whose title does not hold it. @param {string} query @param {number} concept */
  aliasLike(query, concept) {
    const wanted = folded(query), holds = (name) => folded(name).includes(wanted);
    return holds(this.title(concept)) ? "" : this.aliases[concept].find(holds) ?? "";
  }
}

/**
 * Loads why concepts need their prerequisites; where that cannot be had, the plan holds without.
 *
 * @returns {Promise<(concept: string, prerequisite: string) => string>} by ids, "" where nothing is told
 */
export async function loadReasons() {
  const reasons = await json(`${told.folder}plan/reasons.json`).catch(() => ({}));
  const of = (map, key) => (Object.hasOwn(map, key) ? map[key] : undefined);
  return (concept, prerequisite) => of(of(reasons, concept) ?? {}, prerequisite) ?? "";
}

const NO_MATCH = 4;

function rankOf(name, wanted, isTitle) {
  if (name === wanted) return 0;
  const place = name.indexOf(wanted);
  if (place < 0) return NO_MATCH;
  if (place === 0 && isTitle) return 1;
  for (let at = place; at >= 0; at = name.indexOf(wanted, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(name[at - 1])) return 2;
  }
  return 3;
}
