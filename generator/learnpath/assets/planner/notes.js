/** What is said about a plan in sentences: how long it is, what it leaves out, where else to go. */

import { button, element, say, time } from "../guide/page.js";
import { list, sentence } from "./words.js";

/**
 * @typedef {import("./knowledge.js").Knowledge} Knowledge
 * @typedef {import("../plan.js").Plan} Plan
 */

/**
 * Says how many steps there are and how long they take.
 *
 * @param {Knowledge} knowledge
 * @param {number[]} steps
 */
export function lengthOf(knowledge, steps) {
  const minutes = knowledge.minutesOf(steps);
  return [say("steps", { n: steps.length }), ...(minutes ? [time(minutes)] : [])].join(" · ");
}

/**
 * Says how long a plan is, what of it is not estimated, and what is known.
 *
 * @param {Knowledge} knowledge
 * @param {Plan} made
 */
export function summaryOf(knowledge, { steps, known }) {
  const open = steps.filter((step) => knowledge.minutes[step] === null && !knowledge.ongoing.has(step));
  return [
    lengthOf(knowledge, steps),
    ...(knowledge.hasMinutes ? [] : [say("plan-no-estimates")]),
    ...(knowledge.hasMinutes && open.length ? [say("plan-open", { n: open.length })] : []),
    ...(known.length ? [say("plan-known-count", { n: known.length })] : []),
  ].join(" · ");
}

/**
 * Gives what is to be said about a plan, each as parts of a sentence.
 *
 * @param {Knowledge} knowledge
 * @param {{made: Plan, saved: number, fits: Set<number>, hours: number | null}} plan `saved` is what other alternatives
 *   would save
 * @param {() => void} takeLighter takes them
 * @returns {(string | Node)[][]}
 */
export function notesOn(knowledge, { made, saved, fits, hours }, takeLighter) {
  const notes = [];
  if (!made.steps.length) notes.push([say("plan-nothing-left")]);
  for (const goal of made.goals) {
    const story = knowledge.story(goal);
    if (story) {
      const path = element("a", { href: story.href }, story.title);
      notes.push(sentence("plan-story", { goal: knowledge.title(goal), path }));
    }
  }
  const ongoing = made.steps.filter((step) => knowledge.ongoing.has(step));
  if (ongoing.length) notes.push([say("plan-ongoing", { titles: titlesOf(knowledge, ongoing) })]);
  if (saved > 0) {
    notes.push([say("plan-lighter", { time: time(saved) }), " ", button(say("plan-lighter-take"), takeLighter)]);
  }
  if (!made.proven) notes.push([say("plan-unproven")]);
  if (hours !== null && made.steps.length) notes.push([budget(knowledge, made, fits, hours)]);
  return notes;
}

/** Enumerates titles. @param {Knowledge} knowledge @param {number[]} concepts */
export function titlesOf(knowledge, concepts) {
  return list(concepts.map((each) => knowledge.title(each))).join("");
}

function budget(knowledge, made, fits, hours) {
  const inside = made.steps.filter((step) => fits.has(step));
  if (inside.length === made.steps.length) return say("plan-fits-all", { hours });
  if (!inside.length) return say("plan-fits-none", { hours });
  const reached = made.goals.filter((goal) => fits.has(goal));
  const fit = say("plan-fits", { hours, length: lengthOf(knowledge, inside) });
  return reached.length ? `${fit} ${say("plan-reaches", { goals: titlesOf(knowledge, reached) })}` : fit;
}
