/** The half-life of a forget gate: a bias in, what is left of a value after so many steps out. */

import { chart, drawn, slider, telling, written } from "../chart.js";
import { element, filled } from "../elements.js";

const STEPS = 100;

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/** @param {Element} stage @param {unknown} values @param {Record<string, string>} words */
export function show(stage, values, words) {
  const { seen, tell } = telling();
  const bias = slider(words.bias, { min: -2, max: 7, step: 0.1, value: 1 }, (value) => written(value, 1), update);
  const { picture, across, up, floor, way } = chart({
    x: [0, STEPS], y: [0, 1], name: words.steps,
    xTicks: [0, 20, 40, 60, 80, 100], yTicks: [[0, "0"], [0.5, "0.5"], [1, "1"]],
  });
  const curve = drawn("path", { class: "curve" });
  const down = drawn("line", { class: "axis", "stroke-dasharray": "3 3", y1: up(0.5), y2: floor });
  const mark = drawn("circle", { class: "mark", r: 5, cy: up(0.5) });
  picture.append(curve, down, mark);

  function update() {
    const gate = sigmoid(bias.input.valueAsNumber);
    const half = Math.log(0.5) / Math.log(gate);
    curve.setAttribute("d", way(Array.from({ length: STEPS + 1 }, (_, n) => [n, gate ** n])));
    for (const each of [down, mark]) each.style.display = half > STEPS ? "none" : "";
    for (const [each, name] of [[down, "x1"], [down, "x2"], [mark, "cx"]]) each.setAttribute(name, `${across(half)}`);
    tell(filled(half > STEPS ? words["far-off"] : words.seen, {
      gate: written(gate, 3), half: written(half, 1), ten: written(gate ** 10, 3), hundred: written(gate ** STEPS, 3),
    }));
  }

  update();
  stage.append(element("div", { class: "controls" }, bias.label), picture, seen);
}
