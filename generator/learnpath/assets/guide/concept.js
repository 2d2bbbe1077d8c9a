/** The page of a concept: its mark, the trail through it, what it opens up, and the questions about it. */

import { MARKS } from "../marks.js";
import { badges, markOf } from "./badges.js";
import { addressOf, button, element, place, say, told } from "./page.js";
import { isReady, missingBelow, openNeeds } from "./progress.js";
import { questionsAt, quiz } from "./quiz.js";
import { keepDrawn, knowledge, learnt, linkTo, listOfReady, load, marks, troubleWords } from "./reader.js";
import { trailBars } from "./trail.js";

/** Three buttons, of which at most one is pressed. */
function markButtons() {
  const buttons = MARKS.map((mark) =>
    button(say(`mark-${mark}`), () => marks.set(told.id, marks.get(told.id) === mark ? null : mark)),
  );
  const name = element("span", { class: "facts", "aria-hidden": "true" }, say("your-mark"));
  const trouble = element("p", { class: "facts", role: "status" });
  place("marks").append(
    element("div", { class: "guide marks", role: "group", "aria-label": say("your-mark") }, name, ...buttons),
    trouble,
  );
  return () => {
    MARKS.forEach((mark, number) => buttons[number].setAttribute("aria-pressed", String(marks.get(told.id) === mark)));
    trouble.textContent = troubleWords();
  };
}

/** Says of what this concept opens how far it is from being ready. */
function opened(id) {
  const concept = knowledge?.numbers.get(id);
  if (concept === undefined || marks.get(id)) return markOf(id);
  const known = new Set(learnt());
  if (isReady(knowledge.graph, concept, known)) return { kind: "ready", words: say("ready") };
  const needs = openNeeds(knowledge.graph, concept, known.add(knowledge.numbers.get(told.id)));
  if (!needs.length) return { kind: "ready", words: say("ready-with-this") };
  const titles = needs.map((members) => members.map((member) => knowledge.titles[member]).join(" / ")).join(", ");
  return { kind: "waiting", words: say("also-needs", { titles }) };
}

function readyList() {
  const here = place("ready-next");
  return () => {
    const known = knowledge ? learnt() : [];
    const list = known.length ? listOfReady(new Set([knowledge.numbers.get(told.id)])) : null;
    here.replaceChildren(...(list ? [element("div", { class: "guide" }, element("h3", {}, say("ready-next")), list)] : []));
  };
}

function selfCheck() {
  const here = place("questions");
  if (!here) return;
  here.append(quiz([...here.querySelectorAll(".question")], (right) => {
    if (!right.every(Boolean) || marks.isLearnt(told.id)) return [];
    const offer = button(say("mark-as-known"), () => {
      marks.set(told.id, "known");
      offer.textContent = say("marked-as-known"); // stays, or the focus would be lost
      offer.setAttribute("aria-disabled", "true");
    });
    return [offer];
  }));
}

/** Offers up to three questions on what this concept needs, as far as it is not marked as learnt. */
function readyCheck() {
  const here = place("ready-check");
  if (!here) return () => {};
  const content = element("div");
  const status = element("p", { role: "status" });
  const box = element("details", { class: "guide" }, element("summary", {}, say("ready-check")), status, content);
  box.addEventListener("toggle", () => {
    if (box.open && !content.hasChildNodes()) ask(content, status);
  });
  here.append(box);
  return () => {
    if (knowledge && !box.open) here.hidden = !toAskAbout().length;
  };
}

function toAskAbout() {
  const asks = new Set(knowledge.graph.asks);
  const missing = missingBelow(knowledge.graph, knowledge.numbers.get(told.id), new Set(learnt()));
  return missing.filter((concept) => asks.has(concept)).slice(0, 3);
}

async function ask(content, status) {
  status.textContent = say("loading");
  try {
    await load();
    const concepts = toAskAbout();
    const found = await Promise.all(
      concepts.map((concept) => questionsAt(addressOf(`concepts/${knowledge.graph.ids[concept]}`))),
    );
    const asked = oneOfEach(found, 3).map(([number, question]) => ({ concept: concepts[number], question }));
    status.textContent = asked.length ? "" : say("nothing-to-ask");
    if (asked.length) content.append(...asked.map((each) => each.question), footOf(asked));
  } catch {
    status.textContent = say("questions-failed"); // opening it again tries again
  }
}

function footOf(asked) {
  return quiz(asked.map((each) => each.question), (right) => {
    const missing = new Set(asked.filter((_, number) => !right[number]).map((each) => each.concept));
    if (!missing.size) return [say("seem-ready")];
    return [say("look-first"), element("ul", {}, ...[...missing].map((each) => element("li", {}, linkTo(each))))];
  });
}

/** Takes one question of each concept, then a second one of each, until there are enough. */
function oneOfEach(found, most) {
  const rounds = Math.max(0, ...found.map((questions) => questions.length));
  return Array.from({ length: rounds }, (_, round) =>
    found.flatMap((questions, number) => (questions[round] ? [[number, questions[round]]] : [])),
  ).flat().slice(0, most);
}

selfCheck();
keepDrawn(
  markButtons(),
  trailBars(),
  badges(place("needs"), markOf),
  badges(place("opens"), opened),
  readyList(),
  readyCheck(),
);
