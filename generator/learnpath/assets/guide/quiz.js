/** Questions to check oneself with: the page prints them with their answers, this makes them a quiz. */

import { button, element, say } from "./page.js";

let quizzes = 0;

/**
 * Makes a quiz of questions as the page prints them: choices can be chosen, and answers show once they are checked.
 *
 * @param {HTMLElement[]} questions
 * @param {(right: boolean[]) => (Node | string)[]} outcome what to say, besides the score, of the answers
 * @returns {HTMLElement} the foot of the quiz, to be put below the questions
 */
export function quiz(questions, outcome) {
  quizzes += 1;
  const score = element("p", { role: "status" });
  const asked = questions.map((question, number) => prepare(question, `quiz-${quizzes}-${number}`));

  function check() {
    const open = asked.filter((each) => each.chosen() === -1);
    if (open.length) {
      score.textContent = say("unanswered", { n: open.length });
      open[0].focus();
      return;
    }
    const right = asked.map((each) => each.judge());
    const words = say("score", { n: right.filter(Boolean).length, of: right.length });
    score.replaceChildren(words, " ", ...outcome(right));
  }

  for (const question of questions) question.addEventListener("change", () => score.replaceChildren());
  return element("div", { class: "guide" }, button(say("check-answers"), check), score);
}

function prepare(question, name) {
  const ask = question.querySelector(":scope > .ask");
  const answer = question.querySelector(":scope > details");
  const verdict = element("p", { class: "guide verdict" });
  ask.id = name;
  question.setAttribute("role", "radiogroup");
  question.setAttribute("aria-labelledby", name);
  const choices = [...question.querySelectorAll(":scope > ul > li")].map((item) => {
    const choice = element("input", { type: "radio", name, ...nameOfFormula(item) });
    item.replaceChildren(element("label", {}, choice, element("span", {}, ...item.childNodes)));
    return choice;
  });
  answer.before(verdict);
  hide();

  function hide() {
    answer.hidden = true;
    verdict.hidden = true;
    question.classList.remove("right", "wrong");
  }

  question.addEventListener("change", hide);
  const chosen = () => choices.findIndex((choice) => choice.checked);
  return {
    chosen,
    focus: () => choices[0].focus(),
    /** Shows whether the chosen answer is right, and why. @returns {boolean} */
    judge() {
      const isRight = chosen() === Number(question.dataset.answer);
      question.classList.add(isRight ? "right" : "wrong");
      verdict.textContent = say(isRight ? "right" : "not-right");
      verdict.hidden = false;
      answer.hidden = false;
      answer.open = true;
      return isRight;
    },
  };
}

/** Names a choice that is a formula and nothing else by its TeX, or what it shows: browsers make no name of MathML. */
function nameOfFormula(item) {
  const words = item.cloneNode(true);
  const formulas = [...words.querySelectorAll("math")];
  const sources = formulas.map((formula) => (formula.querySelector("annotation") ?? formula).textContent);
  for (const formula of formulas) formula.remove();
  return words.textContent.trim() ? {} : { "aria-label": sources.join(" ") };
}

/**
 * Fetches the questions of a concept from its page, where their formulas are set and their links resolved.
 *
 * @param {string} address
 * @returns {Promise<HTMLElement[]>}
 */
export async function questionsAt(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  bringStyles(page, address);
  return [...page.querySelectorAll(".question")].map((question) => {
    for (const name of ["href", "src"]) {
      for (const each of question.querySelectorAll(`[${name}]`)) {
        each.setAttribute(name, new URL(each.getAttribute(name), address).href);
      }
    }
    return document.adoptNode(question);
  });
}

/** Brings the style and the font of formulas along, which only pages with formulas have. */
function bringStyles(page, address) {
  const kinds = 'link[rel="preload"], link[rel="stylesheet"]';
  for (const link of page.querySelectorAll(kinds)) {
    link.href = new URL(link.getAttribute("href"), address).href;
    const isHere = [...document.querySelectorAll(kinds)].some((each) => each.href === link.href);
    if (!isHere) document.head.append(document.adoptNode(link));
  }
}
