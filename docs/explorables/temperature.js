/** A recorded distribution at any temperature, how unsure it is, and what a model wrote at that temperature. */

import { choice, slider, telling, written } from "../chart.js";
import { element, filled } from "../elements.js";

const SHOWN = 8; // characters; the others share one bar
const BLANK = "␣";

const visible = (text) => text.replaceAll(" ", BLANK);

/** Gives probabilities at a temperature. @param {number[]} p @param {number} temperature */
function at(p, temperature) {
  const most = Math.max(...p);
  const powers = p.map((each) => (each / most) ** (1 / temperature));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((each) => each / sum);
}

const entropy = (p) => -p.reduce((sum, each) => sum + (each > 0 ? each * Math.log(each) : 0), 0);

/**
 * @param {Element} stage
 * @param {{alphabet: string, temperatures: number[], contexts: Record<string, {p: number[], written: string[]}>}} values
 * @param {Record<string, string>} words
 */
export function show(stage, values, words) {
  const { seen, tell } = telling();
  const names = Object.fromEntries(Object.keys(values.contexts).map((each) => [each, visible(each)]));
  const after = choice(words.after, names, update);
  const [first, last] = [values.temperatures[0], values.temperatures.at(-1)];
  const heat = slider(
    words.temperature, { min: first, max: last, step: 0.1, value: 1 }, (value) => written(value, 1), update,
  );
  const rows = Array.from({ length: SHOWN + 1 }, () => {
    const [name, bar, share] = ["name", "bar", "share"].map((each) => element("span", { class: each }));
    return { name, bar, share, row: element("div", { class: "row" }, name, element("span", { class: "room" }, bar), share) };
  });
  const text = element("p", { class: "written" });

  function update() {
    const { p, written: texts } = values.contexts[after.value()];
    const now = at(p, heat.input.valueAsNumber);
    const order = p.map((_, n) => n).sort((a, b) => p[b] - p[a]);
    const shares = order.slice(0, SHOWN).map((n) => [visible(values.alphabet[n]), now[n]]);
    shares.push([words.others, order.slice(SHOWN).reduce((sum, n) => sum + now[n], 0)]);
    shares.forEach(([name, share], n) => {
      rows[n].name.textContent = name;
      rows[n].bar.style.width = `${100 * share}%`;
      rows[n].share.textContent = written(share, 3);
    });
    const place = values.temperatures.findIndex((each) => Math.abs(each - heat.input.valueAsNumber) < 0.05);
    text.replaceChildren(element("mark", {}, visible(after.value())), visible(texts[place]));
    const unsure = entropy(now);
    tell(filled(words.seen, {
      first: shares[0][0], share: written(shares[0][1], 3), entropy: written(unsure, 2), perplexity: written(Math.exp(unsure), 1),
    }));
  }

  update();
  const bars = element("div", { class: "bars", "aria-hidden": "true" }, ...rows.map(({ row }) => row));
  const wrote = element("p", { class: "wrote" }, words.wrote);
  stage.append(element("div", { class: "controls" }, after.field, heat.label), bars, wrote, text, seen);
}
