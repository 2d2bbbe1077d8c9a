/** One gradient through time, step by step back, before and after it is clipped by norm: one factor for all of it. */

import { chart, choice, drawn, key, scientific, slider, telling } from "../chart.js";
import { element, filled } from "../elements.js";

const [LEAST, MOST] = [-8, 2]; // powers of ten on the chart

/**
 * @param {Element} stage
 * @param {{rate: number, updates: {length: number, parts: number[]}[]}} values
 * @param {Record<string, string>} words
 */
export function show(stage, values, words) {
  const { seen, tell } = telling();
  const [first, cliff] = values.updates;
  const which = choice(words.update, { cliff: words.cliff, first: words.first }, update);
  const limit = slider(
    words.limit, { min: -3, max: 3, step: 0.1, value: -1 }, (power) => scientific(10 ** power), update,
  );
  const { picture, way } = chart({
    x: [0, 50], y: [LEAST, MOST], name: words.back, xTicks: [0, 10, 20, 30, 40, 50],
    yTicks: [[-8, "10⁻⁸"], [-4, "10⁻⁴"], [0, "1"]],
  });
  const before = drawn("path", { class: "curve other" });
  const after = drawn("path", { class: "curve" });
  picture.append(before, after);

  function update() {
    const { length, parts } = which.value() === "cliff" ? cliff : first;
    const bound = 10 ** limit.input.valueAsNumber;
    const factor = Math.min(1, bound / length);
    const curve = (scale) => way(parts.map((part, back) => [back, Math.log10(part * scale)]));
    before.setAttribute("d", curve(1));
    after.setAttribute("d", curve(factor));
    tell(filled(factor < 1 ? words.clipped : words.free, {
      length: scientific(length), factor: scientific(factor), ratio: scientific(parts.at(-1) / parts[0]),
      before: scientific(values.rate * length), after: scientific(values.rate * length * factor),
    }));
  }

  update();
  const lines = key(["line other", words["key-before"]], ["line", words["key-after"]]);
  stage.append(element("div", { class: "controls" }, which.field, limit.label), picture, lines, seen);
}
