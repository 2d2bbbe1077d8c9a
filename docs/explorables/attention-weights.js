/** Who looks at whom: point at a word, or come to it by keyboard, and see the weights that it gives to all. */

import { choice, telling, written } from "../chart.js";
import { element, filled } from "../elements.js";

/**
 * @param {Element} stage
 * @param {Record<"all" | "causal", {weights: number[][], outputs: number[][]}>} values
 * @param {Record<string, string>} words
 */
export function show(stage, values, words) {
  const { seen, tell } = telling();
  const names = [words.first, words.second, words.third];
  const mask = choice(words.mask, { all: words.none, causal: words.causal }, update);
  const list = new Intl.ListFormat(document.documentElement.lang);
  let asking = names.length - 1;
  const asks = names.map((name, n) => {
    const ask = () => { asking = n; update(); };
    return element("button", { type: "button", class: "word", click: ask, focus: ask, pointerenter: ask }, name);
  });
  const answers = names.map((name) => {
    const [bar, share] = [element("span", { class: "bar" }), element("span", { class: "share" })];
    return { bar, share, row: element("div", { class: "row" }, element("span", { class: "name" }, name), element("span", { class: "room" }, bar), share) };
  });

  function update() {
    const { weights, outputs } = values[mask.value()];
    asks.forEach((button, n) => button.setAttribute("aria-pressed", `${n === asking}`));
    answers.forEach(({ bar, share }, n) => {
      bar.style.width = `${100 * weights[asking][n]}%`;
      share.textContent = written(weights[asking][n], 3);
    });
    const given = names.map((name, n) => filled(words.given, { name, weight: written(weights[asking][n], 3) }));
    tell(filled(words.seen, {
      name: names[asking], given: list.format(given), output: outputs[asking].map((each) => written(each, 2)).join(", "),
    }));
  }

  update();
  const row = element("div", { class: "controls asks", role: "group", "aria-label": words.asks }, element("span", { "aria-hidden": "true" }, words.asks), ...asks);
  const bars = element("div", { class: "bars", "aria-hidden": "true" }, ...answers.map((each) => each.row));
  stage.append(element("div", { class: "controls" }, mask.field), row, bars, seen);
}
