/** The path or plan that the reader follows: what it is, and the bars that lead along it on the pages of its steps. */

import { addressOf, button, element, place, row, say, told } from "./page.js";
import { knowledge, linkTo, marks, numbered, progressOf } from "./reader.js";

/**
 * Gives the trail that is followed, as this page says it; null where there is none or the site no longer has it.
 *
 * @returns {{link: () => HTMLAnchorElement, steps: number[]} | null}
 */
export function trailHere() {
  const trail = knowledge && marks.trail();
  const steps = numbered(trail?.steps ?? []);
  if (!steps.length) return null;
  if (trail.kind === "path") {
    const title = knowledge.paths.get(trail.id);
    const href = addressOf(`paths/${trail.id}`);
    return title === undefined ? null : { link: () => element("a", { href }, title), steps };
  }
  const address = new URL(addressOf("plan/index"));
  address.search = trail.query;
  const title = say("your-plan", { title: knowledge.titles[steps.at(-1)] });
  return { link: () => element("a", { href: address.href }, title), steps };
}

/** Makes the button that ends the following; the focus then goes to the page's heading. */
export function leaveButton() {
  function leave() {
    marks.follow(null);
    const heading = document.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus();
  }
  return button(say("leave-trail"), leave, { class: "guide-button quiet" });
}

/** Draws the bars of a concept's page: where the reader is, what came before and comes next, and how much is left. */
export function trailBars() {
  const above = place("trail");
  const below = place("trail-onward");
  let drawn = "";
  let update = () => {};
  return () => {
    const trail = trailHere();
    const now = trail ? JSON.stringify(marks.trail()) : "";
    if (now !== drawn) {
      // only now, or each press of a button would replace the button and lose the focus
      above.replaceChildren();
      below.replaceChildren();
      update = trail ? build(trail, above, below) : () => {};
      drawn = now;
    }
    update();
  };
}

function build(trail, above, below) {
  const here = trail.steps.indexOf(knowledge.numbers.get(told.id));
  const left = element("span", { role: "status" });
  const where = here < 0 ? null : say("step-of", { n: here + 1, of: trail.steps.length });
  const bar = element("nav", { class: "guide trail", "aria-label": say("trail") },
    element("p", {}, ...row(where, trail.link())),
    element("p", {}, left, " ", leaveButton()));
  above.append(bar);
  if (here < 0) return leadBack(trail, bar, left);
  const [former, next] = [step(trail.steps[here - 1], "former-step"), step(trail.steps[here + 1], "next-step")];
  const dones = [doneButton(), doneButton()];
  bar.append(element("div", { class: "ways" }, former ?? element("span"), dones[0], next ?? element("span")));
  const onward = element("div", { class: "ways onward" }, dones[1], next?.cloneNode(true) ?? element("span", {}, trail.link()));
  below.append(element("nav", { class: "guide trail", "aria-label": say("trail-onward") }, onward));
  return () => {
    left.textContent = progressOf(trail.steps).words;
    for (const done of dones) done.setAttribute("aria-pressed", String(marks.get(told.id) === "done"));
  };
}

/** Leads the reader of a concept that is no step of the trail back to it. */
function leadBack(trail, bar, left) {
  const onward = element("p");
  bar.append(onward);
  return () => {
    const { words, next } = progressOf(trail.steps);
    left.textContent = words;
    onward.replaceChildren(...(next === undefined ? [] : [say("go-on-with"), " ", linkTo(next)]));
  };
}

function step(concept, words) {
  if (concept === undefined) return null;
  const link = linkTo(concept);
  link.className = words;
  link.prepend(element("span", { class: "facts" }, say(words)), " ");
  return link;
}

function doneButton() {
  return button(say("mark-done"), () => marks.set(told.id, marks.get(told.id) === "done" ? null : "done"));
}
