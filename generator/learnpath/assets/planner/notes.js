/** What is said about a plan in sentences: how long it is, what it leaves out, where else to go. */

import { element } from "./elements.js";

/**
 * @typedef {import("./knowledge.js").Knowledge} Knowledge
 * @typedef {import("./words.js").Words} Words
 * @typedef {import("../plan.js").Plan} Plan
 */

/**
 * Says how many steps there are and how long they take.
 *
 * @param {Knowledge} knowledge
 * @param {Words} words
 * @param {number[]} steps
 */
export function lengthOf(knowledge, words, steps) {
  const time = knowledge.time(steps);
  return [words.steps(steps.length), ...(time ? [words.time(time)] : [])].join(" · ");
}

/**
 * Says how long a plan is, what of it is not estimated, and what is known.
 *
 * @param {Knowledge} knowledge
 * @param {Words} words
 * @param {Plan} made
 */
export function summaryOf(knowledge, words, { steps, known }) {
  const open = steps.filter((step) => knowledge.minutes[step] === null && !knowledge.ongoing.has(step));
  return [
    lengthOf(knowledge, words, steps),
    ...(knowledge.hasMinutes ? [] : [words.say("no-estimates")]),
    ...(knowledge.hasMinutes && open.length ? [words.say("open", { n: open.length })] : []),
    ...(known.length ? [words.say("known-count", { n: known.length })] : []),
  ].join(" · ");
}

/**
 * Gives what is to be said about a plan, each as parts of a sentence.
 *
 * @param {Knowledge} knowledge
 * @param {Words} words
 * @param {{made: Plan, saved: number, fits: Set<number>, hours: number | null}} plan `saved` is what other alternatives
 *   would save
 * @param {() => void} takeLighter takes them
 * @returns {(string | Node)[][]}
 */
export function notesOn(knowledge, words, { made, saved, fits, hours }, takeLighter) {
  const notes = [];
  if (!made.steps.length) notes.push([words.say("nothing-left")]);
  for (const goal of made.goals) {
    const story = knowledge.story(goal);
    if (story) {
      const path = element("a", { href: story.href }, story.title);
      notes.push(words.parts("story", { goal: knowledge.title(goal), path }));
    }
  }
  const ongoing = made.steps.filter((step) => knowledge.ongoing.has(step));
  if (ongoing.length) notes.push([words.say("ongoing", { titles: titlesOf(knowledge, words, ongoing) })]);
  if (saved > 0) {
    const take = element("button", { type: "button", click: takeLighter }, words.say("lighter-take"));
    notes.push([words.say("lighter", { time: words.time(saved) }), " ", take]);
  }
  if (!made.proven) notes.push([words.say("unproven")]);
  if (hours !== null && made.steps.length) notes.push([budget(knowledge, words, made, fits, hours)]);
  return notes;
}

/** Enumerates titles. @param {Knowledge} knowledge @param {Words} words @param {number[]} concepts */
export function titlesOf(knowledge, words, concepts) {
  return words.list(concepts.map((each) => knowledge.title(each))).join("");
}

function budget(knowledge, words, made, fits, hours) {
  const inside = made.steps.filter((step) => fits.has(step));
  if (inside.length === made.steps.length) return words.say("fits-all", { hours });
  if (!inside.length) return words.say("fits-none", { hours });
  const reached = made.goals.filter((goal) => fits.has(goal));
  const fit = words.say("fits", { hours, length: lengthOf(knowledge, words, inside) });
  return reached.length ? `${fit} ${words.say("reaches", { goals: titlesOf(knowledge, words, reached) })}` : fit;
}
