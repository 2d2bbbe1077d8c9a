/** The page of a path: following it, how much of it is learnt, and where to go on. */

import { badges, markOf } from "./badges.js";
import { button, conceptAt, element, place, say, told } from "./page.js";
import { isReady } from "./progress.js";
import { keepDrawn, knowledge, learnt, linkTo, marks, numbered, progressOf, troubleWords } from "./reader.js";

const trail = { kind: "path", id: told.id, steps: told.steps };

function isFollowed() {
  const followed = marks.trail();
  return followed?.kind === "path" && followed.id === told.id;
}

function head() {
  const follow = button("", () => marks.follow(isFollowed() ? null : trail));
  const following = element("span", { role: "status" });
  const progress = element("progress", { max: "1" });
  const words = element("span");
  const onward = element("p");
  const trouble = element("p", { class: "facts", role: "status" });
  const line = element("p", { class: "progress" }, progress, " ", words);
  place("path").append(
    element("div", { class: "guide" }, element("p", {}, follow, " ", following), line, onward, trouble),
  );
  return () => {
    follow.textContent = say(isFollowed() ? "leave-trail" : "follow");
    following.textContent = isFollowed() ? say("you-follow") : "";
    trouble.textContent = troubleWords();
    const steps = knowledge ? numbered(told.steps) : [];
    const begun = isFollowed() || told.steps.some((id) => marks.get(id));
    line.hidden = onward.hidden = !steps.length || !begun;
    if (line.hidden) return;
    const made = progressOf(steps);
    progress.value = made.share;
    progress.setAttribute("aria-label", made.words);
    words.textContent = made.words;
    onward.replaceChildren(
      ...(made.next === undefined ? [say("all-learnt")] : [say("go-on-with"), " ", linkTo(made.next)]),
    );
  };
}

function stepState(id) {
  const concept = knowledge?.numbers.get(id);
  const isNext = concept !== undefined && !marks.get(id) && isReady(knowledge.graph, concept, new Set(learnt()));
  return isNext ? { kind: "ready", words: say("ready") } : markOf(id);
}

const steps = place("steps");
for (const event of ["click", "auxclick"]) {
  steps.addEventListener(event, ({ target }) => {
    const link = target instanceof Element ? target.closest("a") : null;
    if (link && told.steps.includes(conceptAt(link)) && !isFollowed()) marks.follow(trail);
  });
}
if (isFollowed()) marks.follow(trail); // its steps may have changed since
keepDrawn(head(), badges(steps, stepState));
