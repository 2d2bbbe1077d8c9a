/**
 * Draws the map. It is drawn once into a sheet larger than what is seen, and moving shows other parts of that; it is
 * drawn anew when the sheet does not reach, or when moving stops. So thousands of concepts move as lightly as ten.
 *
 * Near, boxes have titles. From afar they are dots, and those that matter most have labels wherever these hide nothing,
 * as on a map of a country.
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
const LABEL = { most: 400, wide: 146, least: 40, letters: 11, high: 17, dot: 4 }; // pixels of the page, whatever the scale
const MANY = 800; // lines, of which nobody sees from afar how they bend
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
    this.labels = new Map();
    this.rank = rankOf(chart);
    this.stations = new Set(chart.chains.flat());
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
    if (this.look?.font !== look.font) for (const kept of [this.lines, this.labels]) kept.clear();
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
    if (k >= READABLE) this.drawBoxes(concepts, k);
    else this.drawDots(concepts, k);
    if (k < READABLE) this.drawLabels(concepts, k);
    if (this.look.hasChain) this.drawChains(k);
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
    const { ink, chart } = this, isFar = k < READABLE, isRough = isFar && lines.length > MANY;
    for (let start = 0; start < lines.length; start += BATCH) {
      ink.beginPath();
      for (const { from, to, points } of lines.slice(start, start + BATCH)) {
        ink.moveTo(...(isFar ? [chart.x[from], chart.y[from]] : points.slice(0, 2))); // a dot is narrower than the box
        if (isFar) ink.lineTo(points[0], points[1]);
        trace(ink, points, isRough);
        if (isFar) ink.lineTo(chart.x[to], chart.y[to]);
      }
      ink.stroke();
    }
  }

  drawBoxes(concepts, k) {
    const { chart, ink } = this, { boxWidth, boxHeight } = chart;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    for (const concept of concepts) {
      this.drawBox(concept, boxWidth, boxHeight, 6, k);
      this.drawTitle(concept, this.isFaded(concept));
    }
    ink.globalAlpha = 1;
  }

  drawBox(concept, width, height, round, k) {
    const { ink, chart, look } = this;
    const colour = look.colour(concept), isFaded = this.isFaded(concept), isFocus = concept === look.focus;
    ink.beginPath();
    ink.roundRect(chart.x[concept] - width / 2, chart.y[concept] - height / 2, width, height, round);
    ink.globalAlpha = 1;
    ink.fillStyle = look.colours.ground;
    ink.fill(); // lines end behind it, faded or not
    ink.globalAlpha = (isFaded ? FADED : 1) * (look.isFilled(concept) ? 0.26 : 0.06);
    ink.fillStyle = colour;
    ink.fill();
    ink.globalAlpha = isFaded ? FADED * 2 : 1;
    ink.strokeStyle = isFocus ? look.colours.ink : colour;
    ink.lineWidth = isFocus ? Math.max(3, 2.5 / k) : Math.max(1.4, 1.2 / k);
    ink.stroke();
  }

  drawDots(concepts, k) {
    const { ink, chart, look } = this, radius = this.dot(k);
    for (const concept of concepts) {
      ink.beginPath();
      ink.arc(chart.x[concept], chart.y[concept], radius, 0, 2 * Math.PI);
      ink.globalAlpha = this.isFaded(concept) ? FADED * 2 : 1;
      ink.fillStyle = look.isFilled(concept) ? look.colour(concept) : look.colours.ground;
      ink.fill();
      if (look.isFilled(concept)) continue;
      ink.strokeStyle = look.colour(concept);
      ink.lineWidth = 1.4 / k;
      ink.stroke();
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

  /** Gives how large a dot is on the map: as on the page, but no larger than there is room for. */
  dot(k) {
    return Math.min(LABEL.dot / k, this.chart.boxHeight / 2);
  }

  /** Labels what matters most, wherever a label hides no other and no dot. */
  drawLabels(concepts, k) {
    const { ink, chart, look } = this;
    const taken = new Taken(LABEL.wide / k, LABEL.high / k);
    const wanted = concepts.filter((concept) => !this.isFaded(concept)).sort((a, b) => this.weight(b) - this.weight(a));
    for (const concept of wanted) taken.dot(chart.x[concept], chart.y[concept]);
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    let count = 0;
    for (const concept of wanted) {
      const x = chart.x[concept], y = chart.y[concept], high = LABEL.high / 2 / k, dot = this.dot(k);
      if (!taken.isFree(x, y, LABEL.least / 2 / k, high, dot)) continue; // measuring would cost more
      const label = this.label(concept), wide = label.wide / 2 / k;
      if (!taken.isFree(x, y, wide, high, dot)) continue;
      taken.label(x, y, wide, high);
      this.drawBox(concept, label.wide / k, LABEL.high / k, LABEL.high / 2 / k, k);
      ink.globalAlpha = 1;
      ink.fillStyle = look.colours.ink;
      ink.font = `${LABEL.letters / k}px ${look.font}`;
      ink.fillText(label.text, x, y + 0.5 / k);
      if (++count >= LABEL.most) break;
    }
    ink.globalAlpha = 1;
  }

  /** Gives the label of a concept, without what stands in brackets, and how wide it is on the page. */
  label(concept) {
    if (!this.labels.has(concept)) {
      const { ink } = this;
      ink.save();
      ink.resetTransform();
      ink.font = `${LABEL.letters}px ${this.look.font}`;
      const title = this.titles[concept], short = title.replace(/\s*[(（][^()（）]*[)）]/g, "") || title;
      const text = shortened(short, LABEL.wide - 14, (part) => ink.measureText(part).width);
      this.labels.set(concept, { text, wide: ink.measureText(text).width + 14 });
      ink.restore();
    }
    return this.labels.get(concept);
  }

  weight(concept) {
    const { focus, hasChain } = this.look;
    return concept === focus ? Infinity : hasChain && this.stations.has(concept) ? 1e6 : this.rank[concept];
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

  /** Gives half the width and height that a concept takes on the map. */
  sizeOf(concept, k) {
    const { chart } = this;
    return k >= READABLE ? [chart.boxWidth / 2, chart.boxHeight / 2] : [this.label(concept).wide / 2 / k, LABEL.high / 2 / k];
  }

  drawArrow(from, to, k) {
    const { ink, chart } = this;
    const a = edgeOf(chart, from, to, this.sizeOf(from, k)), b = edgeOf(chart, to, from, this.sizeOf(to, k));
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

/** What of the map labels and dots have taken, by the squares of a grid, so that thousands are looked through quickly. */
class Taken {
  constructor(wide, high) {
    Object.assign(this, { wide, high, squares: new Map() });
  }

  /** Notes a dot. */
  dot(x, y) {
    this.square(Math.floor(x / this.wide), Math.floor(y / this.high)).dots.push({ x, y });
  }

  /** Notes a label around a dot. */
  label(x, y, wide, high) {
    this.square(Math.floor(x / this.wide), Math.floor(y / this.high)).labels.push({ x, y, wide, high });
  }

  /** Tells whether a label around a dot would hide no other and no other dot. */
  isFree(x, y, wide, high, dot) {
    const column = Math.floor(x / this.wide), line = Math.floor(y / this.high);
    const hits = (each, across, along) => Math.abs(each.x - x) < across && Math.abs(each.y - y) < along;
    for (let right = -1; right <= 1; right++) {
      for (let down = -1; down <= 1; down++) {
        const { labels, dots } = this.square(column + right, line + down);
        if (labels.some((each) => hits(each, wide + each.wide, high + each.high))) return false;
        if (dots.some((each) => (each.x !== x || each.y !== y) && hits(each, wide + dot, high + dot))) return false;
      }
    }
    return true;
  }

  square(column, line) {
    const key = `${column} ${line}`;
    if (!this.squares.has(key)) this.squares.set(key, { labels: [], dots: [] });
    return this.squares.get(key);
  }
}

/** Goes on with a path along the joints of a line; where nobody sees it, straight from each to the next. */
function trace(ink, points, isRough) {
  for (let at = 2; at < points.length; at += 6) {
    if (isRough) ink.lineTo(points[at + 4], points[at + 5]);
    else ink.bezierCurveTo(points[at], points[at + 1], points[at + 2], points[at + 3], points[at + 4], points[at + 5]);
  }
}

/** Gives where a straight line from one concept to another leaves the first. */
function edgeOf(chart, from, to, [wide, high]) {
  const x = chart.x[to] - chart.x[from], y = chart.y[to] - chart.y[from];
  const share = Math.min(wide / Math.abs(x || 1e-9), high / Math.abs(y || 1e-9), 0.45);
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
  let least = 0, most = line.length;
  while (least < most) { // halving, as each measuring takes a while
    const middle = (least + most + 1) >> 1;
    if (widthOf(`${line.slice(0, middle)}…`) <= width) least = middle;
    else most = middle - 1;
  }
  return `${line.slice(0, least).replace(/[…\s]+$/, "")}…`;
}

function sized(canvas, width, height) {
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
}
