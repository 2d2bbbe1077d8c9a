/** Shows the steps of a plan as a list, each with its reasons, which are put together when they are opened. */

import { button, element, find, say, time } from "../guide/page.js";
import { lengthOf } from "./notes.js";
import { list, sentence } from "./words.js";

/**
 * @typedef {import("../plan.js").Plan} Plan
 * @typedef {import("../plan.js").Reason} Reason
 * @typedef {import("./knowledge.js").Knowledge} Knowledge
 * @typedef {object} Shown what there is to show
 * @property {Plan} made
 * @property {Reason[]} reasons
 * @property {Set<number>} fits the steps that fit into the budget
 * @property {(step: number) => Promise<import("../plan.js").Choice[]>} choicesOf
 * @property {() => Promise<(concept: string, prerequisite: string) => string>} why
 */

export class Steps {
  /**
   * @param {HTMLElement} root
   * @param {Knowledge} knowledge
   * @param {{know: (step: number) => void, take: (other: number) => void}} actions
   */
  constructor(root, knowledge, actions) {
    Object.assign(this, { root, knowledge, actions });
    this.fitting = find(root, ".fitting");
    this.left = find(root, ".left");
    this.later = find(root, ".later");
  }

  /** @param {Shown} shown */
  show(shown) {
    const open = [...this.root.querySelectorAll(".steps details[open]")].map((each) => each.closest("li").id);
    this.shown = shown;
    this.numbers = new Map(shown.made.steps.map((step, place) => [step, place + 1]));
    const known = new Set(shown.made.known);
    const items = shown.made.steps.map((step, place) => this.item(step, shown.reasons[place], known));
    this.fitting.replaceChildren(...items.filter((_, place) => shown.fits.has(shown.made.steps[place])));
    this.later.replaceChildren(...items.filter((_, place) => !shown.fits.has(shown.made.steps[place])));
    const rest = shown.made.steps.filter((step) => !shown.fits.has(step));
    this.left.hidden = !rest.length;
    find(this.left, "h3").textContent = say("plan-later", { length: lengthOf(this.knowledge, rest) });
    for (const id of open) {
      const details = document.getElementById(id)?.querySelector("details");
      if (details) details.open = true;
    }
  }

  /** Gives the element of a step. @param {number} step @returns {HTMLElement | null} */
  of(step) {
    return document.getElementById(this.anchor(step));
  }

  item(step, reason, known) {
    const { knowledge } = this;
    const title = knowledge.title(step), isGoal = this.shown.made.goals.includes(step);
    const about = element("span", { class: "about" },
      element("span", { class: "facts" }, [this.timeOf(step), knowledge.area(step)].filter(Boolean).join(" · ")));
    if (isGoal) about.append(" ", element("span", { class: "mark" }, say("plan-goal")));
    if (knowledge.hasChoice(step, known)) about.append(" ", element("span", { class: "mark" }, say("plan-choice")));
    const item = element("li", { id: this.anchor(step), class: isGoal ? "goal" : "", value: this.numbers.get(step) });
    const head = element("div", { class: "head" }, element("a", { href: knowledge.href(step) }, title), " ", about);
    item.append(head, button(say("plan-know"), () => this.actions.know(step), {
      "aria-label": say("plan-know-title", { title }), class: "guide-button know",
    }));
    if (reason.refresh.length) {
      const titles = element("span", {}, ...list(reason.refresh.map((each) => this.link(each))));
      item.append(element("p", { class: "refresh" }, ...sentence("plan-refresh", { titles })));
    }
    const details = element("details", {}, element("summary", {}, this.because(reason)));
    details.addEventListener("toggle", () => this.fill(details, step, reason), { once: true });
    item.append(details);
    return item;
  }

  /** Says in short what a step is for. */
  because(reason) {
    if (!reason.uses.length) return say("plan-because-goal");
    const use = this.knowledge.title(reason.way[1] ?? reason.uses[0]), n = reason.uses.length - 1;
    return n ? say("plan-because-more", { use, n }) : say("plan-because", { use });
  }

  timeOf(step) {
    const { knowledge } = this;
    if (knowledge.ongoing.has(step)) return say("ongoing");
    return knowledge.minutes[step] === null ? "" : time(knowledge.minutes[step]);
  }

  async fill(details, step, reason) {
    const { knowledge, shown } = this;
    const [why, choices] = await Promise.all([shown.why(), shown.choicesOf(step)]);
    if (reason.way.length > 1) {
      const goal = knowledge.title(reason.way.at(-1));
      details.append(element("p", {}, say("plan-way", { goal })), element("ol", { class: "way" },
        ...reason.way.slice(1).map((to, place) => {
          const told = why(knowledge.ids[to], knowledge.ids[reason.way[place]]);
          const link = this.link(to);
          return element("li", {}, ...(told ? sentence("plan-way-why", { title: link, why: told }) : [link]));
        })));
    }
    const others = reason.uses.filter((use) => !reason.way.includes(use));
    if (others.length) {
      const titles = element("span", {}, ...list(others.map((use) => this.link(use))));
      details.append(element("p", {}, ...sentence("plan-also-used", { titles })));
    }
    for (const { taken, others: instead } of choices) {
      for (const [other, more] of instead) details.append(this.choice(taken, other, more));
    }
  }

  choice(taken, other, more) {
    const { knowledge } = this;
    const names = { taken: knowledge.title(taken), other: knowledge.title(other) };
    const isEstimate = [taken, other].every((each) => knowledge.minutes[each] !== null);
    const label = !more || !isEstimate ? "plan-rather" : more > 0 ? "plan-rather-saves" : "plan-rather-costs";
    return element("p", { class: "choice" },
      say(label, { ...names, time: time(Math.abs(more)) }), " ",
      button(say("plan-take-other", names), () => this.actions.take(other)));
  }

  /** Gives a link to a step further up or down, or to the page of what is no step. */
  link(concept) {
    const number = this.numbers.get(concept), title = this.knowledge.title(concept);
    return number
      ? element("a", { href: `#${this.anchor(concept)}` }, `${number}. ${title}`)
      : element("a", { href: this.knowledge.href(concept) }, title);
  }

  anchor(step) {
    return `step-${this.knowledge.ids[step]}`;
  }
}
