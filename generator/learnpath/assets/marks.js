/**
 * The reader's marks, and the path or plan they follow: the only module that knows how a browser keeps them.
 *
 * Marks belong to ids of concepts, so both languages, all paths and all plans share them. They are written to
 * localStorage; what it refuses goes to sessionStorage, and what that refuses holds until the page is left.
 */

/** @typedef {"learning" | "known" | "done"} Mark */
/** @typedef {{mark: Mark, since: string}} Entry */
/** @typedef {{kind: "path", id: string, steps: string[]} | {kind: "plan", query: string, steps: string[]}} Trail */
/** @typedef {"" | "blocked" | "full" | "corrupted"} Trouble */

const FORMAT = 1;

/** The marks, the weakest first. */
export const MARKS = Object.freeze(["learning", "known", "done"]);

const isId = (value) => typeof value === "string" && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value);

/**
 * Opens the marks of a site.
 *
 * @param {string} base the path of the site on its host: two sites there do not share marks
 * @param {Record<string, string>} formerly the present id of each concept that had another one
 */
export function openMarks(base, formerly = {}) {
  const store = openStore(`learnpath:${base}:marks`);
  const way = openStore(`learnpath:${base}:trail`);
  const listeners = new Set();
  let present = new Map(Object.entries(formerly));
  /** @type {Map<string, Entry>} */
  let entries = new Map();
  /** @type {Trail | null} */
  let trail = null;
  let isCorrupted = false;

  const renamed = (id) => present.get(id) ?? id;

  function read() {
    const found = understood(store.read());
    if (!found.isWhole && !isCorrupted) {
      isCorrupted = true;
      store.putAside();
    }
    entries = new Map();
    merge(entries, found.entries, renamed);
    trail = followed(way.read(), renamed);
  }

  function write() {
    store.write(entries.size ? JSON.stringify(written(entries)) : null);
    tell();
  }

  function tell() {
    for (const listener of listeners) listener();
  }

  function readAgain() {
    read();
    tell();
  }

  read();
  window.addEventListener("storage", (event) => {
    if (event.key === null || event.key === store.key || event.key === way.key) readAgain();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) readAgain(); // the page was put away as it stood, and heard of nothing since
  });

  return {
    /** @returns {Mark | null} */
    get: (id) => entries.get(id)?.mark ?? null,

    /** Marks a concept, or takes its mark away. @param {string} id @param {Mark | null} mark */
    set(id, mark) {
      read(); // another tab may have written
      entries.delete(id);
      if (mark) entries.set(id, { mark, since: new Date().toISOString() });
      write();
    },

    /** @returns {Map<string, Mark>} the marks, the oldest first */
    all: () => new Map([...entries].sort(byAge).map(([id, entry]) => [id, entry.mark])),

    isLearnt: (id) => ["known", "done"].includes(entries.get(id)?.mark ?? ""),

    /** Removes all marks, and the way that is followed. */
    clear() {
      store.write(null);
      way.write(null);
      isCorrupted = false;
      readAgain();
    },

    /** @returns {string} the marks as a file that people can read */
    exportText() {
      const about = { what: "learnpath marks", site: base, date: new Date().toISOString().slice(0, 10) };
      return `${JSON.stringify({ ...about, ...written(entries) }, null, 2)}\n`;
    },

    /**
     * Adds the marks of such a file to those that are here; of two marks of a concept, known and done win over learning.
     *
     * @returns {number | null} how many marks came out of it, or null if it is no such file: then nothing has changed
     */
    importText(text) {
      const found = understood(text);
      if (!found.isWhole) return null;
      read();
      const count = merge(entries, found.entries, renamed);
      write();
      return count;
    },

    /** Learns which concepts have another id now. @param {Record<string, string>} formerly */
    rename(formerly) {
      present = new Map(Object.entries(formerly));
      readAgain();
    },

    /** @returns {Trail | null} the path or plan that is followed */
    trail: () => trail,

    /** Follows a path or plan, or none. @param {Trail | null} next */
    follow(next) {
      way.write(next && JSON.stringify({ format: FORMAT, ...next }));
      readAgain();
    },

    /** Calls `listener` whenever marks or trail change, here or in another tab; gives a function that ends it. */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    /** @returns {Trouble} why marks may not last */
    get trouble() {
      return isCorrupted ? "corrupted" : store.trouble() || way.trouble();
    },
  };
}

/** Opens a place for one text, which is there even where the browser keeps nothing. @param {string} key */
function openStore(key) {
  const lasting = storage("localStorage", key);
  const passing = storage("sessionStorage", key);
  /** @type {string | null} */
  let unkept = null; // what neither of them took
  let isFull = false;
  const aside = `${key}:unreadable`;

  const store = {
    key,
    trouble: () => (lasting ? (isFull ? "full" : "") : "blocked"),
    read: () => unkept ?? passing?.getItem(key) ?? lasting?.getItem(key) ?? null,
    write(text) {
      unkept = null;
      passing?.removeItem(key);
      if (text === null) {
        isFull = false;
        lasting?.removeItem(key);
        lasting?.removeItem(aside);
        return;
      }
      const isKept = put(lasting, key, text);
      isFull = !isKept;
      if (!isKept && !put(passing, key, text)) unkept = text;
    },
    putAside() {
      put(lasting, aside, store.read());
    },
  };
  const left = passing?.getItem(key);
  if (left != null) store.write(left); // by now localStorage may have room for it
  return store;
}

/** Gives a storage of the browser, or null where it may not be read. */
function storage(name, key) {
  try {
    window[name].getItem(key);
    return window[name];
  } catch {
    return null;
  }
}

function put(storage, key, text) {
  try {
    storage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

/** Reads marks as they are kept and exported; what is no mark is left out, and then they are not whole. */
function understood(text) {
  /** @type {[string, Entry][]} */
  const entries = [];
  if (text === null) return { entries, isWhole: true };
  const marks = parsed(text)?.marks;
  if (typeof marks !== "object" || marks === null || Array.isArray(marks)) return { entries, isWhole: false };
  const all = Object.entries(marks);
  for (const [id, entry] of all) {
    const since = typeof entry?.since === "string" ? entry.since : "";
    if (isId(id) && MARKS.includes(entry?.mark)) entries.push([id, { mark: entry.mark, since }]);
  }
  return { entries, isWhole: entries.length === all.length };
}

/** Reads the trail as it is kept; null where it cannot be understood. @returns {Trail | null} */
function followed(text, renamed) {
  const { kind, id, query, steps } = parsed(text) ?? {};
  const isTrail = Array.isArray(steps) && steps.length > 0 && steps.every(isId);
  if (!isTrail) return null;
  const present = [...new Set(steps.map(renamed))];
  if (kind === "path" && isId(id)) return { kind, id, steps: present };
  return kind === "plan" && typeof query === "string" ? { kind, query, steps: present } : null;
}

/** Reads JSON of our format; null for anything else. */
function parsed(text) {
  try {
    const whole = JSON.parse(text);
    return whole?.format === FORMAT ? whole : null;
  } catch {
    return null;
  }
}

function written(entries) {
  return { format: FORMAT, marks: Object.fromEntries([...entries].sort(byAge)) };
}

/** Adds marks to `entries` under their present ids, the stronger one winning; gives how many have changed them. */
function merge(entries, added, renamed) {
  let count = 0;
  for (const [former, entry] of added) {
    const id = renamed(former);
    const here = entries.get(id);
    if (here && (here.mark !== "learning" || entry.mark === "learning")) continue;
    entries.set(id, entry);
    count += 1;
  }
  return count;
}

function byAge([, one], [, other]) {
  return one.since < other.since ? -1 : one.since > other.since ? 1 : 0;
}
