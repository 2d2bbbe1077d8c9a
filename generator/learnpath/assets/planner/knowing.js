/**
 * "I know this": takes steps as known, says so in the list where they stood, and takes it back on demand. Who knows a
 * concept knows what it rests on, so that is taken as known too, unless the reader says otherwise.
 */

import { button, element, find, say } from "../guide/page.js";

/**
 * @typedef {import("./address.js").Asked} Asked
 * @typedef {object} Page what this needs of the page
 * @property {Asked} asked
 * @property {(changed: Partial<Asked>) => Promise<void>} change
 * @property {(words: string) => void} add says something more to those who cannot see it
 * @property {() => void} focusOnTitle
 */

export class Knowing {
  /**
   * @param {Page} page
   * @param {import("./steps.js").Steps} steps
   * @param {import("./knowledge.js").Knowledge} knowledge
   */
  constructor(page, steps, knowledge) {
    Object.assign(this, { page, steps, knowledge });
    this.note = element("li", { class: "note" });
  }

  /** Takes a step as known with what it rests on, and goes on to the next. @param {number} step @param {number[]} below */
  async know(step, below) {
    const all = this.steps.shown.made.steps;
    const task = { step, below, next: all.slice(all.indexOf(step) + 1), former: this.page.asked };
    await this.take(task, true);
    this.focusOn(task.next);
  }

  async take(task, withBelow) {
    const { step, below, next, former } = task;
    await this.page.change({ known: [...new Set([...former.known, step, ...(withBelow ? below : [])])] });
    const parts = [say("plan-knows", { title: this.knowledge.title(step) }), " "];
    if (below.length) {
      const box = element("input", { type: "checkbox", change: async () => {
        await this.take(task, box.checked);
        find(this.note, "input").focus();
      } });
      box.checked = withBelow;
      parts.push(element("label", {}, box, ` ${say("plan-knows-below", { n: below.length })}`), " ");
    }
    this.tell([...parts, this.undoButton(former, () => this.focusOn([step]))], this.firstOf(next));
  }

  /** Takes as known what came out of questions. @param {number[]} known */
  async place(known) {
    const former = this.page.asked;
    await this.page.change({ known: [...former.known, ...known] });
    this.page.focusOnTitle();
    const said = known.length ? say("plan-placed", { n: known.length }) : say("plan-placed-none");
    const undo = this.undoButton(former, () => this.page.focusOnTitle());
    this.tell(known.length ? [said, " ", undo] : [said], this.steps.fitting.firstChild);
  }

  /** Takes the note away, as something else has happened. */
  forget() {
    this.note.remove();
  }

  undoButton(former, goOn) {
    const undo = async () => {
      await this.page.change(former);
      this.page.add(say("plan-undone"));
      goOn();
    };
    return button(say("undo"), undo, { class: "guide-button undo" });
  }

  /** Puts the note into the list before a step, or at its end. */
  tell(parts, before) {
    this.note.replaceChildren(...parts);
    if (before) before.before(this.note);
    else this.steps.fitting.append(this.note);
    this.page.add(this.note.textContent);
  }

  /** Gives the element of the first of some steps that is still in the plan. */
  firstOf(steps) {
    return steps.map((step) => this.steps.of(step)).find(Boolean) ?? null;
  }

  focusOn(steps) {
    const item = this.firstOf(steps);
    if (item) find(item, ".know").focus();
    else this.page.focusOnTitle();
  }
}
