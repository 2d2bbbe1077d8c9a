/**
 * The page's side of code that runs: the buttons at each cell, the reader's edits, and outputs in place of the recorded ones.
 *
 * What runs the code is an engine; outputs are those of Jupyter. Nothing of an engine is loaded before somebody asks.
 *
 * @typedef {{output_type: "stream", name: "stdout" | "stderr", text: string}
 *   | {output_type: "display_data" | "execute_result", data: Record<string, string>}
 *   | {output_type: "error", ename: string, evalue: string, traceback: string[]}
 *   | {output_type: "clear", wait: boolean}} Output
 * @typedef {{
 *   start(tell: (words: string) => void): Promise<void>,
 *   run(code: string, show: (output: Output) => void, name?: string): Promise<"ok" | "error" | "stopped">,
 *   stop(): Promise<void>, restart(): Promise<void>, end(): Promise<void>, forgot?: boolean}} Engine
 */

import { element, filled } from "../elements.js";
import { editOf, forgetEdit, keepEdit } from "./edits.js";
import { add } from "./outputs.js";
import { connected } from "./session.js";

const root = new URL("../../", import.meta.url);
const told = /** @type {HTMLElement} */ (document.querySelector("script#run")).dataset;

/** @type {Record<string, string>} */
let words = { run: told.run, edit: told.edit };
/** @type {Promise<void> | undefined} */
let spoken;

/** Loads the words that are only needed once somebody uses a cell. */
function speak() {
  spoken ??= fetch(new URL(told.words, root))
    .then((answer) => answer.json())
    .then((found) => { words = found; });
  return spoken;
}

/** @param {string} name @param {Record<string, string | number>} values */
const say = (name, values = {}) => filled(words[name] ?? "", values);

/** A snippet on this page: its cells, also those that the page does not show, and what runs them. */
class Snippet {
  /** @param {HTMLElement} place what tells which one it is */
  constructor(place) {
    this.id = place.dataset.snippet;
    this.runtime = place.dataset.runtime;
    this.size = place.dataset.loads;
    /** @type {Map<number, Cell>} */
    this.shown = new Map();
    /** @type {Map<number, string>} the text that each cell was last run with */
    this.ran = new Map();
    /** @type {Cell | null} */
    this.busy = null;
    /** @type {Engine | null} */
    this.engine = null;
  }

  /** Tells whether a cell can be run here. @param {boolean} needsKernel */
  canRun(needsKernel) {
    return connected() || (this.runtime === "numpy" && !needsKernel);
  }

  /** Gives the cells of code, each with the text that a run takes. */
  async cells() {
    this.texts ??= await fetch(new URL(`snippets/${this.id}/cells.json`, root)).then((answer) => answer.json());
    return this.texts.map(({ source, kernel }, number) => ({
      number,
      text: this.shown.get(number)?.text ?? source,
      runs: this.canRun(kernel),
      shown: this.shown.get(number),
    }));
  }

  /** Runs a cell, and before it those above that have not run as they are now. @param {Cell} cell */
  async run(cell) {
    if (this.busy) return;
    this.busy = cell;
    for (const each of this.shown.values()) each.draw();
    try {
      await speak();
      cell.tell(say("starting"));
      this.engine ??= await engineFor(this);
      await this.engine.start((told) => cell.tell(told));
      markLoaded();
      for (const each of this.shown.values()) each.untell();
      const all = (await this.cells()).filter((each) => each.runs && each.number <= cell.number);
      const stale = all.findIndex((each) => this.ran.get(each.number) !== each.text);
      const first = stale < 0 ? all.length - 1 : stale;
      for (const [at, each] of all.slice(first).entries()) {
        const before = all.length - 1 - first - at;
        cell.tell(before ? say("running-above", { n: at + 1, of: all.length - first }) : say("running"));
        const how = await this.runOne(each);
        if (how !== "ok") {
          cell.tell(this.ending(how, each.number, cell));
          return;
        }
      }
      cell.tell(say("done"));
    } catch (error) {
      cell.tell(error instanceof Error ? error.message : String(error), true);
    } finally {
      this.busy = null;
      for (const each of this.shown.values()) each.draw();
    }
  }

  async runOne({ number, text, shown }) {
    this.ran.delete(number);
    shown?.begin();
    const how = await this.engine.run(text, (output) => shown?.show(output), say("cell", { n: number + 1 }));
    shown?.finish();
    if (how === "ok") this.ran.set(number, text);
    if (this.engine.forgot) await this.forget();
    return how;
  }

  async forget() {
    this.ran.clear();
    await this.engine.restart();
    this.wasForgotten = true;
  }

  /** Has a kernel begin anew. @param {Cell} cell */
  async restart(cell) {
    try {
      await this.engine.restart();
      this.ran.clear();
      cell.tell(say("restarted"));
    } catch (error) {
      cell.tell(error.message, true);
    }
  }

  /** Says how a run ended that did not go well. */
  ending(how, number, cell) {
    const lost = this.wasForgotten ? ` ${say("forgotten")}` : "";
    this.wasForgotten = false;
    if (how === "stopped") return say("stopped") + lost;
    return number === cell.number ? say("failed") : say("failed-above", { n: number + 1 });
  }
}

/** A cell of code on this page. */
class Cell {
  /** @param {HTMLElement} box @param {Snippet} snippet */
  constructor(box, snippet) {
    this.box = box;
    this.snippet = snippet;
    this.number = Number(box.dataset.cell);
    this.code = box.querySelector(".highlight pre");
    this.outputs = box.querySelector(".outputs");
    this.colours = [...(this.code.querySelector("code") ?? this.code).childNodes];
    this.original = this.code.textContent.replace(/\n$/, "");
    this.recorded = [...this.outputs.childNodes];
    this.marked = 0;
    this.alts = [...this.outputs.querySelectorAll("img")].map((picture) => picture.alt);
    this.text = this.original;
    snippet.shown.set(this.number, this);
  }

  /** Puts the buttons in; a cell that cannot run here says why in the words of its page. */
  open() {
    const button = (name, act) => element("button", { type: "button", class: "guide-button", click: act }, say(name));
    this.buttons = {
      run: button("run", () => this.snippet.run(this)),
      stop: button("stop", () => this.stop()),
      edit: button("edit", () => this.edit()),
      reset: button("reset", () => this.reset()),
      restart: button("restart", () => this.snippet.restart(this)),
    };
    this.status = element("span", { class: "facts", role: "status" });
    this.box.querySelector(".cell-tools").append(...Object.values(this.buttons), this.status);
    this.restore();
    this.draw();
    this.promised = this.snippet.size && !connected() && !wasLoaded() ? filled(told.first, { size: this.snippet.size }) : "";
    this.tell(this.promised);
  }

  /** Brings back the reader's version of former visits. */
  async restore() {
    const kept = editOf(this.snippet.id, this.number, this.original);
    if (kept) this.set(kept);
    if (kept !== null) return;
    await speak();
    this.tell(say("outdated"));
  }

  draw() {
    const { run, stop, edit, reset, restart } = this.buttons;
    const { busy, engine } = this.snippet;
    if (words.stop) {
      stop.textContent = say("stop");
      reset.textContent = say("reset");
      restart.textContent = say("restart");
      edit.textContent = say(this.area ? "close" : "edit");
    }
    const hadFocus = document.activeElement;
    run.hidden = busy === this;
    stop.hidden = busy !== this;
    run.setAttribute("aria-disabled", String(Boolean(busy)));
    reset.hidden = !this.isChanged();
    restart.hidden = !engine || !connected() || Boolean(busy);
    if (hadFocus === run && run.hidden) stop.focus();
    else if (hadFocus === stop && stop.hidden) run.focus();
    else if (hadFocus === reset && reset.hidden) edit.focus();
    this.box.classList.toggle("edited", this.text !== this.original);
  }

  isChanged() {
    return this.text !== this.original || this.outputs.firstChild !== (this.recorded[0] ?? null);
  }

  /** @param {string} words @param {boolean} isWrong */
  tell(words, isWrong = false) {
    this.status.textContent = words;
    this.status.classList.toggle("wrong", isWrong);
  }

  /** Says no longer how much will be loaded. */
  untell() {
    if (this.promised && this.status.textContent === this.promised) this.tell("");
  }

  async stop() {
    this.tell(say("stopping"));
    await this.snippet.engine?.stop();
  }

  // What runs.

  begin() {
    this.isFresh = true;
    this.mark(0);
  }

  /** @param {any} output the first one takes the place of what was there */
  show(output) {
    if (this.isFresh) this.outputs.replaceChildren();
    this.isFresh = false;
    const isOriginal = this.text === this.original;
    add(this.outputs, output, { alt: (n) => (isOriginal && this.alts[n]) || say("plot", { n: n + 1 }) });
    if (output.output_type === "error") this.blame(output);
  }

  finish() {
    if (this.isFresh) this.outputs.replaceChildren();
    this.isFresh = false;
  }

  /** Says which line of which cell an error came from, and marks it. */
  blame({ ename, evalue, traceback, line, place }) {
    const found = [...traceback.join("\n").matchAll(/(?:In\[\d+\]|<cell line: \d+>).*?, line (\d+)/g)].pop();
    const number = Number(line ?? found?.[1] ?? 0);
    const owner = [...this.snippet.shown.values()].find((each) => say("cell", { n: each.number + 1 }) === place) ?? this;
    const said = [ename, evalue].filter(Boolean).join(": ");
    const head = number ? say("error-line", { cell: place || say("cell", { n: this.number + 1 }), n: number, error: said }) : said;
    this.outputs.lastElementChild.before(element("p", { class: "blame" }, head));
    owner.mark(number);
  }

  /** Marks a line of the code, also when the editor is left later; none where it is 0. @param {number} line */
  mark(line) {
    this.marked = line;
    this.box.querySelector(".line-mark")?.remove();
    if (!line || this.area) return;
    const place = this.code.querySelector("code") ?? this.code;
    const style = getComputedStyle(place);
    const height = parseFloat(style.lineHeight);
    const top = place.getBoundingClientRect().top - this.code.parentElement.getBoundingClientRect().top;
    const mark = element("span", { class: "line-mark", "aria-hidden": "true" });
    mark.style.top = `${top + parseFloat(style.paddingTop) + height * (line - 1)}px`;
    mark.style.height = `${height}px`;
    this.code.before(mark);
  }

  // The reader's version.

  async edit() {
    await speak();
    if (this.area) return this.leave();
    const label = say("editor", { n: this.number + 1 });
    const help = say("editor-keys");
    this.area = element("textarea", {
      class: "cell-editor", "aria-label": label, title: help, spellcheck: "false", autocapitalize: "off", autocomplete: "off",
      input: () => this.typed(), keydown: (event) => this.pressed(event),
    });
    this.area.value = this.text;
    this.area.rows = this.text.split("\n").length;
    this.mark(this.marked);
    this.code.hidden = true;
    this.code.after(this.area);
    this.area.focus();
    this.area.setSelectionRange(0, 0);
    this.tell(help);
    this.draw();
  }

  typed() {
    this.text = this.area.value;
    this.marked = 0;
    this.area.rows = this.text.split("\n").length;
    keepEdit(this.snippet.id, this.number, this.original, this.text);
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.leave();
      this.buttons.edit.focus();
    } else if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.snippet.run(this);
    } else if (event.key === "Enter" && !event.isComposing) {
      const line = this.area.value.slice(0, this.area.selectionStart).split("\n").pop();
      const indent = /^\s*/.exec(line)[0] + (line.trimEnd().endsWith(":") ? "    " : "");
      event.preventDefault();
      document.execCommand("insertText", false, `\n${indent}`); // unlike a change of its value, it can be undone
    }
  }

  leave() {
    const { marked } = this;
    this.area.remove();
    this.area = null;
    this.code.hidden = false;
    this.set(this.text);
    this.mark(marked);
    this.tell("");
    this.draw();
  }

  /** Shows a text in place of the code; the original has its colours. @param {string} text */
  set(text) {
    this.text = text;
    const place = this.code.querySelector("code") ?? this.code;
    place.replaceChildren(...(text === this.original ? this.colours : [`${text}\n`]));
    this.mark(0);
  }

  reset() {
    forgetEdit(this.snippet.id, this.number);
    if (this.area) {
      this.area.value = this.original;
      this.area.rows = this.original.split("\n").length;
      this.text = this.original;
    } else this.set(this.original);
    this.outputs.replaceChildren(...this.recorded);
    this.mark(0);
    this.tell(say("was-reset"));
    this.draw();
  }
}

/** Chooses what runs a snippet. @param {Snippet} snippet @returns {Promise<Engine>} */
async function engineFor(snippet) {
  if (connected()) {
    const { KernelEngine } = await import("./kernel.js");
    return new KernelEngine(words);
  }
  if (!snippet.size) throw new Error(say("absent"));
  const { Pyodide } = await import("./pyodide.js");
  return new Pyodide(say);
}

const LOADED = "learnpath.run.loaded";

function wasLoaded() {
  try {
    return sessionStorage.getItem(LOADED) !== null;
  } catch {
    return false;
  }
}

/** From now on, nothing has to be said of how much will be loaded. */
function markLoaded() {
  try {
    sessionStorage.setItem(LOADED, "");
  } catch {
    // it will be said again
  }
}

document.documentElement.classList.toggle("with-kernel", connected());
/** @type {Map<string, Snippet>} */
const snippets = new Map();
const whole = /** @type {HTMLElement | null} */ (document.querySelector("p[data-snippet]"));
for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-cell]"))) {
  const place = /** @type {HTMLElement | null} */ (box.closest("[data-snippet]")) ?? whole;
  if (!place) continue;
  const id = place.dataset.snippet;
  const snippet = snippets.get(id) ?? new Snippet(place);
  snippets.set(id, snippet);
  if (snippet.canRun("needs" in box.dataset)) new Cell(box, snippet).open();
  else if (place !== whole || snippet.runtime === "numpy") {
    box.querySelector(".cell-tools").append(element("span", { class: "facts" }, told.kernel));
  }
}
addEventListener("pagehide", () => {
  for (const snippet of snippets.values()) {
    snippet.engine?.end();
    snippet.ran.clear(); // the page may be shown again
  }
});
