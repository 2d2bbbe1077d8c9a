/**
 * The page that plans. What the reader asks for stands in the address and nowhere else; each change makes the plan
 * anew and shows it. How plans are made is known to plan.js, how each part of the page looks to the modules in planner/.
 */

import { planner } from "../plan.js";
import { hoursIn, read, write } from "../planner/address.js";
import { Asking } from "../planner/asking.js";
import { draw, READABLE } from "../planner/drawing.js";
import { Knowing } from "../planner/knowing.js";
import { Knowledge, loadReasons } from "../planner/knowledge.js";
import { Marked } from "../planner/marked.js";
import { notesOn, summaryOf, titlesOf } from "../planner/notes.js";
import { Picker } from "../planner/picker.js";
import { Steps } from "../planner/steps.js";
import { Taking } from "../planner/taking.js";
import { button, element, find, say } from "./page.js";
import * as reader from "./reader.js";

/** @typedef {import("../planner/address.js").Asked} Asked */

class Page {
  /**
   * @param {HTMLElement} root
   * @param {Knowledge} knowledge
   */
  constructor(root, knowledge) {
    Object.assign(this, { root, knowledge });
    this.siteTitle = document.title;
    this.planning = planner(knowledge.graph);
    this.turn = 0;
    /** @type {Asked} */
    this.asked = { goals: [], known: [], choose: [], hours: null };
    this.goals = new Picker(find(root, ".goals"), knowledge, (goals) => this.change({ goals }));
    this.known = new Picker(find(root, ".known"), knowledge, (known) => this.change({ known }));
    this.hours = /** @type {HTMLInputElement} */ (find(root, ".hours"));
    this.steps = new Steps(find(root, ".plan"), knowledge, {
      know: (step) => this.know(step), take: (other) => this.take(other),
    });
    this.knowing = new Knowing(this, this.steps, knowledge);
    this.asking = new Asking(find(root, ".placement"), knowledge, (known) => this.knowing.place(known));
    this.taking = new Taking(find(root, ".taking"), knowledge);
    this.marked = new Marked(root, this, knowledge);
    this.title = find(root, "#plan-title");
    this.said = find(root, ".said");
    this.listen();
    this.offer();
  }

  listen() {
    this.hours.addEventListener("input", () => this.change({ hours: hoursIn(this.hours.value) }));
    find(this.root, ".budget").hidden = !this.knowledge.hasMinutes;
    find(this.root, ".ask").addEventListener("click", () => this.ask());
    addEventListener("popstate", () => {
      if (location.search !== this.query()) this.open(); // else a link led to a step
    });
  }

  /** Offers the goals of the ready-made plans. */
  offer() {
    const ready = document.querySelectorAll(".ready-made [data-goal]");
    find(this.root, ".start ul").append(...[...ready].map(({ dataset }) => {
      const goal = this.knowledge.numberOf(dataset.goal);
      const begin = async () => {
        await this.change({ goals: [goal] });
        this.focusOnTitle();
      };
      return element("li", {},
        button(this.knowledge.title(goal), begin), " ",
        element("span", { class: "facts" }, dataset.length));
    }));
  }

  // what is asked for

  /** Shows what the address asks for. */
  async open() {
    const { asked, unknown } = read(location.search, (id) => this.knowledge.numberOf(id));
    this.strangers = unknown;
    this.asked = asked;
    await this.show();
  }

  /**
   * Changes what is asked for; new goals make a new entry in the history, so that Back leads to the former ones.
   *
   * @param {Partial<Asked>} changed
   */
  async change(changed) {
    const former = String(this.asked.goals);
    this.strangers = [];
    this.asked = { ...this.asked, ...changed };
    if (String(this.asked.goals) !== former) history.pushState(null, "", location.pathname);
    await this.show();
  }

  query() {
    return write(this.asked, this.knowledge.ids);
  }

  /** Keeps the address, and the way to the other languages, to what is asked for. */
  write() {
    const query = this.query();
    if (location.search !== query) history.replaceState(null, "", location.pathname + query);
    for (const link of document.querySelectorAll("a[hreflang]")) link.search = query;
  }

  // showing it

  /** Makes the plan that is asked for, and shows it unless something else is asked for meanwhile. */
  async show() {
    const turn = ++this.turn;
    this.showAsked();
    if (!this.asked.goals.length) {
      find(this.root, ".plan").hidden = true;
      document.title = this.siteTitle;
      this.said.textContent = "";
      this.showNotes([]);
      return;
    }
    try {
      const plan = await this.make(this.asked);
      if (turn === this.turn) this.showPlan(plan);
    } catch (error) {
      if (turn === this.turn) this.showNotes([[say("plan-stuck", { problem: error.message })]]);
      throw error; // for the console
    }
  }

  showAsked() {
    const { goals, known, hours } = this.asked;
    this.goals.show(goals);
    this.known.show(known);
    if (hoursIn(this.hours.value) !== hours) this.hours.value = String(hours ?? "");
    find(this.root, ".start").hidden = goals.length > 0;
    find(this.root, ".ask").hidden = !goals.length;
    this.asking.close();
    this.knowing.forget();
    this.marked.draw();
    this.write();
  }

  /** @param {Asked} asked */
  async make({ goals, known, choose, hours }) {
    const { planning, knowledge } = this;
    const made = await planning.plan(goals, known, choose);
    made.picks = knowledge.deciding(made.picks, await planning.closure(goals, [], made.picks));
    const anew = choose.length ? await planning.plan(goals, known) : made;
    const minutes = knowledge.minutes.map((each) => each ?? 0);
    return {
      made,
      lighter: anew.picks,
      saved: await planning.weight(made.steps) - await planning.weight(anew.steps),
      reasons: await planning.reasonsOf(made),
      fits: new Set(hours === null ? made.steps : await planning.within(made, minutes, Math.round(hours * 60))),
      hours,
      choicesOf: (step) => planning.choicesOf(made, step),
      why: () => (this.why ??= loadReasons()),
    };
  }

  showPlan(plan) {
    const { knowledge } = this, { made } = plan;
    this.plan = plan;
    this.asked.choose = made.picks;
    this.write();
    find(this.root, ".plan").hidden = false;
    this.title.textContent = say("plan-title", { goals: titlesOf(knowledge, made.goals) });
    document.title = `${this.title.textContent} - ${this.siteTitle}`;
    const length = summaryOf(knowledge, made);
    find(this.root, ".plan > .length").textContent = length;
    this.notes = notesOn(knowledge, plan, () => this.choose(plan.lighter));
    this.showNotes(this.notes);
    this.showDrawing(plan);
    this.steps.show(plan);
    this.taking.show(plan);
    this.marked.show(plan);
    find(this.root, ".taking").hidden = !made.steps.length;
    this.said.textContent = made.steps.length ? say("plan-made", { length }) : say("plan-nothing-left");
    plan.why(); // now, so that reasons open at once
  }

  /** Shows sentences above the plan. @param {(string | Node)[][]} notes */
  showNotes(notes) {
    const strangers = this.strangers.length ? [[say("plan-unknown-ids", { ids: this.strangers.join(", ") })]] : [];
    const list = find(this.root, ".notes");
    list.replaceChildren(...[...strangers, ...notes].map((parts) => element("li", {}, ...parts)));
    list.hidden = !list.children.length;
  }

  showDrawing({ made: { steps, goals }, reasons }) {
    const box = find(this.root, ".drawing"), canvas = find(box, ".canvas");
    box.hidden = steps.length < 2;
    canvas.tabIndex = steps.length > READABLE ? -1 : 0;
    if (steps.length > READABLE) {
      canvas.replaceChildren(element("p", {}, say("plan-drawing-large", { n: READABLE })));
    } else if (steps.length > 1) {
      const place = new Map(steps.map((step, number) => [step, number]));
      const drawn = steps.map((step, number) => ({
        title: this.knowledge.title(step),
        isGoal: goals.includes(step),
        uses: reasons[number].uses.map((use) => place.get(use)),
      }));
      canvas.replaceChildren(draw(drawn, (number) => find(this.steps.of(steps[number]), "a").focus()));
    }
  }

  // what a reader does with it

  /** Begins to ask what the reader knows. */
  ask() {
    const { made, reasons } = this.plan;
    const begun = this.asking.begin(made.steps, reasons.map((reason) => reason.uses), made.goals);
    if (begun) return;
    const told = say("plan-nothing-to-ask");
    this.showNotes([...this.notes, [told]]);
    this.add(told);
  }

  async know(step) {
    const { made } = this.plan;
    const below = await this.planning.closure([step], made.known, made.picks);
    await this.knowing.know(step, [...below].filter((each) => each !== step));
  }

  /** Takes another alternative. */
  async take(other) {
    await this.choose([other, ...this.asked.choose]);
    this.add(say("plan-taken-other", { other: this.knowledge.title(other) }));
  }

  /** Chooses alternatives, from now on. @param {number[]} choose */
  async choose(choose) {
    await this.change({ choose });
    this.focusOnTitle();
  }

  focusOnTitle() {
    this.title.focus();
  }

  /** Says something more to those who cannot see what has happened. @param {string} words */
  add(words) {
    this.said.textContent = `${words} ${this.said.textContent}`;
  }
}

/** Shows the planner in the place of the ready-made plans, or says why it cannot be shown. */
async function main(root) {
  try {
    await reader.load();
  } catch (error) {
    root.before(element("p", { role: "alert", class: "failed" }, say("plan-failed")));
    throw error; // for the console
  }
  const page = new Page(root, new Knowledge(reader.knowledge));
  root.hidden = false;
  find(document, ".ready-made").hidden = true;
  await page.open();
}

await main(find(document, ".planner"));
