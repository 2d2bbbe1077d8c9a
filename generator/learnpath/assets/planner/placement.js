/**
 * Finds out by a few questions what a reader knows of a plan. Who understands a concept understands what it rests on;
 * who does not cannot understand what rests on it. Each question is about the concept whose answer, whichever it is,
 * settles most of what is open: it halves the plan, so that seven questions go a long way.
 *
 * @typedef {"yes" | "no" | "skip"} Answer
 */

const MOST = 7;

/** The questions and what follows from the answers; concepts are their places in the plan. */
export class Placement {
  /**
   * @param {number[][]} uses for each step of a plan the later steps that use it
   * @param {number[]} goals steps that nobody who wants to reach them understands
   */
  constructor(uses, goals) {
    const size = uses.length;
    this.size = size;
    this.below = Array.from({ length: size }, () => new Bits(size));
    this.above = Array.from({ length: size }, () => new Bits(size));
    for (let step = 0; step < size; step++) {
      this.below[step].add(step);
      for (const use of uses[step]) this.below[use].join(this.below[step]);
    }
    for (let step = size - 1; step >= 0; step--) {
      this.above[step].add(step);
      for (const use of uses[step]) this.above[step].join(this.above[use]);
    }
    this.goals = goals;
    /** @type {{step: number, answer: Answer}[]} */
    this.answers = [];
  }

  /** Gives the step to ask about next, or null where enough is known. @returns {number | null} */
  next() {
    if (this.answers.length >= MOST) return null;
    const open = this.open();
    const skipped = new Set(this.answers.filter(({ answer }) => answer === "skip").map(({ step }) => step));
    let best = null, most = [0, 0];
    for (let step = 0; step < this.size; step++) {
      if (!open.has(step) || skipped.has(step)) continue;
      const yes = this.below[step].countShared(open), no = this.above[step].countShared(open);
      const settles = [Math.min(yes, no), Math.max(yes, no)];
      if (settles[0] > most[0] || (settles[0] === most[0] && settles[1] > most[1])) [best, most] = [step, settles];
    }
    return best;
  }

  /** Gives the steps that are understood by the answers. */
  known() {
    const understood = this.joined("yes", this.below);
    return [...Array(this.size).keys()].filter((step) => understood.has(step));
  }

  /** Gives what no answer settles yet. */
  open() {
    const settled = this.joined("yes", this.below);
    settled.join(this.joined("no", this.above));
    for (const goal of this.goals) settled.join(this.above[goal]);
    return settled.inverted();
  }

  joined(wanted, sets) {
    const found = new Bits(this.size);
    for (const { step, answer } of this.answers) if (answer === wanted) found.join(sets[step]);
    return found;
  }

  get most() {
    return MOST;
  }
}

/** A set of small numbers that is joined and counted fast. */
class Bits {
  constructor(size) {
    this.size = size;
    this.words = new Uint32Array(Math.ceil(size / 32));
  }

  add(number) {
    this.words[number >> 5] |= 1 << (number & 31);
  }

  has(number) {
    return (this.words[number >> 5] & (1 << (number & 31))) !== 0;
  }

  join(other) {
    for (let at = 0; at < this.words.length; at++) this.words[at] |= other.words[at];
  }

  inverted() {
    const found = new Bits(this.size);
    found.words = this.words.map((word) => ~word);
    return found;
  }

  /** Counts what another set has as well. */
  countShared(other) {
    let count = 0;
    for (let at = 0; at < this.words.length; at++) {
      for (let word = this.words[at] & other.words[at]; word; word &= word - 1) count++;
    }
    return count;
  }
}
