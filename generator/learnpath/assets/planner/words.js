/** What the words of the page cannot say by themselves: sentences with links in them, lists, days. */

import { say } from "../guide/page.js";

const language = Intl.DateTimeFormat.supportedLocalesOf([document.documentElement.lang].filter(isLanguage))[0] ?? "en";

/**
 * Says some words of the page in which elements stand.
 *
 * @param {string} name
 * @param {Record<string, string | number | Node>} values
 * @returns {(string | Node)[]}
 */
export function sentence(name, values) {
  const named = Object.entries(values).map(([key, value]) => [key, value instanceof Node ? `\0${key}\0` : value]);
  return say(name, Object.fromEntries(named)).split("\0").map((part, number) => (number % 2 ? values[part] : part));
}

/** Enumerates texts or elements. @param {(string | Node)[]} items @returns {(string | Node)[]} */
export function list(items) {
  const form = new Intl.ListFormat(language, { type: "conjunction" });
  const places = items.map((_, number) => String(number));
  return form.formatToParts(places).map(({ type, value }) => (type === "element" ? items[Number(value)] : value));
}

/** Says a day. @param {Date} day in the time of UTC */
export function dayWords(day) {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(day);
}

/** Gives the names of the days of the week, from Monday on. */
export function weekdays() {
  const form = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  return [...Array(7).keys()].map((day) => form.format(Date.UTC(2024, 0, 1 + day))); // that day was a Monday
}

/** Tells whether a code can be that of a language, as one of an author's own need not be. */
function isLanguage(code) {
  try {
    return Intl.getCanonicalLocales(code).length > 0;
  } catch {
    return false;
  }
}
