/** Lets a reader take a plan along: as a link, a list, a file, on paper or in a calendar. */

import { calendarFile, sessions } from "../calendar.js";
import { element, find, save, say } from "../guide/page.js";
import { planJson, planMarkdown } from "./exporting.js";
import { dayWords, list, weekdays } from "./words.js";

/**
 * @typedef {import("./knowledge.js").Knowledge} Knowledge
 * @typedef {import("./steps.js").Shown & {hours: number | null}} Taken
 */

export class Taking {
  /**
   * @param {HTMLElement} root
   * @param {Knowledge} knowledge
   */
  constructor(root, knowledge) {
    Object.assign(this, { root, knowledge });
    this.done = find(root, ".done");
    this.byHand = /** @type {HTMLTextAreaElement} */ (find(root, ".by-hand"));
    this.form = /** @type {HTMLFormElement} */ (find(root, "form"));
    this.outlook = find(root, ".outlook");
    const click = (name, action) => find(root, name).addEventListener("click", () => action());
    click(".copy-link", () => this.copy(location.href));
    click(".copy-markdown", async () => this.copy(await this.markdown()));
    click(".print", () => print());
    click(".json", async () => save("plan.json", "application/json", await this.json()));
    find(root, ".days").append(...weekdays().map((name, day) => element("label", {},
      element("input", { type: "checkbox", name: "days", value: day, ...(day < 5 && { checked: "" }) }), ` ${name}`)));
    this.form.elements.namedItem("from").value = new Date().toLocaleDateString("sv"); // the Swedish form is that of ISO
    this.form.addEventListener("input", () => this.look());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.look()) save("plan.ics", "text/calendar", this.calendar());
    });
  }

  /** @param {Taken} plan */
  show(plan) {
    this.plan = plan;
    this.done.textContent = "";
    this.byHand.hidden = true;
    this.look();
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.byHand.hidden = true;
      this.done.textContent = say("plan-copied");
    } catch {
      this.done.textContent = say("plan-copy-by-hand");
      this.byHand.value = text;
      this.byHand.hidden = false;
      this.byHand.select();
      this.byHand.focus();
    }
  }

  async markdown() {
    const { made, reasons, why } = this.plan;
    return planMarkdown(this.knowledge, made, reasons, await why());
  }

  async json() {
    const { made, reasons, choicesOf } = this.plan;
    const choices = await Promise.all(made.steps.map((step) => choicesOf(step)));
    return planJson(this.knowledge, made, reasons, choices, this.plan);
  }

  /** Says when the plan would be done; gives whether there is something to save. */
  look() {
    const planned = this.form.checkValidity() ? this.sessions() : null;
    if (!planned) this.outlook.textContent = this.days.length ? "" : say("plan-no-days");
    else if (!planned.length) this.outlook.textContent = say("plan-no-sessions");
    else this.outlook.textContent = say("plan-outlook", { n: planned.length, day: dayWords(planned.at(-1).start) });
    return Boolean(planned?.length);
  }

  get days() {
    return new FormData(this.form).getAll("days").map(Number);
  }

  /** Gives the sessions of what fits and has an end, or null where no day is chosen. */
  sessions() {
    const { days, knowledge, plan } = this, given = new FormData(this.form);
    if (!days.length) return null;
    const steps = plan.made.steps
      .filter((step) => plan.fits.has(step) && !knowledge.ongoing.has(step))
      .map((step) => ({ title: knowledge.title(step), link: knowledge.href(step), minutes: knowledge.minutes[step] }));
    return sessions(steps, {
      days, time: String(given.get("time")), minutes: Number(given.get("minutes")), from: String(given.get("from")),
    });
  }

  calendar() {
    const { knowledge, plan } = this;
    const goals = plan.made.goals.map((goal) => knowledge.title(goal));
    return calendarFile(this.sessions(), {
      name: say("plan-title", { goals: list(goals).join("") }),
      key: new URL(`?goals=${plan.made.goals.map((goal) => knowledge.ids[goal]).join(",")}`, location.href).href,
      now: new Date(),
      words: ({ step: { title }, part, of }) => (of > 1 ? say("plan-part", { title, n: part, of }) : title),
    });
  }
}
