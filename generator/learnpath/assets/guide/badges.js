/** Badges beside links to concepts: how far the reader is with each. */

import { conceptAt, element, say } from "./page.js";
import { marks } from "./reader.js";

/** Says what a concept is marked as; nothing where it has no mark. @param {string} id */
export function markOf(id) {
  const mark = marks.get(id);
  return mark ? { kind: mark, words: say(`mark-${mark}`) } : { kind: "", words: "" };
}

/**
 * Puts a badge beside each link to a concept.
 *
 * @param {HTMLElement} place
 * @param {(id: string) => {kind: string, words: string}} state what the badge says
 * @returns {() => void} what draws them
 */
export function badges(place, state) {
  const found = [...place.querySelectorAll("a")]
    .map((link) => ({ link, id: conceptAt(link), badge: element("span") }))
    .filter(({ id }) => id);
  for (const { link, badge } of found) link.after(" ", badge);
  return () => {
    for (const { id, badge } of found) {
      const { kind, words } = state(id);
      badge.className = `guide badge ${kind}`;
      badge.textContent = words;
      badge.hidden = !words;
    }
  };
}
