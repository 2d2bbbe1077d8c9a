/** A plan in other formats: the same JSON and Markdown that `learnpath plan` prints, and sessions for a calendar. */

import { time } from "../guide/page.js";

/**
 * @typedef {import("../plan.js").Plan} Plan
 * @typedef {import("../plan.js").Reason} Reason
 * @typedef {import("../plan.js").Choice} Choice
 * @typedef {import("./knowledge.js").Knowledge} Knowledge
 */

/**
 * Gives a plan as JSON, as `plan_json` in exporting/plans.py does.
 *
 * @param {Knowledge} knowledge
 * @param {Plan} made
 * @param {Reason[]} reasons
 * @param {Choice[][]} choices of each step
 * @param {{hours: number | null, fits: Set<number>}} budget
 */
export function planJson(knowledge, made, reasons, choices, { hours, fits }) {
  const id = (concept) => knowledge.ids[concept], ids = (concepts) => concepts.map(id);
  const whole = {
    goals: ids(made.goals),
    known: ids(made.known),
    choose: ids(made.picks),
    minutes: knowledge.minutesOf(made.steps),
    proven: made.proven,
    ...(hours === null ? {} : { hours, fits: ids(made.steps.filter((step) => fits.has(step))) }),
    steps: made.steps.map((step, place) => ({
      id: id(step),
      minutes: knowledge.minutes[step],
      for: ids(reasons[place].uses),
      way: ids(reasons[place].way),
      refresh: ids(reasons[place].refresh),
      choices: Object.fromEntries(choices[place].map(({ taken, others }) =>
        [id(taken), Object.fromEntries(others.map(([other, more]) => [id(other), more]))])),
    })),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/**
 * Gives a plan as a list in Markdown to tick off, each step with a link to its page.
 *
 * @param {Knowledge} knowledge
 * @param {Plan} made
 * @param {Reason[]} reasons
 * @param {(concept: string, prerequisite: string) => string} why
 */
export function planMarkdown(knowledge, made, reasons, why) {
  const title = (concept) => plain(knowledge.title(concept));
  const lines = [`# ${made.goals.map(title).join(" · ")}`, ""];
  made.steps.forEach((step, place) => {
    const minutes = knowledge.minutes[step], [use] = reasons[place].uses;
    lines.push(`${place + 1}. [ ] [${title(step)}](${knowledge.href(step)})${minutes === null ? "" : ` (${time(minutes)})`}`);
    if (use === undefined) return;
    const told = why(knowledge.ids[use], knowledge.ids[step]);
    lines.push(`    - → ${title(use)}${told && `: ${told}`}`);
  });
  return `${lines.join("\n")}\n`;
}

/** Writes a plain text in Markdown that prints it to the letter. */
function plain(text) {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]#|$<>&]/g, "\\$&");
}
