/** What the page tells its scripts, and how they say it and make what they add to it. */

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
  const concepts = new URL(`${told.folder}concepts/`, root).href;
  return link.href.startsWith(concepts) ? link.href.slice(concepts.length).split(/[/.#?]/)[0] : "";
}

/** Says some words of the page, `{…}` filled in. @param {string} name @param {Record<string, string | number>} values */
export function say(name, values = {}) {
  const [one, other = one] = told.words[name].split("|");
  return (values.n === 1 ? one : other).replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
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

/**
 * Makes an element; in `settings` functions are listeners, everything else is an attribute.
 *
 * @param {string} tag
 * @param {Record<string, string | ((event: Event) => void)>} settings
 * @param {...(Node | string)} children
 */
export function element(tag, settings = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Makes a button. @param {string} words @param {() => void} act @param {Record<string, string>} settings */
export function button(words, act, settings = {}) {
  return element("button", { type: "button", class: "guide-button", ...settings, click: act }, words);
}

/** Puts `parts` in a row, with dots between them; what is empty is left out. @param {...(Node | string | null)} parts */
export function row(...parts) {
  return parts.filter(Boolean).flatMap((part, number) => (number ? [" · ", part] : [part]));
}
