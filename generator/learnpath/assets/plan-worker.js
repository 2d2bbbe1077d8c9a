/** Plans in a thread of its own; `planner` in plan.js sends it the graph and then each call. */

import { CALLS, needsOf } from "./plan.js";

let needs;

addEventListener("message", ({ data: { id, call, arguments: given } }) => {
  try {
    if (call === "needsOf") needs = needsOf(...given);
    postMessage({ id, answer: call === "needsOf" ? null : CALLS[call](needs, ...given) });
  } catch (error) {
    postMessage({ id, error: error.message });
  }
});
