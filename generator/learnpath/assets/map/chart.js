/**
 * The graph as it lies on the map: where each concept is, which lines join them, and what can be reached from where.
 * Concepts are numbers, as in `plan/graph.json`; coordinates are those of the map at its full size.
 */

/**
 * @typedef {{size: [number, number], box: [number, number], x: number[], y: number[], lines: number[][],
 *   chains: number[][]}} Layout
 * @typedef {{from: number, to: number, points: number[], left: number, right: number, top: number, bottom: number}} Line
 */

export class Chart {
  /**
   * @param {Layout} layout
   * @param {import("../planner/knowledge.js").Knowledge} knowledge
   */
  constructor(layout, knowledge) {
    [this.width, this.height] = layout.size;
    [this.boxWidth, this.boxHeight] = layout.box;
    this.x = layout.x;
    this.y = layout.y;
    this.count = layout.x.length;
    /** @type {Line[]} */
    this.lines = layout.lines.map(lineOf);
    this.chains = layout.chains;
    /** @type {number[][]} the concepts that each one needs, alternatives too */
    this.needs = knowledge.graph.prerequisites.map((lists) => [...new Set(lists.flat())]);
    /** @type {number[][]} the concepts that need each one */
    this.opens = this.needs.map(() => []);
    this.needs.forEach((needs, concept) => { for (const need of needs) this.opens[need].push(concept); });
  }

  /** Gives all that a concept rests on, or all that rests on it. @param {number[][]} way `needs` or `opens` */
  reached(concept, way) {
    const found = new Set([concept]);
    for (const each of found) for (const next of way[each]) found.add(next);
    found.delete(concept);
    return found;
  }

  /** Gives the concept at a point of the map; null where there is none. @param {(concept: number) => boolean} isShown */
  at(x, y, isShown, slack = 0) {
    const wide = this.boxWidth / 2 + slack, high = this.boxHeight / 2 + slack;
    let best = null, least = Infinity;
    for (let concept = 0; concept < this.count; concept++) {
      const across = Math.abs(this.x[concept] - x), down = Math.abs(this.y[concept] - y);
      if (across <= wide && down <= high && across + down < least && isShown(concept)) {
        best = concept;
        least = across + down;
      }
    }
    return best;
  }

  /** Gives the concept nearest to a point. @param {(concept: number) => boolean} isShown */
  nearest(x, y, isShown) {
    return this.nearestOf(Array.from({ length: this.count }, (_, concept) => concept).filter(isShown), x, y);
  }

  /** Gives the nearest of some concepts; null if there are none. @param {number[]} concepts */
  nearestOf(concepts, x, y) {
    const far = (concept) => (this.x[concept] - x) ** 2 + (this.y[concept] - y) ** 2;
    return concepts.reduce((best, each) => (best === null || far(each) < far(best) ? each : best), null);
  }

  /**
   * Gives the next concept from one in a direction: left what it needs, right what needs it, up and down its column.
   *
   * @param {number} concept
   * @param {"ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown"} key
   * @param {(concept: number) => boolean} isShown
   */
  beside(concept, key, isShown) {
    const x = this.x[concept], y = this.y[concept];
    if (key === "ArrowLeft") return this.nearestOf(this.needs[concept].filter(isShown), x, y);
    if (key === "ArrowRight") return this.nearestOf(this.opens[concept].filter(isShown), x, y);
    const sign = key === "ArrowUp" ? -1 : 1, column = [];
    for (let other = 0; other < this.count; other++) {
      if (Math.abs(this.x[other] - x) < this.boxWidth / 2 && (this.y[other] - y) * sign > 0 && isShown(other)) column.push(other);
    }
    return this.nearestOf(column, x, y);
  }
}

/** Undoes the steps from point to point. @param {number[]} told @returns {Line} */
function lineOf([from, to, ...steps]) {
  let x = 0, y = 0;
  const points = steps.map((step, number) => (number % 2 ? (y += step) : (x += step)));
  const across = points.filter((_, number) => number % 2 === 0), down = points.filter((_, number) => number % 2);
  return {
    from, to, points,
    left: Math.min(...across), right: Math.max(...across), top: Math.min(...down), bottom: Math.max(...down),
  };
}
