/** The search: a dialog that asks the index which Pagefind made with the site. Nothing of it is fetched before it opens. */

import { element, filled } from "./elements.js";

/** @typedef {{address: string, kind: string, title: string, names: string[], excerpt: string, score: number}} Found */

const told = JSON.parse(document.querySelector("script#search-told").textContent);
const opener = document.querySelector(".search-open");
const root = new URL("../", import.meta.url);
const AT_ONCE = 15;
const FEW = 3; // letters that two texts may share by chance
/** Where two are called the same, as an area and a path, the one of the earlier kind comes first. */
const KINDS = ["concept", "path", "snippet", "question", "article", "page"];
/** What a word weighs where it stands in a title or another name, and how little a page loses by being long. */
const RANKING = { metaWeights: { title: 10, names: 8 }, pageLength: 0.3, termFrequency: 0.6 };

/** Says some words, `{…}` filled in. @param {string} name @param {Record<string, string | number>} values */
function say(name, values = {}) {
  return filled(told.words[name], values);
}

/**
 * Gives an excerpt with its marked words; Pagefind writes `<mark>` into text that is otherwise escaped.
 *
 * @param {string} excerpt
 * @param {string} above the words that a page begins with, and that stand above the excerpt already
 */
function marked(excerpt, above) {
  const parsed = new DOMParser().parseFromString(excerpt, "text/html").body;
  let rest = said(parsed.textContent, above);
  return [...parsed.childNodes].map((node) => {
    const words = node.textContent.slice(rest);
    rest = Math.max(0, rest - node.textContent.length);
    return node.nodeName === "MARK" && words ? element("mark", {}, words) : words;
  });
}

/** Tells how many signs at the beginning of a text repeat the end of another. @param {string} text @param {string} other */
function said(text, other) {
  const whole = letters(other), most = [...text.matchAll(/[\p{L}\p{N}]+/gu)];
  for (let count = most.length; count > 0; count--) {
    const end = most[count - 1].index + most[count - 1][0].length, begin = letters(text.slice(0, end));
    if (begin.length >= FEW && whole.endsWith(begin)) return end + text.slice(end).match(/^[^\p{L}\p{N}]*/u)[0].length;
  }
  return 0;
}

function letters(words) {
  return words.replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Gives words as they are compared. @param {string} words */
function plain(words) {
  return words.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** The index, asked in the language of the page. */
class Index {
  constructor() {
    this.tries = 0;
    this.engine = null;
  }

  /** Loads Pagefind; after a failure the next call tries again, from a new address, as browsers remember the failure. */
  async load() {
    this.engine ??= (async () => {
      const address = new URL("search/pagefind.js", import.meta.url);
      if (this.tries) address.search = `again=${this.tries}`;
      const engine = await import(address.href);
      await engine.options({ basePath: new URL("./search/", import.meta.url).pathname, ranking: RANKING });
      await engine.init();
      return engine;
    })();
    return this.engine;
  }

  forget() {
    this.engine = null;
    this.tries += 1;
  }

  /** Gives what is found, best first, each to be loaded. @param {string} query */
  async ask(query) {
    const engine = await this.load();
    const { results } = await engine.search(query);
    return results;
  }
}

/** Loads some of what was found. @returns {Promise<Found[]>} */
async function loaded(results) {
  return Promise.all(
    results.map(async (result) => {
      const { meta, excerpt } = await result.data();
      const names = (meta.names ?? "").split(" · ").filter(Boolean);
      return { address: new URL(meta.address, root).href, kind: meta.kind, title: meta.title, names, excerpt, score: result.score };
    }),
  );
}

/** Puts what is named as the query before all else, then what begins with it. @param {Found[]} found @param {string} query */
function ordered(found, query) {
  const asked = plain(query);
  const rank = ({ title, names }) => {
    const called = [title, title.replace(/[(（].*?[)）]/g, ""), ...names].map(plain);
    if (called.includes(asked)) return 0;
    return called.some((name) => name.startsWith(asked)) ? 1 : 2;
  };
  const kind = (each) => (rank(each) ? 0 : KINDS.indexOf(each.kind));
  return [...found].sort((a, b) => rank(a) - rank(b) || kind(a) - kind(b) || b.score - a.score);
}

/** Groups by kind; the kind of the best comes first. @param {Found[]} found @returns {Map<string, Found[]>} */
function grouped(found) {
  const groups = new Map();
  for (const each of found) groups.set(each.kind, [...(groups.get(each.kind) ?? []), each]);
  return groups;
}

class Dialog {
  constructor() {
    this.index = new Index();
    this.shown = { query: "", results: [], found: [] };
    this.field = element("input", {
      type: "search", id: "search-field", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search",
      "aria-label": say("search-field"), placeholder: say("search-field"), "aria-describedby": "search-hint", input: () => this.wait(),
    });
    this.said = element("p", { class: "search-said", role: "status" });
    this.list = element("div", { class: "search-found" });
    this.more = element("button", { type: "button", class: "search-more", hidden: "", click: () => this.showMore() }, say("search-more"));
    const close = element("button", { type: "button", class: "search-close", "aria-label": say("search-close"), click: () => this.dialog.close() }, "×");
    this.dialog = element(
      "dialog",
      { class: "search", "aria-label": say("search"), keydown: (event) => this.key(event), click: (event) => this.outside(event) },
      element("div", { class: "search-inside", role: "search" },
        element("div", { class: "search-top" }, this.field, close),
        this.said,
        element("div", { class: "search-scroll" }, this.list, this.more),
        element("p", { class: "search-hint", id: "search-hint" }, say("search-hint")),
      ),
    );
    document.body.append(this.dialog);
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.field.focus();
    this.field.select();
    this.index.load().catch(() => this.index.forget()); // meanwhile; what fails is told once something is asked
  }

  outside(event) {
    if (event.target === this.dialog) this.dialog.close();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 120);
  }

  async ask() {
    const query = this.field.value.trim();
    this.asked = query;
    if (!query) return this.show({ query, results: [], found: [] });
    const slow = setTimeout(() => this.say(say("loading")), 400);
    try {
      const results = await this.index.ask(query);
      const found = ordered(await loaded(results.slice(0, AT_ONCE)), query);
      if (this.asked === query) this.show({ query, results, found });
    } catch {
      this.index.forget();
      if (this.asked === query) this.fail();
    } finally {
      clearTimeout(slow);
    }
  }

  async showMore() {
    const { query, results, found } = this.shown;
    try {
      const rest = await loaded(results.slice(found.length, found.length + AT_ONCE));
      if (this.shown.query !== query) return;
      const first = rest[0]?.address;
      this.show({ query, results, found: [...found, ...rest] });
      this.links().find((link) => link.href === first)?.focus();
    } catch {
      this.index.forget();
      this.fail();
    }
  }

  /** Shows what was found. @param {{query: string, results: object[], found: Found[]}} shown */
  show(shown) {
    this.shown = shown;
    const { query, results, found } = shown;
    this.list.replaceChildren(
      ...[...grouped(found)].map(([kind, members]) =>
        element("section", { "aria-label": say(`search-${kind}`) },
          element("h2", {}, say(`search-${kind}`)),
          element("ul", {}, ...members.map((each) => element("li", {}, this.link(each)))),
        ),
      ),
    );
    this.more.hidden = found.length >= results.length;
    if (query && !found.length) this.say(say("search-none", { query }), this.listOfAll());
    else this.say(query ? say("search-found", { n: results.length }) : "");
  }

  fail() {
    this.list.replaceChildren();
    this.more.hidden = true;
    this.say(say(navigator.onLine ? "search-failed" : "search-offline"), this.listOfAll());
  }

  say(words, link = null) {
    this.said.replaceChildren(words, ...(link ? [" ", link] : []));
  }

  listOfAll() {
    return element("a", { href: opener.href }, say("search-list"));
  }

  /** @param {Found} found */
  link({ address, title, names, excerpt }) {
    const also = names.length ? [element("span", { class: "search-names" }, names.join(" · "))] : [];
    return element("a", { href: address, click: () => this.dialog.close() },
      element("strong", {}, title), ...also, element("span", { class: "search-excerpt" }, ...marked(excerpt, [title, ...names].join())));
  }

  /** The links that the arrow keys move among. @returns {HTMLAnchorElement[]} */
  links() {
    return [...this.dialog.querySelectorAll(".search-said a, .search-found a")];
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing) return; // the keys choose a Chinese character
    const links = this.links(), at = links.indexOf(document.activeElement), inField = document.activeElement === this.field;
    if (event.key === "Enter" && inField && links.length) {
      if (this.shown.query === this.field.value.trim()) links[0].click();
    } else if (event.key === "Escape") {
      this.dialog.close(); // a field for searching would only empty itself
    } else if (event.key === "ArrowDown" && (inField || at >= 0)) {
      links[Math.min(at + 1, links.length - 1)]?.focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      (links[at - 1] ?? this.field).focus();
    } else return;
    event.preventDefault();
  }
}

/** Tells whether a key is typed into something. @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

if (opener) {
  let dialog = null;
  const open = () => (dialog ??= new Dialog()).open();
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  opener.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    if ((event.key !== "/" && event.key !== "s") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    open();
  });
}
