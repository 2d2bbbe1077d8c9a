/**
 * Draws the map. It is drawn once into a sheet larger than what is seen, and moving shows other parts of that; it is
 * drawn anew when the sheet does not reach, or when moving stops. So thousands of concepts move as lightly as ten.
 *
 * Near, boxes have titles. From afar they are dots of colour, and the titles of those that matter most stand over them
 * wherever there is room, as on a map of a country.
 */

/**
 * @typedef {{x: number, y: number, k: number}} View a point of the map is seen at `k` times itself plus x, y
 * @typedef {object} Look how things look now
 * @property {Record<string, string>} colours by name: ground, ink, pale, line, accent
 * @property {(concept: number) => string} colour of a concept
 * @property {(concept: number) => boolean} isFilled
 * @property {(concept: number) => string} sign before its title
 * @property {(concept: number) => boolean} isShown
 * @property {number | null} focus
 * @property {Set<number> | null} below what the focus rests on
 * @property {Set<number> | null} above what rests on it
 * @property {boolean} hasChain whether the chains are drawn
 * @property {string} font
 */

const READABLE = 0.55; // from this scale on, boxes have titles
const LETTERS = 12.5, LINE = 15.5; // pixels at full size
const QUICK = 14; // milliseconds: what takes less is drawn for each picture
const REST = 90; // milliseconds without moving, after which the sheet is drawn anew
const MARGIN = 0.3; // of what is seen, on each side
const FADED = 0.13;
const LABELS = 160;
const BATCH = 150; // lines in a path; a longer one takes longer to fill

export class Painter {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./chart.js").Chart} chart
   * @param {string[]} titles
   */
  constructor(canvas, chart, titles) {
    Object.assign(this, { canvas, chart, titles });
    this.pen = canvas.getContext("2d");
    this.sheet = document.createElement("canvas");
    this.ink = this.sheet.getContext("2d");
    /** @type {View | null} what the sheet shows, its origin at the corner of what is seen */
    this.drawn = null;
    this.cost = 0;
    this.lines = new Map(); // of titles, broken
    this.rank = rankOf(chart);
  }

  /** @param {number} width @param {number} height in pixels of the page */
  resize(width, height) {
    this.width = width;
    this.height = height;
    this.density = Math.min(devicePixelRatio || 1, 3);
    this.left = Math.round(width * MARGIN);
    this.top = Math.round(height * MARGIN);
    sized(this.canvas, width * this.density, height * this.density);
    sized(this.sheet, (width + 2 * this.left) * this.density, (height + 2 * this.top) * this.density);
    this.drawn = null;
  }

  /** Takes another look from now on. @param {Look} look */
  wear(look) {
    if (this.look?.font !== look.font) this.lines.clear();
    this.look = look;
    this.drawn = null;
  }

  /** Shows a part of the map. @param {View} view */
  show(view) {
    clearTimeout(this.waiting);
    if (!this.drawn || (!this.reaches(view) && this.cost < QUICK)) this.draw(view);
    else if (!this.reaches(view)) this.waiting = setTimeout(() => { this.draw(view); this.copy(view); }, REST);
    this.copy(view);
  }

  /** Tells whether the sheet shows all of it, and at its scale. */
  reaches(view) {
    if (view.k !== this.drawn.k) return false;
    const { chart, left, top } = this, right = view.x - this.drawn.x, down = view.y - this.drawn.y;
    const inside = (shift, margin, start, end, size) => // what lies beyond the map is empty anyway
      (shift <= margin || start >= -margin + shift) && (-shift <= margin || end <= size + margin + shift);
    return inside(right, left, view.x, view.x + chart.width * view.k, this.width)
      && inside(down, top, view.y, view.y + chart.height * view.k, this.height);
  }

  copy(view) {
    const { pen, density, drawn } = this, scale = view.k / drawn.k;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const x = (view.x - scale * (drawn.x + this.left)) * density, y = (view.y - scale * (drawn.y + this.top)) * density;
    if (scale === 1) pen.drawImage(this.sheet, Math.round(x), Math.round(y));
    else pen.drawImage(this.sheet, x, y, this.sheet.width * scale, this.sheet.height * scale);
  }

  /** Draws the sheet around what is seen. @param {View} view */
  draw(view) {
    const begin = performance.now();
    const { ink, density, chart } = this, k = view.k;
    this.drawn = { ...view };
    ink.setTransform(1, 0, 0, 1, 0, 0);
    ink.clearRect(0, 0, this.sheet.width, this.sheet.height);
    const x = view.x + this.left, y = view.y + this.top;
    ink.setTransform(k * density, 0, 0, k * density, x * density, y * density);
    this.seen = {
      left: -x / k - chart.boxWidth / 2, right: (this.sheet.width / density - x) / k + chart.boxWidth / 2,
      top: -y / k - chart.boxHeight / 2, bottom: (this.sheet.height / density - y) / k + chart.boxHeight / 2,
    };
    this.drawLines(k);
    const concepts = this.seenConcepts();
    this.drawBoxes(concepts, k);
    if (this.look.hasChain) this.drawChains(k);
    if (k < READABLE) this.drawLabels(concepts, k);
    this.cost = performance.now() - begin;
  }

  seenConcepts() {
    const { chart, seen, look } = this, found = [];
    for (let concept = 0; concept < chart.count; concept++) {
      const x = chart.x[concept], y = chart.y[concept];
      if (x > seen.left && x < seen.right && y > seen.top && y < seen.bottom && look.isShown(concept)) found.push(concept);
    }
    return found;
  }

  isFaded(concept) {
    const { focus, below, above } = this.look;
    return focus !== null && concept !== focus && !below.has(concept) && !above.has(concept);
  }

  drawLines(k) {
    const { ink, seen, look, chart } = this;
    const { focus, below, above } = look;
    const lines = chart.lines.filter((line) =>
      line.right > seen.left && line.left < seen.right && line.bottom > seen.top && line.top < seen.bottom
      && look.isShown(line.from) && look.isShown(line.to));
    const joins = (line, set) => (set.has(line.from) || line.from === focus) && (set.has(line.to) || line.to === focus);
    const isOnWay = (line) => focus !== null && (joins(line, below) || joins(line, above));
    ink.strokeStyle = look.colours.line;
    ink.globalAlpha = focus === null ? 1 : FADED * 2;
    ink.lineWidth = Math.max(1.2, 0.7 / k);
    this.strokeAll(lines.filter((line) => !isOnWay(line)), k);
    ink.globalAlpha = 1;
    ink.strokeStyle = look.colours.ink;
    ink.lineWidth = Math.max(1.8, 1.4 / k);
    this.strokeAll(lines.filter(isOnWay), k);
  }

  strokeAll(lines, k) {
    const { ink } = this;
    for (let start = 0; start < lines.length; start += BATCH) {
      ink.beginPath();
      for (const { points } of lines.slice(start, start + BATCH)) trace(ink, points, k < 0.25);
      ink.stroke();
    }
  }

  drawBoxes(concepts, k) {
    const { ink, chart, look } = this, { boxWidth, boxHeight } = chart;
    const near = k >= READABLE;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    for (const concept of concepts) {
      const x = chart.x[concept] - boxWidth / 2, y = chart.y[concept] - boxHeight / 2;
      const colour = look.colour(concept), isFull = look.isFilled(concept);
      const faded = this.isFaded(concept), isFocus = concept === look.focus;
      ink.globalAlpha = 1;
      ink.fillStyle = look.colours.ground;
      ink.beginPath();
      if (near) ink.roundRect(x, y, boxWidth, boxHeight, 6);
      else ink.rect(x, y, boxWidth, boxHeight);
      ink.fill(); // lines end behind it, faded or not
      ink.globalAlpha = (faded ? FADED : 1) * (near ? (isFull ? 0.3 : 0.1) : (isFull ? 1 : 0.2));
      ink.fillStyle = colour;
      ink.fill();
      ink.globalAlpha = faded ? FADED * 2 : 1;
      ink.strokeStyle = isFocus ? look.colours.ink : colour;
      ink.lineWidth = isFocus ? Math.max(3, 2.5 / k) : Math.max(1.4, 1 / k);
      ink.stroke();
      if (near) this.drawTitle(concept, faded);
    }
    ink.globalAlpha = 1;
  }

  drawTitle(concept, faded) {
    const { ink, chart, look } = this;
    ink.globalAlpha = faded ? 0.35 : 1;
    ink.fillStyle = look.colours.ink;
    ink.font = `${concept === look.focus ? "600 " : ""}${LETTERS}px ${look.font}`;
    const lines = this.broken(concept), sign = look.sign(concept);
    lines.forEach((line, number) => {
      const y = chart.y[concept] + (number - (lines.length - 1) / 2) * LINE;
      ink.fillText(sign && !number ? `${sign} ${line}` : line, chart.x[concept], y);
    });
  }

  /** Breaks a title into at most two lines. */
  broken(concept) {
    if (!this.lines.has(concept)) {
      this.ink.font = `${LETTERS}px ${this.look.font}`;
      this.lines.set(concept, broken(this.titles[concept], this.chart.boxWidth - 18, (text) => this.ink.measureText(text).width));
    }
    return this.lines.get(concept);
  }

  /** Writes the titles of what matters most over the map, wherever they hide no other. */
  drawLabels(concepts, k) {
    const { ink, chart, look } = this;
    const taken = [], size = 11.5 / k;
    ink.font = `600 ${size}px ${look.font}`;
    ink.lineJoin = "round";
    const wanted = concepts.filter((concept) => !this.isFaded(concept)).sort((a, b) => this.weight(b) - this.weight(a));
    for (const concept of wanted.slice(0, LABELS * 3)) {
      const wide = ink.measureText(this.titles[concept]).width / 2 + 4 / k, high = size * 0.75;
      const x = chart.x[concept], y = chart.y[concept];
      if (taken.some((each) => Math.abs(each.x - x) < each.wide + wide && Math.abs(each.y - y) < each.high + high)) continue;
      taken.push({ x, y, wide, high });
      ink.strokeStyle = look.colours.ground;
      ink.lineWidth = 3.5 / k;
      ink.strokeText(this.titles[concept], x, y);
      ink.fillStyle = look.colours.ink;
      ink.fillText(this.titles[concept], x, y);
      if (taken.length >= LABELS) break;
    }
  }

  weight(concept) {
    return concept === this.look.focus ? Infinity : this.rank[concept];
  }

  /** Draws the chains of the article as arrows from station to station. */
  drawChains(k) {
    const { ink, chart, look } = this;
    ink.strokeStyle = ink.fillStyle = look.colours.accent;
    ink.lineWidth = Math.max(2.5, 2 / k);
    ink.setLineDash([8 / Math.min(k, 1), 5 / Math.min(k, 1)]);
    for (const chain of chart.chains) {
      for (let number = 1; number < chain.length; number++) {
        if (look.isShown(chain[number - 1]) && look.isShown(chain[number])) this.drawArrow(chain[number - 1], chain[number], k);
      }
    }
    ink.setLineDash([]);
  }

  drawArrow(from, to, k) {
    const { ink, chart } = this;
    const a = edgeOf(chart, from, to), b = edgeOf(chart, to, from);
    const bend = Math.min(60, Math.hypot(b.x - a.x, b.y - a.y) / 4);
    const angle = Math.atan2(b.y - a.y, b.x - a.x), mid = { x: (a.x + b.x) / 2 + bend * Math.sin(angle), y: (a.y + b.y) / 2 - bend * Math.cos(angle) };
    ink.beginPath();
    ink.moveTo(a.x, a.y);
    ink.quadraticCurveTo(mid.x, mid.y, b.x, b.y);
    ink.stroke();
    const back = Math.atan2(b.y - mid.y, b.x - mid.x), size = Math.max(11, 8 / k);
    ink.beginPath();
    ink.moveTo(b.x, b.y);
    for (const turn of [-0.45, 0.45]) ink.lineTo(b.x - size * Math.cos(back + turn), b.y - size * Math.sin(back + turn));
    ink.fill();
  }
}

/** Adds a line to the path; from afar straight from joint to joint. */
function trace(ink, points, isRough) {
  ink.moveTo(points[0], points[1]);
  for (let at = 2; at < points.length; at += 6) {
    if (isRough) ink.lineTo(points[at + 4], points[at + 5]);
    else ink.bezierCurveTo(points[at], points[at + 1], points[at + 2], points[at + 3], points[at + 4], points[at + 5]);
  }
}

/** Gives where a straight line from one box to another leaves the first. */
function edgeOf(chart, from, to) {
  const x = chart.x[to] - chart.x[from], y = chart.y[to] - chart.y[from];
  const share = Math.min(chart.boxWidth / 2 / Math.abs(x || 1e-9), chart.boxHeight / 2 / Math.abs(y || 1e-9));
  return { x: chart.x[from] + x * share, y: chart.y[from] + y * share };
}

/** Says how much a concept matters: what rests on most and most rests on it. */
function rankOf(chart) {
  return chart.needs.map((needs, concept) => needs.length + 2 * chart.opens[concept].length);
}

function broken(title, width, widthOf) {
  const lines = [""];
  for (const word of title.match(/\p{Script=Han}|[^\s\p{Script=Han}]+\s*|\s+/gu) ?? []) {
    if (lines.at(-1) && widthOf((lines.at(-1) + word).trimEnd()) > width) lines.push("");
    lines[lines.length - 1] += word;
  }
  const shown = lines.slice(0, 2).map((line) => line.trim());
  if (lines.length > 2) shown[1] += "…";
  return shown.map((line) => shortened(line, width, widthOf));
}

function shortened(line, width, widthOf) {
  if (widthOf(line) <= width) return line;
  let kept = line.replace(/…$/, "");
  while (kept && widthOf(`${kept}…`) > width) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}

function sized(canvas, width, height) {
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
}
