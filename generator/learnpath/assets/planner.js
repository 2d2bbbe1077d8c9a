/**
 * The page that plans. What the reader asks for stands in the address and nowhere else; each change makes the plan
 * anew and shows it. How plans are made is known to plan.js, how each part of the page looks to the modules in planner/.
 */

import { planner } from "./plan.js";
import { hoursIn, read, write } from "./planner/address.js";
import { Asking } from "./planner/asking.js";
import { draw, READABLE } from "./planner/drawing.js";
import { element, find } from "./planner/elements.js";
import { load, loadReasons } from "./planner/knowledge.js";
import { Picker } from "./planner/picker.js";
import { Steps } from "./planner/steps.js";
import { Taking } from "./planner/taking.js";
import { Words } from "./planner/words.js";

/** @typedef {import("./planner/address.js").Asked} Asked */

class Page {
  /**
   * @param {HTMLElement} root
   * @param {import("./planner/knowledge.js").Knowledge} knowledge
   * @param {Words} words
   */
  constructor(root, knowledge, words) {
    Object.assign(this, { root, knowledge, words });
    this.planning = planner(knowledge.graph);
    this.turn = 0;
    /** @type {Asked} */
    this.asked = { goals: [], known: [], choose: [], hours: null };
    this.goals = new Picker(find(root, ".goals"), knowledge, words, (goals) => this.change({ goals }));
    this.known = new Picker(find(root, ".known"), knowledge, words, (known) => this.change({ known }));
    this.hours = /** @type {HTMLInputElement} */ (find(root, ".hours"));
    this.hours.addEventListener("input", () => this.change({ hours: hoursIn(this.hours.value) }));
    find(root, ".budget").hidden = !knowledge.hasMinutes;
    this.asking = new Asking(find(root, ".placement"), knowledge, words, (known) => this.placed(known));
    find(root, ".ask").addEventListener("click", () => this.ask());
    this.steps = new Steps(find(root, ".plan"), knowledge, words, {
      know: (step) => this.know(step), take: (other) => this.take(other),
    });
    this.taking = new Taking(find(root, ".taking"), knowledge, words);
    this.title = find(root, "#plan-title");
    this.said = find(root, ".said");
    this.note = element("li", { class: "note" });
    this.start();
    addEventListener("popstate", () => this.open());
  }

  /** Offers the goals of the ready-made plans. */
  start() {
    const ready = document.querySelectorAll(".ready-made [data-goal]");
    const offers = [...ready].map((each) => [this.knowledge.numberOf(each.dataset.goal), each.dataset.length]);
    find(this.root, ".start ul").append(...offers.map(([goal, length]) => element("li", {},
      element("button", { type: "button", click: () => this.begin(goal) }, this.knowledge.title(goal)), " ",
      element("span", { class: "facts" }, length))));
  }

  async begin(goal) {
    await this.change({ goals: [goal] });
    this.title.focus();
  }

  /** Shows what the address asks for. */
  async open() {
    const { asked, unknown } = read(location.search, (id) => this.knowledge.numberOf(id));
    this.strangers = unknown;
    this.former = null;
    this.asked = asked;
    await this.show();
  }

  /**
   * Changes what is asked for; new goals make a new entry in the history, so that Back leads to the former ones.
   *
   * @param {Partial<Asked>} changed
   */
  async change(changed) {
    this.former = null;
    this.strangers = [];
    this.asked = { ...this.asked, ...changed };
    if (changed.goals) history.pushState(null, "", this.query());
    await this.show();
  }

  query() {
    return location.pathname + write(this.asked, this.knowledge.ids);
  }

  /** Makes the plan that is asked for, and shows it unless something else is asked for meanwhile. */
  async show() {
    const turn = ++this.turn;
    this.showAsked();
    if (!this.asked.goals.length) {
      find(this.root, ".plan").hidden = true;
      this.notes([]);
      return this.say("");
    }
    try {
      const plan = await this.make(this.asked);
      if (turn === this.turn) this.showPlan(plan);
    } catch (error) {
      if (turn === this.turn) this.notes([[this.words.say("stuck", { problem: error.message })]]);
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
    this.note.remove();
    this.write();
  }

  /** Keeps the address, and the way to the other languages, to what is asked for. */
  write() {
    const query = write(this.asked, this.knowledge.ids);
    if (location.search !== query) history.replaceState(null, "", location.pathname + query);
    for (const link of document.querySelectorAll("a[hreflang]")) link.search = query;
  }

  /** @param {Asked} asked */
  async make({ goals, known, choose, hours }) {
    const { planning, knowledge } = this;
    const made = await planning.plan(goals, known, choose);
    const way = await planning.closure(goals, [], made.picks);
    made.picks = knowledge.deciding(made.picks, way);
    const anew = choose.length ? await planning.plan(goals, known) : made;
    const minutes = knowledge.minutes.map((each) => each ?? 0);
    return {
      made,
      anew,
      saved: await planning.weight(made.steps) - await planning.weight(anew.steps),
      reasons: await planning.reasonsOf(made),
      fits: new Set(hours === null ? made.steps : await planning.within(made, minutes, Math.round(hours * 60))),
      hours,
      choicesOf: (step) => planning.choicesOf(made, step),
      why: () => (this.why ??= loadReasons()),
    };
  }

  showPlan(plan) {
    const { made } = plan, { words } = this;
    this.plan = plan;
    this.asked.choose = made.picks;
    this.write();
    find(this.root, ".plan").hidden = false;
    const goals = words.list(made.goals.map((goal) => this.knowledge.title(goal))).join("");
    this.title.textContent = words.say("title", { goals });
    const length = this.length(made);
    find(this.root, ".plan > .length").textContent = length;
    this.steps.show(plan);
    this.taking.show(plan);
    find(this.root, ".taking").hidden = !made.steps.length;
    this.notes(this.notesOn(plan));
    this.showDrawing(plan);
    this.say(made.steps.length ? words.say("made", { length }) : words.say("nothing-left"));
    plan.why();
  }

  /** Says how long a plan is, and what that leaves out. */
  length({ steps, known }) {
    const { knowledge, words } = this;
    const open = steps.filter((step) => knowledge.minutes[step] === null && !knowledge.ongoing.has(step));
    return [
      this.steps.length(steps),
      ...(knowledge.hasMinutes ? [] : [words.say("no-estimates")]),
      ...(knowledge.hasMinutes && open.length ? [words.say("open", { n: open.length })] : []),
      ...(known.length ? [words.say("known-count", { n: known.length })] : []),
    ].join(" · ");
  }

  /** Gives what is to be said about a plan, each as parts of a sentence. */
  notesOn({ made, anew, saved, fits, hours }) {
    const { knowledge, words } = this, notes = [];
    const titles = (concepts) => words.list(concepts.map((each) => knowledge.title(each))).join("");
    if (!made.steps.length) notes.push([words.say("nothing-left")]);
    for (const goal of made.goals) {
      const story = knowledge.story(goal);
      if (story) {
        const path = element("a", { href: story.href }, story.title);
        notes.push(words.parts("story", { goal: knowledge.title(goal), path }));
      }
    }
    const ongoing = made.steps.filter((step) => knowledge.ongoing.has(step));
    if (ongoing.length) notes.push([words.say("ongoing", { titles: titles(ongoing) })]);
    if (saved > 0) {
      const take = element("button", { type: "button", click: () => this.change({ choose: anew.picks }) }, words.say("lighter-take"));
      notes.push([words.say("lighter", { time: words.time(saved) }), " ", take]);
    }
    if (!made.proven) notes.push([words.say("unproven")]);
    if (hours !== null && made.steps.length) notes.push([this.budget(made, fits, hours, titles)]);
    return notes;
  }

  budget(made, fits, hours, titles) {
    const { words } = this, inside = made.steps.filter((step) => fits.has(step));
    if (inside.length === made.steps.length) return words.say("fits-all", { hours });
    if (!inside.length) return words.say("fits-none", { hours });
    const reached = made.goals.filter((goal) => fits.has(goal));
    const fit = words.say("fits", { hours, length: this.steps.length(inside) });
    return reached.length ? `${fit} ${words.say("reaches", { goals: titles(reached) })}` : fit;
  }

  /** Shows sentences above the plan. @param {(string | Node)[][]} notes */
  notes(notes) {
    const strangers = this.strangers.length ? [[this.words.say("unknown-ids", { ids: this.strangers.join(", ") })]] : [];
    const list = find(this.root, ".notes");
    list.replaceChildren(...[...strangers, ...notes].map((parts) => element("li", {}, ...parts)));
    list.hidden = !list.children.length;
  }

  showDrawing({ made, reasons }) {
    const box = find(this.root, ".drawing"), canvas = find(box, ".canvas"), { steps } = made;
    box.hidden = steps.length < 2;
    canvas.tabIndex = steps.length > READABLE ? -1 : 0;
    if (steps.length > READABLE) {
      canvas.replaceChildren(element("p", {}, this.words.say("drawing-large", { n: READABLE })));
    } else if (steps.length > 1) {
      const place = new Map(steps.map((step, number) => [step, number]));
      const drawn = steps.map((step, number) => ({
        title: this.knowledge.title(step),
        isGoal: made.goals.includes(step),
        uses: reasons[number].uses.map((use) => place.get(use)),
      }));
      canvas.replaceChildren(draw(drawn, (number) => find(this.steps.of(steps[number]), "a").focus()));
    }
  }

  // what a reader knows

  ask() {
    const { made, reasons } = this.plan;
    const uses = reasons.map((reason) => reason.uses);
    if (!this.asking.begin(made.steps, uses, made.goals)) this.say(this.words.say("nothing-to-ask"));
  }

  async placed(known) {
    const before = this.asked;
    await this.change({ known: [...before.known, ...known] });
    this.remember(before, null);
    const words = known.length ? this.words.say("placed", { n: known.length }) : this.words.say("placed-none");
    this.tell([words, ...(known.length ? [" ", this.undoButton()] : [])], this.steps.fitting.firstChild);
    this.title.focus();
  }

  /** Takes a step as known, and if nothing else is wanted all that it rests on too. */
  async know(step) {
    const { made } = this.plan, before = this.asked;
    const next = made.steps.slice(made.steps.indexOf(step) + 1);
    const below = await this.planning.closure([step], made.known, made.picks);
    below.delete(step);
    await this.knowWith(step, [...below], before, next);
    this.focusOn(next);
  }

  async knowWith(step, below, before, next, withBelow = true) {
    await this.change({ known: [...new Set([...before.known, step, ...(withBelow ? below : [])])] });
    this.remember(before, step);
    const title = this.knowledge.title(step), parts = [this.words.say("knows", { title }), " "];
    if (below.length) {
      const box = element("input", { type: "checkbox", checked: withBelow, change: async () => {
        await this.knowWith(step, below, before, next, box.checked);
        find(this.note, "input").focus();
      } });
      parts.push(element("label", {}, box, ` ${this.words.say("knows-below", { n: below.length })}`), " ");
    }
    this.tell([...parts, this.undoButton()], this.firstOf(next));
  }

  remember(before, step) {
    this.former = { asked: before, step };
  }

  undoButton() {
    return element("button", { type: "button", class: "undo", click: () => this.undo() }, this.words.say("undo"));
  }

  async undo() {
    const { asked, step } = this.former;
    await this.change(asked);
    this.say(this.words.say("undone"));
    if (step === null) this.title.focus();
    else this.focusOn([step]);
  }

  /** Puts a note into the list before a step, or at its end. */
  tell(parts, before) {
    this.note.replaceChildren(...parts);
    if (before) before.before(this.note);
    else this.steps.fitting.append(this.note);
    this.say(`${this.note.textContent} ${this.said.textContent}`);
  }

  /** Gives the element of the first of some steps that is still in the plan. */
  firstOf(steps) {
    return steps.map((step) => this.steps.of(step)).find(Boolean) ?? null;
  }

  focusOn(steps) {
    const item = this.firstOf(steps);
    if (item) find(item, ".know").focus();
    else this.title.focus();
  }

  /** Takes another alternative, and from now on. */
  async take(other) {
    await this.change({ choose: [other, ...this.asked.choose] });
    this.say(`${this.words.say("taken-other", { other: this.knowledge.title(other) })} ${this.said.textContent}`);
    this.title.focus();
  }

  /** Says to those who cannot see it what has happened. */
  say(words) {
    this.said.textContent = words;
  }
}

/** Shows the planner in the place of the ready-made plans, or says why it cannot be shown. */
async function main(root) {
  const words = new Words(JSON.parse(find(root, ".words").textContent), document.documentElement.lang);
  try {
    const page = new Page(root, await load(root.dataset.graph), words);
    root.hidden = false;
    find(document, ".ready-made").hidden = true;
    await page.open();
  } catch (error) {
    root.before(element("p", { role: "alert", class: "failed" }, words.say("failed")));
    throw error; // for the console
  }
}

await main(find(document, ".planner"));
