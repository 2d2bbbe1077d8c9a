/** What the reader's marks have to do with a plan: what is marked as learnt can be taken as known, a plan can be followed. */

import { find, say } from "../guide/page.js";
import { learnt, marks, troubleWords } from "../guide/reader.js";

/** @typedef {import("./address.js").Asked} Asked */

export class Marked {
  /**
   * @param {HTMLElement} root
   * @param {{asked: Asked, change: (changed: Partial<Asked>) => Promise<void>, query: () => string}} page
   * @param {import("./knowledge.js").Knowledge} knowledge
   */
  constructor(root, page, knowledge) {
    Object.assign(this, { page, knowledge });
    this.add = find(root, ".add-marked");
    this.follow = find(root, ".follow");
    this.followed = find(root, ".followed");
    this.add.addEventListener("click", async () => {
      await page.change({ known: [...page.asked.known, ...this.news()] });
      find(root, "#known-search").focus();
    });
    this.follow.addEventListener("click", () => marks.follow(this.isFollowed() ? null : this.trail));
    marks.subscribe(() => this.draw());
  }

  /** Shows what can be done with a plan. Whoever follows it follows it on, when a step is known or another one taken. */
  show({ made: { steps, goals } }) {
    const isSame = String(goals) === this.goals, followed = isSame && this.isFollowed();
    this.goals = String(goals);
    this.trail = { kind: "plan", query: this.page.query(), steps: steps.map((step) => this.knowledge.ids[step]) };
    if (followed && !this.isFollowed()) marks.follow(steps.length ? this.trail : null);
    this.draw();
  }

  /** Gives what is marked as learnt and not taken as known. */
  news() {
    const known = new Set(this.page.asked.known);
    return learnt().filter((concept) => !known.has(concept));
  }

  isFollowed() {
    const trail = marks.trail();
    return trail?.kind === "plan" && trail.query === this.trail?.query;
  }

  draw() {
    const { length } = this.news();
    this.add.hidden = !length;
    this.add.textContent = say("plan-add-marked", { n: length });
    this.follow.hidden = !this.trail?.steps.length;
    this.follow.textContent = say(this.isFollowed() ? "leave-trail" : "plan-follow");
    this.followed.textContent = [this.isFollowed() ? say("plan-followed") : "", troubleWords()].filter(Boolean).join(" ");
  }
}
