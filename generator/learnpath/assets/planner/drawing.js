/**
 * Draws a plan: from left to right in layers, each step right of all it needs. The list of steps says the same, so the
 * drawing is hidden from those who cannot see it.
 *
 * The layers are those of Sugiyama: a line that crosses layers passes through a place in each, and the places of a
 * layer are ordered by the middle of their neighbours, which keeps crossings few.
 */

const WIDTH = 160, HEIGHT = 40, ACROSS = 44, BETWEEN = 12, THIN = 10, MARGIN = 8;
const SWEEPS = 12;
const LETTERS = 23; // of the usual width in a line of a box
const SVG = "http://www.w3.org/2000/svg";

/** Steps above which nobody could read the drawing. */
export const READABLE = 60;

/**
 * @typedef {{step: number | null, layer: number, at: number, before: Place[], after: Place[]}} Place `step` is null
 *   where a line passes; `at` is the middle, from above
 */

/**
 * Draws.
 *
 * @param {{title: string, isGoal: boolean, uses: number[]}[]} steps in order; `uses` are places in this list
 * @param {(step: number) => void} chosen is told which step was clicked
 * @returns {SVGSVGElement}
 */
export function draw(steps, chosen) {
  const { layers, lines } = laidOut(steps);
  const height = Math.max(...layers.map((layer) => Math.max(...layer.map((place) => place.at + sizeOf(place) / 2))));
  const size = [layers.length * (WIDTH + ACROSS) - ACROSS + 2 * MARGIN, Math.ceil(height) + 2 * MARGIN];
  const drawing = svg("svg", { width: size[0], height: size[1], viewBox: `0 0 ${size.join(" ")}`, "aria-hidden": "true" });
  const whole = svg("g", { transform: `translate(${MARGIN} ${MARGIN})` });
  whole.append(...lines.map((places) => svg("path", { d: curve(places) })));
  for (const place of layers.flat()) if (place.step !== null) whole.append(box(steps[place.step], place, chosen));
  drawing.append(whole);
  return drawing;
}

/** Gives the places of each layer, from above, and for each use the places that its line passes. */
function laidOut(steps) {
  const layerOf = layersOf(steps);
  /** @type {Place[]} */
  const places = steps.map((_, step) => ({ step, layer: layerOf[step], at: 0, before: [], after: [] }));
  const lines = [];
  steps.forEach(({ uses }, step) => {
    for (const use of uses) {
      const line = [places[step]];
      for (let layer = layerOf[step] + 1; layer < layerOf[use]; layer++) {
        line.push({ step: null, layer, at: 0, before: [], after: [] });
      }
      line.push(places[use]);
      line.slice(1).forEach((place, number) => {
        line[number].after.push(place);
        place.before.push(line[number]);
      });
      lines.push(line);
    }
  });
  const all = new Set([...places, ...lines.flat()]);
  const layers = Array.from({ length: Math.max(...layerOf) + 1 }, (_, layer) => [...all].filter((each) => each.layer === layer));
  for (const layer of layers) stack(layer);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forth = sweep % 2 === 0;
    for (const layer of forth ? layers : [...layers].reverse()) {
      const wanted = new Map(layer.map((place) => [place, middle(forth ? place.before : place.after) ?? place.at]));
      layer.sort((a, b) => wanted.get(a) - wanted.get(b));
      stack(layer, wanted);
    }
  }
  const top = Math.min(...layers.flat().map((place) => place.at - sizeOf(place) / 2));
  for (const place of layers.flat()) place.at -= top;
  return { layers, lines };
}

/** Gives the layer of each step: as far left as what it needs lets it, then as far right as its uses let it. */
function layersOf(steps) {
  const layer = steps.map(() => 0);
  steps.forEach(({ uses }, step) => { for (const use of uses) layer[use] = Math.max(layer[use], layer[step] + 1); });
  for (let step = steps.length - 1; step >= 0; step--) {
    const { uses } = steps[step];
    if (uses.length) layer[step] = Math.min(...uses.map((use) => layer[use])) - 1;
  }
  return layer;
}

/** Puts the places of a layer below each other, each as near as can be to where it is wanted. */
function stack(layer, wanted = new Map()) {
  let edge = -Infinity;
  for (const place of layer) {
    const half = sizeOf(place) / 2;
    place.at = Math.max(edge + half, wanted.get(place) ?? (edge === -Infinity ? half : edge + half));
    edge = place.at + half + BETWEEN;
  }
  const off = layer.map((place) => (wanted.get(place) ?? place.at) - place.at);
  const shift = off.reduce((sum, each) => sum + each, 0) / layer.length; // what was pushed down comes half up again
  for (const place of layer) place.at += shift;
}

function middle(places) {
  return places.length ? places.reduce((sum, place) => sum + place.at, 0) / places.length : undefined;
}

function sizeOf(place) {
  return place.step === null ? THIN : HEIGHT;
}

function left(place) {
  return place.layer * (WIDTH + ACROSS);
}

function curve(places) {
  const [first, ...rest] = places;
  let from = { x: left(first) + WIDTH, y: first.at };
  const parts = [`M${from.x} ${round(from.y)}`];
  for (const place of rest) {
    const x = left(place), bend = (x - from.x) / 2;
    parts.push(`C${from.x + bend} ${round(from.y)} ${x - bend} ${round(place.at)} ${x} ${round(place.at)}`);
    if (place.step === null) parts.push(`H${x + WIDTH}`);
    from = { x: x + WIDTH, y: place.at };
  }
  return parts.join("");
}

function box({ title, isGoal }, place, chosen) {
  const group = svg("g", { class: isGoal ? "goal" : "", transform: `translate(${left(place)} ${round(place.at - HEIGHT / 2)})` });
  const name = svg("title", {}), text = svg("text", { x: WIDTH / 2, y: HEIGHT / 2 });
  name.textContent = title;
  const lines = broken(title);
  lines.forEach((words, number) => {
    const line = svg("tspan", { x: WIDTH / 2, dy: number ? "1.2em" : `${0.35 - 0.6 * (lines.length - 1)}em` });
    line.textContent = words;
    text.append(line);
  });
  group.append(name, svg("rect", { width: WIDTH, height: HEIGHT, rx: 5 }), text);
  group.addEventListener("click", () => chosen(place.step));
  return group;
}

/** Breaks a title into at most two lines. */
function broken(title) {
  const lines = [""];
  for (const word of title.match(/\p{Script=Han}|[^\s\p{Script=Han}]+\s*|\s+/gu) ?? []) {
    if (lines.at(-1) && breadth(lines.at(-1) + word.trimEnd()) > LETTERS) lines.push("");
    lines[lines.length - 1] += word;
  }
  const shown = lines.slice(0, 2).map((line) => shortened(line.trim()));
  if (lines.length > 2) shown[1] = shortened(`${shown[1]}${"…".repeat(LETTERS)}`);
  return shown;
}

function shortened(line) {
  if (breadth(line) <= LETTERS) return line;
  let kept = "";
  for (const letter of line) {
    if (letter === "…" || breadth(kept + letter) > LETTERS - 1) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…`;
}

function breadth(text) {
  let sum = 0;
  for (const letter of text) sum += letter.codePointAt(0) > 0x2e7f ? 2 : 1;
  return sum;
}

function round(number) {
  return Math.round(number * 10) / 10;
}

function svg(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
