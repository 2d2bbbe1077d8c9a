/**
 * What a reader asked for, in the address: `?goals=a,b&known=c,d&choose=e&hours=10`. Whoever opens the address gets the
 * same plan, on any machine and in any language.
 *
 * @typedef {{goals: number[], known: number[], choose: number[], hours: number | null}} Asked numbers of concepts; the
 *   alternatives to take; the hours there are, if there is a limit
 */

const LISTS = /** @type {const} */ (["goals", "known", "choose"]);

/**
 * Reads the query of an address.
 *
 * @param {string} query
 * @param {(id: string) => number | undefined} numberOf gives the number of a concept, by a former id too
 * @returns {{asked: Asked, unknown: string[]}} and the ids that stand for nothing
 */
export function read(query, numberOf) {
  const given = new URLSearchParams(query), unknown = [];
  const asked = { goals: [], known: [], choose: [], hours: hoursIn(given.get("hours")) };
  for (const name of LISTS) {
    const ids = given.getAll(name).join(",").split(",").map((id) => id.trim()).filter(Boolean);
    unknown.push(...ids.filter((id) => numberOf(id) === undefined));
    asked[name] = [...new Set(ids.map(numberOf).filter((number) => number !== undefined))];
  }
  return { asked, unknown: [...new Set(unknown)] };
}

/**
 * Writes the query of an address.
 *
 * @param {Asked} asked
 * @param {string[]} ids
 */
export function write(asked, ids) {
  const parts = LISTS.filter((name) => asked[name].length)
    .map((name) => `${name}=${asked[name].map((number) => encodeURIComponent(ids[number])).join(",")}`);
  if (asked.hours !== null) parts.push(`hours=${asked.hours}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/** Reads a number of hours. @param {string | null} text */
export function hoursIn(text) {
  const hours = Number(text);
  return Number.isFinite(hours) && hours > 0 ? hours : null;
}
