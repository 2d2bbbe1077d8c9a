/** What the page tells its scripts, and how they say it and make what they add to it. */

import { conceptBelow, element, filled } from "../elements.js";

export { element };

/** @type {{page: string, id: string, steps: string[], words: Record<string, string>, folder: string, end: string}} */
export const told = JSON.parse(document.querySelector("script#tells").textContent);

/** The address of the whole site. */
export const root = new URL("../../", import.meta.url);

/** Gives the address of a page in the reader's language. @param {string} key such as `concepts/lstm`, `plan/index` */
export function addressOf(key) {
  const page = told.end === "/" ? `${key}/`.replace(/\/index\/$/, "/") : `${key}${told.end}`;
  return new URL(`${told.folder}${page}`, root).href;
}

/** Gives the id of the concept that a link leads to; "" where it leads elsewhere. @param {HTMLAnchorElement} link */
export function conceptAt(link) {
  return conceptBelow(new URL(told.folder, root).href, link);
}

/** Says some words of the page, `{…}` filled in. @param {string} name @param {Record<string, string | number>} values */
export function say(name, values = {}) {
  return filled(told.words[name], values);
}

/** Says how long something takes, as the pages do. @param {number} minutes */
export function time(minutes) {
  if (minutes < 90) return say("about-minutes", { n: minutes });
  return say("about-hours", { n: Math.floor((minutes + 3) / 6) / 10 });
}

/** Gives the place that a template keeps for a part of the guide. @returns {HTMLElement | null} */
export function place(name) {
  return document.querySelector(`[data-guide="${name}"]`);
}

/** Gives what a selector finds, which must be there. @param {ParentNode} root @param {string} selector @returns {any} */
export function find(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`nothing in the page is ${selector}`);
  return found;
}

/** Makes a button. @param {string} words @param {() => void} act @param {Record<string, string>} settings */
export function button(words, act, settings = {}) {
  return element("button", { type: "button", class: "guide-button", ...settings, click: act }, words);
}

/** Puts `parts` in a row, with dots between them; what is empty is left out. @param {...(Node | string | null)} parts */
export function row(...parts) {
  return parts.filter(Boolean).flatMap((part, number) => (number ? [" · ", part] : [part]));
}

/** Hands a file to the reader. @param {string} name @param {string} type @param {string} text */
export function save(name, type, text) {
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // by then the browser has it
}
