/**
 * The page of the map. The chosen concept stands in the address; the map, what is told beside it and the legend follow.
 * How the map is drawn is known to the modules in map/.
 */

import { About } from "../map/about.js";
import { Chart } from "../map/chart.js";
import { coloursOf, coloursOfAreas, watchTheme } from "../map/colours.js";
import { Moving } from "../map/moving.js";
import { Painter } from "../map/painter.js";
import { Knowledge } from "../planner/knowledge.js";
import { Picker } from "../planner/picker.js";
import { element, find, say } from "./page.js";
import { isReady } from "./progress.js";
import * as reader from "./reader.js";

const NEAR = 0.8; // the scale at which a chosen concept and those around it are well read
const TOUCH = 14; // pixels around a box that still hit it

class Page {
  /**
   * @param {HTMLElement} root
   * @param {Knowledge} knowledge
   * @param {import("../map/chart.js").Layout} layout
   */
  constructor(root, knowledge, layout) {
    Object.assign(this, { root, knowledge });
    /** @type {number | null} */
    this.focus = null;
    this.below = this.above = null;
    this.stage = find(root, ".stage");
    this.said = find(root, ".said");
    this.chart = new Chart(layout, knowledge);
    this.painter = new Painter(find(root, "canvas"), this.chart, knowledge.titles);
    this.moving = new Moving(this.stage, this.chart, {
      changed: () => this.invalidate(),
      touched: (x, y) => this.touch(x, y),
      inset: () => this.inset(),
    });
    this.about = new About(find(root, ".about"), this.chart, knowledge, {
      choose: (concept) => this.choose(concept), end: () => this.end(),
    });
    this.picker = new Picker(find(root, ".find"), knowledge, ([concept]) => {
      this.choose(concept);
      this.stage.focus();
    });
    this.listen();
  }

  listen() {
    this.stage.addEventListener("keydown", (event) => this.press(event));
    this.stage.addEventListener("pointermove", (event) => this.hover(event));
    const moving = this.moving, root = this.root;
    for (const [name, act] of [["in", () => moving.nearer()], ["out", () => moving.farther()], ["fit", () => moving.fit()]]) {
      find(root, `.buttons .${name}`).addEventListener("click", act);
    }
    find(root, ".legend").addEventListener("change", () => this.dress());
    this.listenToFullScreen();
    watchTheme(() => this.dress());
    reader.marks.subscribe(() => this.dress());
    new ResizeObserver(() => this.resize()).observe(this.stage);
    addEventListener("popstate", () => this.open());
  }

  listenToFullScreen() {
    const full = find(this.root, ".full");
    full.hidden = !this.root.requestFullscreen; // a phone may have none
    full.addEventListener("click", () => {
      (document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen()).catch(() => {});
    });
    document.addEventListener("fullscreenchange", () => {
      full.textContent = say(document.fullscreenElement ? "map-full-end" : "map-full");
    });
  }

  // what is chosen

  /** Chooses the concept that the address names. */
  open() {
    const named = new URLSearchParams(location.search).get("focus");
    const concept = named ? this.knowledge.numberOf(named) : undefined;
    if (concept !== undefined) this.choose(concept);
    else this.forget();
  }

  /** Chooses a concept, and shows what leads to it and what it leads to. @param {number} concept */
  choose(concept, nearest = NEAR) {
    const { chart } = this;
    this.focus = concept;
    this.below = chart.reached(concept, chart.needs);
    this.above = chart.reached(concept, chart.opens);
    this.dress();
    this.about.show(concept);
    this.moving.reveal(chart.x[concept], chart.y[concept], chart.boxWidth, chart.boxHeight, nearest);
    this.write();
    this.said.textContent = say("map-chosen", {
      title: this.knowledge.title(concept), below: this.below.size, above: this.above.size,
    });
  }

  /** Ends it. */
  end() {
    const isHeld = this.about.root.contains(document.activeElement);
    this.forget();
    this.write();
    this.said.textContent = say("map-none-chosen");
    if (isHeld) this.stage.focus();
  }

  forget() {
    this.focus = this.below = this.above = null;
    this.about.show(null);
    this.dress();
  }

  /** Keeps the address, and the way to the other languages, to what is chosen. */
  write() {
    const query = this.focus === null ? "" : `?focus=${this.knowledge.ids[this.focus]}`;
    if (location.search !== query) history.replaceState(null, "", location.pathname + query);
    for (const link of document.querySelectorAll("a[hreflang]")) link.search = query;
  }

  // what the reader does

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.stage) return;
    const { key, shiftKey } = event;
    const isHandled = this.focus !== null && !shiftKey && key.startsWith("Arrow") ? this.step(key)
      : key === "Enter" ? this.enter()
      : key === "Escape" && this.focus !== null ? (this.end(), true)
      : this.moving.key(event);
    if (isHandled) event.preventDefault();
  }

  step(key) {
    const next = this.chart.beside(this.focus, key, this.isShown);
    if (next !== null) this.choose(next);
    return true;
  }

  /** Chooses what is in the middle; with a concept chosen, goes to its links. */
  enter() {
    if (this.focus !== null) {
      find(this.about.root, "h2 a").focus();
      return true;
    }
    const { x, y } = this.moving.pointAt((this.moving.width - this.inset()) / 2, this.moving.height / 2);
    const concept = this.chart.nearest(x, y, this.isShown);
    if (concept !== null) this.choose(concept);
    return true;
  }

  touch(x, y) {
    const concept = this.conceptAt(x, y, TOUCH);
    this.stage.focus({ preventScroll: true });
    if (concept !== null) this.choose(concept, 0);
    else if (this.focus !== null) this.end();
  }

  hover({ clientX, clientY, pointerType }) {
    if (pointerType !== "mouse") return;
    const { x, y } = this.moving.placeOf({ clientX, clientY });
    const concept = this.conceptAt(x, y, 0);
    this.stage.classList.toggle("on-concept", concept !== null);
    this.stage.title = concept === null ? "" : this.knowledge.title(concept);
  }

  conceptAt(x, y, slack) {
    const point = this.moving.pointAt(x, y);
    return this.chart.at(point.x, point.y, this.isShown, slack / this.moving.view.k);
  }

  // how it looks

  isShown = (concept) => this.focus === concept || !this.hiddenAreas.has(this.knowledge.graph.area[concept]);

  /** Reads colours, legend and marks, and draws anew. */
  dress() {
    const { root, knowledge } = this;
    const colours = coloursOf(root), areas = coloursOfAreas(root);
    const ofArea = [...knowledge.graph.areas.map((id) => areas.get(id)), areas.get("")];
    const areaOf = (concept) => knowledge.graph.area[concept];
    const byMarks = find(root, "input[value=marks]").checked;
    find(root, ".marks-key").hidden = !byMarks;
    this.hiddenAreas = this.readAreas();
    const state = this.readProgress();
    this.painter.wear({
      colours,
      colour: byMarks ? (concept) => colours[state(concept)] : (concept) => ofArea.at(areaOf(concept)) ?? colours.plain,
      isFilled: byMarks ? (concept) => ["learnt", "learning"].includes(state(concept)) : () => true,
      sign: (concept) => (byMarks ? { learnt: "✓", learning: "…", ready: "→" }[state(concept)] ?? "" : ""),
      isShown: this.isShown,
      focus: this.focus,
      below: this.below,
      above: this.above,
      hasChain: root.querySelector(".chain input")?.checked ?? false,
      font: getComputedStyle(this.stage).fontFamily,
    });
    this.invalidate();
  }

  /** Gives the areas that are not shown, as numbers; -1 for what has none. @returns {Set<number>} */
  readAreas() {
    const left = [...this.root.querySelectorAll(".areas input:not(:checked)")];
    return new Set(left.map((box) => (box.value ? this.knowledge.graph.areas.indexOf(box.value) : -1)));
  }

  readProgress() {
    const { marks } = reader, { graph, ids } = this.knowledge, known = new Set(reader.learnt());
    return (concept) => known.has(concept) ? "learnt"
      : marks.get(ids[concept]) === "learning" ? "learning"
      : isReady(graph, concept, known) ? "ready" : "rest";
  }

  inset() {
    const about = this.about.root;
    return about.hidden || getComputedStyle(about).position !== "absolute" ? 0 : about.offsetWidth;
  }

  resize() {
    this.painter.resize(this.stage.clientWidth, this.stage.clientHeight);
    if (this.moving.isWhole) this.moving.fit();
    this.invalidate();
  }

  /** Draws with the next picture. */
  invalidate() {
    this.picture ??= requestAnimationFrame(() => {
      this.picture = null;
      this.painter.show(this.moving.view);
      this.root.dataset.drawn = "";
    });
  }
}

/** Shows the map above the list, or says why it cannot be shown. */
async function main(root) {
  let layout;
  try {
    [layout] = await Promise.all([reader.json("map/layout.json"), reader.load()]);
  } catch (error) {
    root.replaceWith(element("p", { role: "alert", class: "failed" }, say("map-failed")));
    throw error; // for the console
  }
  root.hidden = false;
  const page = new Page(root, new Knowledge(reader.knowledge), layout);
  page.resize();
  page.moving.begin();
  page.open();
  page.moving.glides = true;
}

await main(find(document, ".map"));
