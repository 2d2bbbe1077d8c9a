/** One unit of a trained network along a text: each character in the colour of the unit's value after it. */

import { key, slider, telling, written } from "../chart.js";
import { element, filled } from "../elements.js";

const STRONGEST = 38; // per cent of colour at a value of one: letters stay easy to read

/** Gives a character as something that can be seen. @param {string} character */
const visible = (character) => ({ " ": "␣", "\n": "¶" })[character] ?? character;

/**
 * @param {HTMLElement} stage
 * @param {{text: string, inside: number[], units: number[][], auc: number[]}} values values in hundredths
 * @param {Record<string, string>} words
 */
export function show(stage, values, words) {
  const { seen, tell } = telling();
  const order = values.auc.map((_, n) => n).sort((a, b) => values.auc[b] - values.auc[a] || a - b);
  const options = order.map((n) => element("option", { value: `${n}` }, filled(words.option, { n, auc: written(values.auc[n], 2) })));
  const unit = element("select", { change: update }, ...options);
  const bracket = values.text.indexOf("(");
  const place = slider(
    words.character, { min: 1, max: values.text.length, step: 1, value: bracket + 1 },
    (n) => `${n} ${visible(values.text[n - 1])}`, update,
  );
  const letters = [...values.text].map((character, n) => {
    const letter = element("span", { "data-n": `${n + 1}` }, character === "\n" ? "¶" : character);
    return letter;
  });
  const text = element("div", { class: "letters", "aria-hidden": "true", pointerover: look, click: look });
  letters.forEach((letter, n) => text.append(letter, ...(values.text[n] === "\n" ? [element("br")] : [])));

  /** @param {Event} event */
  function look(event) {
    const letter = event.target instanceof HTMLElement && event.target.dataset.n;
    if (!letter || letter === place.input.value) return;
    place.input.value = letter;
    place.input.dispatchEvent(new Event("input"));
  }

  function update() {
    const n = Number(unit.value);
    const now = place.input.valueAsNumber - 1;
    letters.forEach((letter, at) => {
      const value = values.units[n][at] / 100;
      letter.className = `${value < 0 ? "below" : "above"}${at === now ? " now" : ""}`;
      letter.style.setProperty("--much", `${Math.round(STRONGEST * Math.abs(value))}%`);
      letter.style.setProperty("--thick", `${(3 * Math.abs(value)).toFixed(1)}px`);
    });
    tell(filled(values.inside[now] ? words.inside : words.outside, {
      n, character: visible(values.text[now]), value: written(values.units[n][now] / 100, 2), auc: written(values.auc[n], 2),
    }));
  }

  update();
  const colours = key(["swatch above", words.above], ["swatch below", words.below]);
  stage.append(
    element("div", { class: "controls" }, element("label", {}, words.unit, unit), place.label), text, colours, seen,
  );
}
