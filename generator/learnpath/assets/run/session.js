/**
 * The kernels on the reader's own machine that `learnpath live` has told this browser of: where they are, and the token
 * that opens them. Only the address of the link it prints carries them, behind a `#`, which no server gets to see; they
 * are taken from there before anything else reads it, and kept for this tab alone.
 */

/** @typedef {{port: string, token: string}} Session */

const KEY = "learnpath:live";

/** @type {Session | null} */
let unkept = null; // where the browser keeps nothing, it holds until the page is left

/** Takes the session from the address, if it is there, and removes it from there. @returns {Session | null} */
export function takeToken() {
  if (location.hash.startsWith("#live=")) {
    const [, port, token] = location.hash.match(/^#live=(\d{1,5}):(\w+)$/) ?? [];
    history.replaceState(history.state, "", location.pathname + location.search);
    if (token) keep({ port, token });
  }
  return session();
}

/** Tells whether there are kernels of the reader's own to run code in. */
export const connected = () => session() !== null;

/** @returns {Session | null} */
export function session() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") ?? unkept;
  } catch {
    return unkept;
  }
}

/** Forgets kernels that are there no longer. */
export function forget() {
  keep(null);
}

/** @param {Session | null} found */
function keep(found) {
  unkept = found;
  try {
    if (found) sessionStorage.setItem(KEY, JSON.stringify(found));
    else sessionStorage.removeItem(KEY);
  } catch {
    // a browser may be told to keep nothing
  }
  tell();
}

/** Says where the page has a place for it whether there are kernels. */
function tell() {
  for (const place of document.querySelectorAll("[data-live]")) {
    const [offered, isThere] = place.children;
    offered.hidden = connected();
    isThere.hidden = !connected();
  }
}

takeToken();
window.addEventListener("hashchange", () => {
  if (!location.hash.startsWith("#live=")) return;
  takeToken();
  location.reload(); // the link was followed in a tab that showed the page already
});
tell();
