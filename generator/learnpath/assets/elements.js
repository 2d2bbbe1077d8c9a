/** What scripts of the site need, whatever their page tells them: elements, words, and the ids behind links. */

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

/**
 * Fills in some words: `{…}` by name; of `one|other` the first where `n` is 1.
 *
 * @param {string} words @param {Record<string, string | number>} values
 */
export function filled(words, values) {
  const [one, other = one] = words.split("|");
  return (values.n === 1 ? one : other).replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

/** Writes words as they are compared: without case, accents and forms of letters. @param {string} words */
export function folded(words) {
  return words.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();
}

/**
 * Gives the id of the concept that a link leads to; "" where it leads elsewhere.
 *
 * @param {string} home the address of the reader's language @param {HTMLAnchorElement} link
 */
export function conceptBelow(home, link) {
  const start = `${home}concepts/`;
  return link.href.startsWith(start) ? link.href.slice(start.length).split(/[/.#?]/)[0] : "";
}
