/** What explorables share: a slider, words that follow what is seen without being read out at each step, and a chart. */

import { element } from "./elements.js";

const SPACE = "http://www.w3.org/2000/svg";
const REST = 300; // milliseconds without a change, after which what is seen is told
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [400, 200, 46, 16, 10, 38];

/** Makes an element of a drawing. @param {string} tag @param {Record<string, string | number>} settings */
export function drawn(tag, settings = {}, ...children) {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(settings)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** Writes a number with so many decimals, a minus as in print. @param {number} value @param {number} decimals */
export const written = (value, decimals) => value.toFixed(decimals).replace("-", "−");

/** Writes a number with two digits, a very small or large one as a power of ten. @param {number} value */
export function scientific(value) {
  if (value === 0 || (value >= 0.00095 && value < 10000)) return `${Number(value.toPrecision(value >= 100 ? 3 : 2))}`;
  const [digits, power] = value.toExponential(1).split("e");
  return `${digits} × 10${[...`${Number(power)}`].map((each) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(each)]).join("")}`;
}

/**
 * Gives a slider with its name before and its value behind.
 *
 * @param {string} name
 * @param {{min: number, max: number, step: number, value: number}} range
 * @param {(value: number) => string} say what its value is called
 * @param {() => void} changed
 */
export function slider(name, { min, max, step, value }, say, changed) {
  const input = element("input", { type: "range", min: `${min}`, max: `${max}`, step: `${step}`, value: `${value}` });
  const output = element("output", { "aria-hidden": "true" });
  const show = () => {
    output.textContent = say(input.valueAsNumber);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => { show(); changed(); });
  show();
  return { label: element("label", {}, name, input, output), input };
}

let choices = 0;

/** Gives a choice among a few, as radio buttons. @param {string} name @param {Record<string, string>} options */
export function choice(name, options, changed) {
  const group = `choice-${(choices += 1)}`;
  const inputs = Object.keys(options).map((value) => element("input", { type: "radio", name: group, value }));
  inputs[0].checked = true;
  const labels = inputs.map((input) => element("label", {}, input, options[input.value]));
  const field = element("fieldset", { change: changed }, element("legend", {}, name), ...labels);
  return { field, value: () => inputs.find((input) => input.checked).value };
}

/** Says what marks mean. @param {...[string, string]} marks the classes of each, and its meaning */
export const key = (...marks) => element(
  "p", { class: "key" },
  ...marks.map(([look, words]) => element("span", {}, element("span", { class: look }), words)),
);

/** Gives a paragraph, and what writes into it: at once the first time, later when the reader has come to rest. */
export function telling() {
  const seen = element("p", { class: "seen", role: "status" });
  let timer = 0;
  const tell = (words) => {
    clearTimeout(timer);
    if (!seen.textContent) seen.textContent = words;
    else timer = setTimeout(() => { seen.textContent = words; }, REST);
  };
  return { seen, tell };
}

/**
 * Gives an empty chart. Its values are told in words beside it, so that it is hidden from screen readers.
 *
 * @param {{x: [number, number], y: [number, number], xTicks: number[], yTicks: [number, string][], name: string}} axes
 */
export function chart({ x, y, xTicks, yTicks, name }) {
  const across = (value) => LEFT + ((value - x[0]) / (x[1] - x[0])) * (WIDTH - LEFT - RIGHT);
  const up = (value) => HEIGHT - BOTTOM - ((value - y[0]) / (y[1] - y[0])) * (HEIGHT - TOP - BOTTOM);
  const [floor, right] = [HEIGHT - BOTTOM, WIDTH - RIGHT];
  const picture = drawn(
    "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    ...yTicks.flatMap(([value, words]) => [
      drawn("line", { class: "grid", x1: LEFT, x2: right, y1: up(value), y2: up(value) }),
      drawn("text", { x: LEFT - 6, y: up(value) + 4, "text-anchor": "end" }, words),
    ]),
    drawn("line", { class: "axis", x1: LEFT, x2: right, y1: floor, y2: floor }),
    ...xTicks.map((value) => drawn("text", { x: across(value), y: floor + 16, "text-anchor": "middle" }, `${value}`)),
    drawn("text", { x: (LEFT + right) / 2, y: HEIGHT - 5, "text-anchor": "middle" }, name),
  );
  return {
    picture, across, up, floor,
    /** Gives the way of a curve through points, those below the floor left on it. @param {[number, number][]} points */
    way: (points) => points.map(([a, b], n) => `${n ? "L" : "M"}${across(a).toFixed(1)} ${up(Math.min(Math.max(b, y[0]), y[1])).toFixed(1)}`).join(""),
  };
}
