/** The reader's own versions of cells: kept in this browser, each with a hash of the text that it was made from. */

/** @param {string} snippet @param {number} cell */
const keyOf = (snippet, cell) => `learnpath.edit:${new URL("../../", import.meta.url).pathname}:${snippet}:${cell}`;

/**
 * Gives the reader's version of a cell; "" where there is none, null where the original is another by now: then it is forgotten.
 *
 * @param {string} snippet @param {number} cell @param {string} original
 */
export function editOf(snippet, cell, original) {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(snippet, cell)) ?? "null");
    if (kept === null) return "";
    if (kept.of === hash(original)) return String(kept.text);
    forgetEdit(snippet, cell);
    return null;
  } catch {
    return ""; // nothing can be kept here, or what was kept cannot be read
  }
}

/** @param {string} snippet @param {number} cell @param {string} original @param {string} text */
export function keepEdit(snippet, cell, original, text) {
  if (text === original) return forgetEdit(snippet, cell);
  try {
    localStorage.setItem(keyOf(snippet, cell), JSON.stringify({ of: hash(original), text }));
  } catch {
    // it holds until the page is left
  }
}

/** @param {string} snippet @param {number} cell */
export function forgetEdit(snippet, cell) {
  try {
    localStorage.removeItem(keyOf(snippet, cell));
  } catch {
    // there was none
  }
}

/** FNV-1a: tells versions of a text apart, and keeps no secret. @param {string} text */
function hash(text) {
  let sum = 0x811c9dc5;
  for (const sign of text) sum = Math.imul(sum ^ sign.codePointAt(0), 0x01000193);
  return (sum >>> 0).toString(16);
}
