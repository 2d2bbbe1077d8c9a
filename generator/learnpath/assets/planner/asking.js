/** Asks in the page what a reader knows of a plan; which question comes next is known to placement.js. */

import { element, find, say } from "../guide/page.js";
import { Placement } from "./placement.js";
import { sentence } from "./words.js";

/**
 * @typedef {import("./knowledge.js").Knowledge} Knowledge
 */

export class Asking {
  /**
   * @param {HTMLElement} root
   * @param {Knowledge} knowledge
   * @param {(known: number[]) => void} done is told the concepts that are understood by the answers
   */
  constructor(root, knowledge, done) {
    Object.assign(this, { root, knowledge, done });
    this.question = find(root, ".which");
    for (const answer of ["yes", "no", "skip"]) find(root, `.${answer}`).addEventListener("click", () => this.answer(answer));
    find(root, ".back").addEventListener("click", () => {
      this.placement.answers.pop();
      this.ask();
    });
    find(root, ".stop").addEventListener("click", () => this.end());
  }

  /**
   * Begins to ask.
   *
   * @param {number[]} steps the plan
   * @param {number[][]} uses for each of them the later ones that use it
   * @param {number[]} goals
   * @returns {boolean} whether there is anything to ask
   */
  begin(steps, uses, goals) {
    const place = new Map(steps.map((step, number) => [step, number]));
    this.steps = steps;
    this.placement = new Placement(
      uses.map((each) => each.map((use) => place.get(use))),
      goals.filter((goal) => place.has(goal)).map((goal) => place.get(goal)),
    );
    if (this.placement.next() === null) return false;
    this.root.hidden = false;
    this.ask();
    return true;
  }

  ask() {
    const { answers, most } = this.placement;
    this.asked = this.placement.next();
    if (this.asked === null) return this.end();
    const concept = this.steps[this.asked];
    const link = element("a", { href: this.knowledge.href(concept), target: "_blank", title: say("plan-new-tab") },
      this.knowledge.title(concept));
    this.question.replaceChildren(...sentence("plan-question", { title: link }));
    find(this.root, ".count").textContent = say("plan-question-number", { n: answers.length + 1, most });
    find(this.root, ".back").hidden = !answers.length;
    this.question.focus();
  }

  answer(answer) {
    this.placement.answers.push({ step: this.asked, answer });
    this.ask();
  }

  end() {
    this.close();
    this.done(this.placement.known().map((place) => this.steps[place]));
  }

  /** Leaves without an answer. */
  close() {
    this.root.hidden = true;
  }
}
