/** The front page: where the reader left off, what they can learn next, and their marks to take along or to remove. */

import { button, element, place, say } from "./page.js";
import { keepDrawn, knowledge, learnt, linkTo, listOfReady, marks, numbered, progressOf } from "./reader.js";
import { leaveButton, trailHere } from "./trail.js";

function progressLine(made, ...before) {
  const bar = element("progress", { max: "1", value: String(made.share), "aria-label": made.words });
  return element("p", { class: "progress" }, ...before, bar, " ", made.words);
}

function leftOff() {
  const here = place("home");
  return () => {
    const parts = knowledge && (marks.all().size || trailHere()) ? whatIsBegun() : [];
    const heading = element("h2", {}, say("go-on"));
    here.replaceChildren(...(parts.length ? [element("section", { class: "guide" }, heading, ...parts)] : []));
  };
}

function whatIsBegun() {
  const parts = [];
  const trail = trailHere();
  if (trail) {
    const made = progressOf(trail.steps);
    const next = made.next === undefined ? [say("all-learnt")] : [say("go-on-with"), " ", linkTo(made.next)];
    parts.push(
      element("nav", { class: "trail", "aria-label": say("trail") },
        element("p", {}, element("strong", {}, trail.link()), " · ", leaveButton()),
        progressLine(made),
        element("p", {}, ...next)),
    );
  }
  const learning = numbered([...marks.all()].filter(([, mark]) => mark === "learning").map(([id]) => id));
  if (learning.length) {
    const links = learning.flatMap((concept, number) => (number ? [" · ", linkTo(concept)] : [linkTo(concept)]));
    parts.push(element("p", {}, `${say("learning-now")}: `, ...links));
  }
  if (learnt().length) {
    const [n, of] = [learnt().length, knowledge.graph.ids.length];
    parts.push(progressLine({ words: say("learnt-of", { n, of }), share: n / of }, `${say("in-this-site")}: `));
  }
  const list = listOfReady(new Set(learning));
  if (list) parts.push(element("h3", {}, say("ready-next")), list);
  return parts;
}

/** What is kept, and how to take it along or remove it. */
function keeping() {
  const count = element("p");
  const trouble = element("p", { role: "status" });
  const said = element("p", { role: "status" });
  const file = element("input", { type: "file", accept: ".json,application/json", hidden: "", change: () => take(file, said) });
  const clear = button(say("clear-marks"), () => clearAll(said));
  const buttons = [button(say("export-marks"), save), button(say("import-marks"), () => file.click()), clear];
  place("kept").append(
    element("section", { class: "guide" },
      element("h2", {}, say("your-marks")),
      element("p", {}, say("marks-kept")), element("p", {}, say("marks-merged")),
      count, trouble, element("p", { class: "buttons" }, ...buttons, file), said),
  );
  return () => {
    count.textContent = say("marks-count", { n: marks.all().size });
    trouble.textContent = marks.trouble ? say(`trouble-${marks.trouble}`) : "";
  };
}

function save() {
  const text = marks.exportText();
  const href = `data:application/json;charset=utf-8,${encodeURIComponent(text)}`;
  element("a", { href, download: `marks-${JSON.parse(text).date}.json` }).click();
}

async function take(file, said) {
  const [chosen] = file.files;
  if (!chosen) return;
  const count = marks.importText(await chosen.text());
  file.value = ""; // or the same file could not be chosen again
  said.textContent = count === null ? say("import-wrong") : count ? say("imported", { n: count }) : say("imported-none");
}

function clearAll(said) {
  const [text, trail] = [marks.exportText(), marks.trail()];
  marks.clear();
  const undo = button(say("undo"), () => {
    marks.importText(text);
    marks.follow(trail);
    said.textContent = say("marks-back");
    said.setAttribute("tabindex", "-1");
    said.focus();
  });
  said.replaceChildren(say("marks-cleared"), " ", undo);
}

keepDrawn(leftOff(), keeping());
