/**
 * Goals and known concepts → the plan: which steps, in which order, and why. Pure arrays and integers.
 *
 * This is the method of the Python package `learnpath.planning`, in the same parts, words and order, so that the two
 * can be read side by side; what a part is for and why it is so is told there. Both give the same plan for every
 * input, to the last step. Only sets are kept differently: where they are asked often, as flags in a typed array.
 *
 * @typedef {{hard: number[][], groups: number[][][], minutes: number[], areas: number[]}} Needs for each concept what
 *   it rests on without and with alternatives, what it weighs, and its area
 * @typedef {{goals: number[], known: number[], steps: number[], picks: number[], proven: boolean}} Plan
 * @typedef {{uses: number[], way: number[], refresh: number[]}} Reason
 * @typedef {{taken: number, others: [number, number][]}} Choice alternatives, one of which was taken: each other one,
 *   and how many minutes more the whole plan would take with it
 */

// needs: what the planner reads

const UNKNOWN_MINUTES = 60;

/**
 * Brings a graph into canonical form.
 *
 * @param {(number | number[])[][]} prerequisites for each concept numbers, or lists of alternatives
 * @param {(number | null)[]} minutes of each concept; all unknown if not given
 * @param {number[]} areas of each concept; all the same if not given
 * @returns {Needs}
 */
export function needsOf(prerequisites, minutes = [], areas = []) {
  const hard = [], groups = [];
  for (const lists of prerequisites) {
    const members = lists.map((each) => (Array.isArray(each) ? ascending(each) : [each]));
    const alone = ascending(members.filter((each) => each.length === 1).flat());
    hard.push(alone);
    groups.push(members
      .filter((each) => each.length > 1 && !each.some((member) => alone.includes(member)))
      .sort(byMembers)
      .filter((each, number, all) => !number || byMembers(each, all[number - 1])));
  }
  const all = (value) => new Array(hard.length).fill(value);
  return {
    hard,
    groups,
    minutes: minutes.length ? minutes.map((each) => Math.max(1, each ?? UNKNOWN_MINUTES)) : all(UNKNOWN_MINUTES),
    areas: areas.length ? [...areas] : all(0),
  };
}

function ascending(numbers) {
  return [...Int32Array.from(new Set(numbers)).sort()]; // quicker than with a function that compares
}

function byMembers(a, b) {
  const differs = a.findIndex((member, number) => member !== b[number]);
  return differs < 0 ? a.length - b.length : differs < b.length ? a[differs] - b[differs] : 1;
}

// choosing: which alternatives to take

const SEARCHABLE = 300; // groups up to which all choices are searched
const EFFORT = 200_000; // visits to concepts after which the search stops

/** Gives the lightest set that holds the goals and all that its concepts need, and whether it is proven the lightest. */
function cheapest(needs, goals, known, prefer) {
  return new Search(needs, known, prefer).run(goals);
}

/** Holds a set of concepts that grows and shrinks, and the groups that came with them. */
class Search {
  constructor(needs, known, prefer) {
    const size = needs.hard.length;
    this.needs = needs;
    this.minutes = needs.minutes;
    this.known = new Uint8Array(size);
    for (const each of known) this.known[each] = 1;
    this.rank = ranks(prefer);
    this.inside = new Uint8Array(size);
    this.forbidden = new Uint8Array(size);
    this.cost = 0;
    this.trail = []; // the concepts inside, in the order they came
    this.groups = []; // those of the concepts inside
    this.best = [];
    this.bestCost = 0;
    this.effort = EFFORT;
    this.claimed = new Float64Array(size); // used by `claims`, else 0
    this.taken = new Float64Array(size); // the same
  }

  run(goals) {
    for (const goal of goals) this.add(goal);
    if (!this.openGroups().length) return [new Set(this.trail), true];
    const sure = [this.trail.length, this.groups.length];
    this.fill(this.minutes);
    this.bestCost = this.cost + 1;
    this.keepNeeded(sure[0]);
    this.backTo(...sure);
    const proven = this.countGroups(goals) <= SEARCHABLE && this.search();
    if (!proven) {
      this.effort = EFFORT;
      this.polish(...sure);
    }
    return [new Set(this.best), proven];
  }

  // the set

  /** Takes a concept in, with all it needs that has no alternative. */
  add(concept) {
    const { inside, known } = this, { hard, groups } = this.needs;
    if (inside[concept] || known[concept]) return;
    inside[concept] = 1;
    const waiting = [concept];
    while (waiting.length) {
      const here = waiting.pop();
      this.trail.push(here);
      this.effort--;
      this.cost += this.minutes[here];
      for (const group of groups[here]) if (!holdsAny(known, group)) this.groups.push(this.members(group));
      for (const need of hard[here]) {
        if (!inside[need] && !known[need]) {
          inside[need] = 1;
          waiting.push(need);
        }
      }
    }
  }

  /** Takes out what came last. */
  backTo(concepts, groups) {
    for (let number = concepts; number < this.trail.length; number++) {
      this.inside[this.trail[number]] = 0;
      this.cost -= this.minutes[this.trail[number]];
    }
    this.trail.length = concepts;
    this.groups.length = groups;
  }

  members(group) {
    const preferred = pickOf(group, this.rank);
    return preferred === undefined ? group : [preferred];
  }

  openGroups() {
    return this.groups.filter((group) => !holdsAny(this.inside, group));
  }

  /** Gives what taking a concept in would bring along, itself first. */
  missing(concept) {
    const found = [concept], seen = new Set(found);
    for (const here of found) { // grows while it is gone through
      for (const need of this.needs.hard[here]) {
        if (!seen.has(need) && !this.inside[need] && !this.known[need]) {
          seen.add(need);
          found.push(need);
        }
      }
    }
    this.effort -= found.length;
    return found;
  }

  /** Counts the groups that some choice leads to. */
  countGroups(goals) {
    const waiting = goals.filter((goal) => !this.known[goal]), seen = new Set(waiting);
    let count = 0;
    while (waiting.length) {
      const here = waiting.pop();
      const below = [...this.needs.hard[here]];
      for (const group of this.needs.groups[here]) {
        if (!holdsAny(this.known, group)) {
          count++;
          below.push(...this.members(group));
        }
      }
      for (const need of below) {
        if (!seen.has(need) && !this.known[need]) {
          seen.add(need);
          waiting.push(need);
        }
      }
    }
    return count;
  }

  // the search

  /** Looks for something cheaper than the best so far; tells whether all was searched. */
  search() {
    const groups = this.openGroups();
    if (!groups.length) {
      if (this.cost < this.bestCost) [this.best, this.bestCost] = [[...this.trail], this.cost];
      return true;
    }
    const claims = this.claims(groups);
    if (!claims || this.cost + sum(claims) >= this.bestCost) return true;
    if (this.effort < 0) return false;
    const group = groups[claims.indexOf(Math.max(...claims))];
    const tried = [], here = [this.trail.length, this.groups.length];
    let allSearched = true;
    for (const member of this.byPrice(group, this.minutes)) {
      if (holdsAny(this.forbidden, this.missing(member))) continue;
      this.add(member);
      allSearched = this.search() && allSearched;
      this.backTo(...here);
      if (!this.forbidden[member]) { // the choices with it were all looked at
        this.forbidden[member] = 1;
        tried.push(member);
      }
    }
    for (const member of tried) this.forbidden[member] = 0;
    return allSearched;
  }

  /** Gives concepts from the cheapest on. */
  byPrice(concepts, minutes) {
    const prices = new Map(concepts.map((each) => [each, sum(this.missing(each), minutes)]));
    return [...concepts].sort((a, b) => prices.get(a) - prices.get(b) || a - b);
  }

  /** Gives for each group what it must cost beside the others; null if one cannot be met. */
  claims(groups) {
    const { minutes, claimed, taken } = this;
    const found = [], touched = [];
    for (const group of groups) {
      const bring = group.map((member) => this.missing(member)).filter((one) => !holdsAny(this.forbidden, one));
      let claim = Infinity;
      for (const one of bring) {
        let left = 0;
        for (const each of one) left += minutes[each] - claimed[each];
        claim = Math.min(claim, left);
      }
      found.push(claim);
      if (!bring.length) break;
      const first = touched.length;
      for (const one of claim ? bring : []) {
        let lacking = claim - sum(one, taken);
        for (const each of one) {
          if (lacking <= 0) break;
          const more = Math.min(lacking, minutes[each] - claimed[each] - taken[each]);
          if (more && !taken[each]) touched.push(each);
          taken[each] += more;
          lacking -= more;
        }
      }
      for (let number = first; number < touched.length; number++) {
        claimed[touched[number]] += taken[touched[number]];
        taken[touched[number]] = 0;
      }
    }
    for (const each of touched) claimed[each] = 0;
    return found.includes(Infinity) ? null : found;
  }

  // where there is too much to search

  /** Meets each open group with what is cheapest now; tells whether that was possible. */
  fill(minutes) {
    for (const group of this.groups) { // grows while it is gone through
      this.effort--;
      if (holdsAny(this.inside, group)) continue;
      const allowed = group.filter((each) => !holdsAny(this.forbidden, this.missing(each)));
      if (!allowed.length) return false;
      this.add(this.byPrice(allowed, minutes)[0]);
    }
    return true;
  }

  /** Does without each concept of the best choice in turn, and with each that is not in it, as far as the effort goes. */
  polish(concepts, groups) {
    let triedInVain = 0, alternatives = this.alternatives(), cheap = this.prices();
    while (triedInVain < alternatives.length && this.effort > 0) {
      const concept = alternatives.shift();
      alternatives.push(concept);
      if (cheap[concept]) this.add(concept);
      else this.forbidden[concept] = 1;
      triedInVain++;
      if (this.fill(cheap) && this.keepNeeded(concepts)) {
        [triedInVain, alternatives, cheap] = [0, this.alternatives(), this.prices()];
      }
      this.forbidden[concept] = 0;
      this.backTo(concepts, groups);
    }
  }

  /** Gives what each concept costs beside the best choice, whose own are there in any case. */
  prices() {
    const found = [...this.minutes];
    for (const each of this.best) found[each] = 0;
    return found;
  }

  /** Gives the members of the groups that the best choice meets. */
  alternatives() {
    const found = [];
    for (const concept of this.best) {
      for (const group of this.needs.groups[concept]) {
        if (!holdsAny(this.known, group)) found.push(...this.members(group));
      }
    }
    return ascending(found);
  }

  /** Keeps the set as the best choice without what came last and is not needed, if it is cheaper then. */
  keepNeeded(sure) {
    const { trail, inside, minutes } = this, { hard, groups } = this.needs;
    this.effort -= trail.length;
    const used = new Int32Array(inside.length); // how many others need it without an alternative
    const opened = new Map(), meets = new Map();
    const put = (map, key, value) => { map.get(key)?.push(value) ?? map.set(key, [value]); };
    for (const concept of trail) {
      for (const need of hard[concept]) if (inside[need]) used[need]++;
      for (const group of groups[concept]) {
        if (holdsAny(this.known, group)) continue;
        const within = this.members(group).filter((member) => inside[member]);
        put(opened, concept, within);
        for (const member of within) put(meets, member, within);
      }
    }
    const fixed = new Uint8Array(inside.length), left = inside.slice();
    for (let number = 0; number < sure; number++) fixed[trail[number]] = 1;
    const waiting = trail.slice(sure);
    let cost = this.cost;
    while (waiting.length) {
      const concept = waiting.pop();
      if (!left[concept] || fixed[concept] || used[concept]) continue;
      const met = meets.get(concept) ?? [];
      if (met.some((within) => within.length === 1 && within[0] === concept)) continue;
      left[concept] = 0;
      cost -= minutes[concept];
      for (const within of met) if (within.length) within.splice(within.indexOf(concept), 1);
      for (const within of opened.get(concept) ?? []) {
        waiting.push(...within);
        within.length = 0; // nobody needs the group any more
      }
      for (const need of hard[concept]) {
        if (inside[need]) {
          used[need]--;
          waiting.push(need);
        }
      }
    }
    const cheaper = cost < this.bestCost;
    if (cheaper) [this.best, this.bestCost] = [trail.filter((each) => left[each]), cost];
    return cheaper;
  }
}

function holdsAny(flags, concepts) {
  for (const each of concepts) if (flags[each]) return true;
  return false;
}

/** Sums up numbers, or what each of them has in `values`. */
function sum(numbers, values) {
  let total = 0;
  for (const each of numbers) total += values ? values[each] : each;
  return total;
}

// ordering: what is learnt shall be used soon

const FEW = 20; // steps up to which nine first orders are tried, and each is jolted
const SMALL = 400; // and up to which five are, and long blocks
const PASSES = 12, LENGTH = 24;
const PASSES_OF_MANY = 3, LENGTH_OF_MANY = 8;

/** Puts steps into an order in which nothing comes before what it needs, and what is used together stands together. */
function order(before, minutes, areas) {
  const task = new Task(before, minutes, areas);
  let found = task.starts().map((start) => task.improved(start));
  if (task.size <= FEW) found = found.map((steps) => task.jolted(steps));
  return task.cheapestOf(found);
}

class Task {
  constructor(before, minutes, areas) {
    this.before = before;
    this.minutes = Float64Array.from(minutes);
    this.areas = Int32Array.from(areas);
    this.size = before.length;
    this.steps = Array.from(before.keys());
    this.uses = before.map(() => []);
    before.forEach((needs, step) => { for (const need of needs) this.uses[need].push(step); });
    this.weights = Float64Array.from(this.steps, (step) => before[step].length - this.uses[step].length);
    this.price = 2 * Math.floor(sum(minutes) / Math.max(1, this.size)); // of a change of area
    this.sorted = this.inAnyOrder();
  }

  inAnyOrder() {
    const missing = this.before.map((needs) => needs.length);
    const found = this.steps.filter((step) => !missing[step]);
    for (const step of found) { // grows while it is gone through
      for (const use of this.uses[step]) if (!--missing[use]) found.push(use);
    }
    if (found.length < this.size) throw new RangeError("the concepts go round in a circle");
    return found;
  }

  // first orders

  /** Gives the first orders to improve, the more the fewer the steps are. */
  starts() {
    const heavy = this.heaviness();
    const found = [this.depthFirst(heavy), this.depthFirst(heavy.map(() => 0))];
    if (this.size > SMALL) return [this.cheapestOf(found)];
    found.push(this.depthFirst(negative(heavy)), this.latestFirst(), this.leastOpenFirst());
    if (this.size <= FEW) {
      const keys = [this.steps, this.areas, negative(this.areas)];
      found.push(...keys.map((each) => this.depthFirst(each)), this.leastOpenLast());
    }
    return found;
  }

  /** Gives the minutes of all that each step rests on; of many steps, of the longest chain only, which is quicker. */
  heaviness() {
    const { before, minutes, size } = this;
    const heavy = new Float64Array(size);
    if (size > SMALL) {
      for (const step of this.sorted) {
        for (const need of before[step]) heavy[step] = Math.max(heavy[step], heavy[need]);
        heavy[step] += minutes[step];
      }
      return heavy;
    }
    const seen = new Int32Array(size).fill(-1); // the last step that was found to rest on it
    for (const step of this.sorted) {
      const waiting = [step];
      seen[step] = step;
      for (const here of waiting) { // grows while it is gone through
        heavy[step] += minutes[here];
        for (const need of before[here]) {
          if (seen[need] !== step) {
            seen[need] = step;
            waiting.push(need);
          }
        }
      }
    }
    return heavy;
  }

  /** Goes down from the steps that nothing uses, the light ones first, and below each step to the heavy ones first. */
  depthFirst(heavy) {
    const ends = this.steps.filter((step) => !this.uses[step].length).sort((a, b) => heavy[a] - heavy[b] || a - b);
    const done = new Uint8Array(this.size), found = [];
    const below = this.before.map((needs) => [...needs].sort((a, b) => heavy[b] - heavy[a] || a - b));
    const next = new Int32Array(this.size); // the first of those below that was not looked at
    for (const end of ends) {
      done[end] = 1;
      const waiting = [end];
      while (waiting.length) {
        const step = waiting.at(-1);
        while (done[below[step][next[step]]]) next[step]++;
        const need = below[step][next[step]];
        if (need === undefined) {
          found.push(step);
          waiting.pop();
        } else {
          done[need] = 1;
          waiting.push(need);
        }
      }
    }
    return found;
  }

  /** Goes on with what became possible last. */
  latestFirst() {
    const missing = this.before.map((needs) => needs.length);
    const ready = this.steps.filter((step) => !missing[step]).reverse(), found = [];
    while (ready.length) {
      const step = ready.pop();
      found.push(step);
      for (let number = this.uses[step].length - 1; number >= 0; number--) {
        const use = this.uses[step][number];
        if (!--missing[use]) ready.push(use);
      }
    }
    return found;
  }

  /** Goes on with the step that has more prerequisites than uses. */
  leastOpenFirst() {
    return this.leastOpen(this.before, this.uses);
  }

  /** Goes backwards from the end: before what is there comes the step that has more prerequisites than uses. */
  leastOpenLast() {
    return this.leastOpen(this.uses, this.before).reverse();
  }

  leastOpen(before, after) {
    const missing = before.map((steps) => steps.length);
    const ready = this.steps.filter((step) => !missing[step]), found = [];
    while (ready.length) {
      let first = 0; // few are ready at once, so that a heap would not pay
      for (let number = 1; number < ready.length; number++) {
        const a = ready[number], b = ready[first];
        if ((this.weights[b] - this.weights[a] || a - b) < 0) first = number;
      }
      const [step] = ready.splice(first, 1);
      found.push(step);
      for (const each of after[step]) if (!--missing[each]) ready.push(each);
    }
    return found;
  }

  // exchanges

  /** Sums up w·C and the price of the changes of area. */
  cost(steps) {
    let cost = 0, clock = 0;
    for (let position = 0; position < steps.length; position++) {
      const step = steps[position];
      clock += this.minutes[step];
      cost += this.weights[step] * clock;
      if (position && this.areas[step] !== this.areas[steps[position - 1]]) cost += this.price;
    }
    return cost;
  }

  cheapestOf(orders) {
    const costs = orders.map((steps) => this.cost(steps));
    return orders[costs.indexOf(Math.min(...costs))];
  }

  /** Exchanges neighbouring blocks while that makes the order cheaper. */
  improved(start) {
    const steps = Int32Array.from(start), position = new Int32Array(this.size);
    steps.forEach((step, index) => { position[step] = index; });
    const small = this.size <= SMALL;
    const length = small ? LENGTH : LENGTH_OF_MANY;
    for (let passes = small ? PASSES : PASSES_OF_MANY; passes > 0; passes--) {
      let changed = false;
      for (let split = 1; split < this.size; split++) {
        const best = this.bestExchange(steps, position, split, length);
        if (best) {
          const [first, end] = best;
          const left = steps.slice(first, split);
          steps.copyWithin(first, split, end);
          steps.set(left, first + end - split);
          for (let index = first; index < end; index++) position[steps[index]] = index;
          changed = true;
        }
      }
      if (!changed) break;
    }
    return steps;
  }

  /** Exchanges two neighbours at a loss, improves again, and keeps what became cheaper. */
  jolted(steps) {
    let cost = this.cost(steps);
    for (let split = 1; split < this.size; split++) {
      if (this.before[steps[split]].includes(steps[split - 1])) continue;
      const start = steps.slice();
      [start[split - 1], start[split]] = [steps[split], steps[split - 1]];
      const other = this.improved(start), otherCost = this.cost(other);
      if (otherCost < cost) [steps, cost] = [other, otherCost];
    }
    return steps;
  }

  /** Gives the ends of the two blocks that meet at `split` whose exchange gains most, if any gains. */
  bestExchange(steps, position, split, length) {
    const { minutes, weights, before, price } = this;
    let lowest = Math.max(0, split - length);
    let best = 0, found = null;
    let pRight = 0, wRight = 0;
    for (let end = split + 1; end <= Math.min(this.size, split + length); end++) {
      const last = steps[end - 1];
      for (const need of before[last]) { // the left block may not hold what the right one needs
        if (lowest <= position[need] && position[need] < split) lowest = position[need] + 1;
      }
      if (lowest >= split) break;
      pRight += minutes[last];
      wRight += weights[last];
      let pLeft = 0, wLeft = 0;
      for (let first = split - 1; first >= lowest; first--) {
        pLeft += minutes[steps[first]];
        wLeft += weights[steps[first]];
        let gain = wRight * pLeft - wLeft * pRight;
        if (gain + 3 * price <= best) continue;
        gain -= price * this.moreChanges(steps, first, split, end);
        if (gain > best) [best, found] = [gain, [first, end]];
      }
    }
    return found;
  }

  /** Counts the changes of area that exchanging two blocks adds. */
  moreChanges(steps, first, split, end) {
    const { areas } = this;
    const a = areas[steps[first]], aEnd = areas[steps[split - 1]];
    const b = areas[steps[split]], bEnd = areas[steps[end - 1]];
    let more = Number(bEnd !== a) - Number(aEnd !== b);
    if (first > 0) {
      const ahead = areas[steps[first - 1]];
      more += Number(ahead !== b) - Number(ahead !== a);
    }
    if (end < this.size) {
      const after = areas[steps[end]];
      more += Number(aEnd !== after) - Number(bEnd !== after);
    }
    return more;
  }
}

function negative(keys) {
  return keys.map((key) => -key);
}

// reasons: why a step stands where it stands

const WINDOW = 7; // steps that a prerequisite may lie untouched, neither learnt nor used

/** Gives the reason of each step. */
function reasons(steps, before, goals) {
  const position = new Map(steps.map((step, number) => [step, number]));
  const uses = steps.map(() => []), refresh = steps.map(() => []);
  const touched = steps.map((_, number) => number); // where each step was last learnt or used
  before.forEach((needs, number) => {
    for (const need of needs) {
      const at = position.get(need);
      uses[at].push(steps[number]);
      if (number - touched[at] - 1 > WINDOW) refresh[number].push(need);
      touched[at] = number;
    }
  });
  const ways = steps.map(() => []), goal = new Set(goals);
  for (let number = steps.length - 1; number >= 0; number--) {
    let shortest = [];
    if (!goal.has(steps[number])) {
      for (const use of uses[number]) {
        const way = ways[position.get(use)];
        if (!shortest.length || way.length < shortest.length) shortest = way;
      }
    }
    ways[number] = [steps[number], ...shortest];
  }
  return steps.map((_, number) => ({ uses: uses[number], way: ways[number], refresh: refresh[number] }));
}

// the plan

/**
 * Makes the plan for some goals.
 *
 * @param {Needs} needs the graph, without circles
 * @param {Iterable<number>} goals what is to be reached
 * @param {Iterable<number>} known what is understood; what only known concepts need is not asked for
 * @param {number[]} choose alternatives to take, the first that a group holds; such as the `picks` of a former plan
 * @returns {Plan} `picks` are the alternatives taken; `proven` tells whether no other choice of them is lighter
 */
export function plan(needs, goals, known = [], choose = []) {
  goals = ascending(goals);
  known = ascending(known);
  const [wanted, proven] = cheapest(needs, goals, known, choose);
  let picks = picksOf(needs, wanted, known, choose);
  if (known.length) {
    const [whole] = cheapest(needs, goals, [], picks);
    picks = picksOf(needs, whole, [], picks);
  }
  const canonical = inOrder(needs, closure(needs, goals, [], picks), picks);
  const asked = closure(needs, goals, known, picks);
  return { goals, known, steps: canonical.filter((step) => asked.has(step)), picks, proven };
}

/**
 * Gives the goals and all they rest on, stopping at what is known.
 *
 * @param {Needs} needs
 * @param {number[]} goals
 * @param {number[]} known
 * @param {number[]} picks a group is met by the first of these that it holds
 * @returns {Set<number>}
 */
export function closure(needs, goals, known = [], picks = []) {
  const understood = new Set(known), rank = ranks(picks);
  const found = new Set(), undecided = [];
  const waiting = goals.filter((goal) => !understood.has(goal));
  while (waiting.length || undecided.length) {
    if (!waiting.length) {
      const group = undecided.pop();
      if (!group.some((member) => found.has(member))) waiting.push(group[0]);
      continue;
    }
    const concept = waiting.pop();
    if (found.has(concept)) continue;
    found.add(concept);
    for (const need of needs.hard[concept]) if (!understood.has(need)) waiting.push(need);
    for (const group of needs.groups[concept]) {
      if (group.some((member) => understood.has(member))) continue;
      const pick = pickOf(group, rank);
      if (pick === undefined) undecided.push(group);
      else waiting.push(pick);
    }
  }
  return found;
}

/** Puts concepts into the order in which they are best learnt; what they need outside is left aside. */
function inOrder(needs, chosen, picks) {
  const concepts = ascending(chosen);
  const local = new Map(concepts.map((concept, number) => [concept, number]));
  const rank = ranks(picks);
  const before = concepts.map((concept) => used(needs, concept, local, rank).map((need) => local.get(need)));
  const steps = order(
    before, concepts.map((each) => needs.minutes[each]), concepts.map((each) => needs.areas[each]),
  );
  return Array.from(steps, (step) => concepts[step]);
}

/**
 * Gives the reason of each step of a plan: the later steps that use it, the shortest way from it to a goal, both
 * included, and those of its prerequisites that many steps have left untouched.
 *
 * @param {Needs} needs
 * @param {Plan} made
 * @returns {Reason[]}
 */
export function reasonsOf(needs, made) {
  const steps = new Set(made.steps), rank = ranks(made.picks), known = new Set(made.known);
  return reasons(made.steps, made.steps.map((step) => used(needs, step, steps, rank, known)), made.goals);
}

/**
 * Sums up the minutes of steps, each at least 1.
 *
 * @param {Needs} needs
 * @param {Iterable<number>} steps
 */
export function weight(needs, steps) {
  return sum(steps, needs.minutes);
}

/**
 * Gives the steps of a plan that fit into a budget: whole goals first, the cheap ones before, then as far as it goes.
 *
 * @param {Needs} needs
 * @param {Plan} made
 * @param {number[]} minutes what each concept takes, 0 where that is not told
 * @param {number} budget the minutes there are
 * @returns {number[]}
 */
export function within(needs, made, minutes, budget) {
  const taken = new Set(), known = new Set(made.known);
  let left = budget;
  const goals = new Map();
  for (const goal of made.goals) if (!known.has(goal)) goals.set(goal, closure(needs, [goal], made.known, made.picks));
  while (goals.size) {
    let cheap, price = Infinity;
    for (const [goal, whole] of goals) {
      let more = 0;
      for (const step of whole) if (!taken.has(step)) more += minutes[step];
      if (more < price) [cheap, price] = [goal, more];
    }
    if (price > left) break;
    for (const step of goals.get(cheap)) taken.add(step);
    left -= price;
    goals.delete(cheap);
  }
  for (const step of made.steps) {
    if (taken.has(step)) continue;
    left -= minutes[step];
    if (left < 0) break;
    taken.add(step);
  }
  return made.steps.filter((step) => taken.has(step));
}

function ranks(picks) {
  const found = new Map();
  picks.forEach((pick, rank) => { if (!found.has(pick)) found.set(pick, rank); });
  return found;
}

/** Gives the member of a group that comes first among the picks. */
function pickOf(group, rank) {
  let found, first = Infinity;
  for (const each of group) {
    const here = rank.get(each);
    if (here < first) [found, first] = [each, here];
  }
  return found;
}

/** Adds to the picks what meets the groups of a set that none of them meets. */
function picksOf(needs, inside, known, picks) {
  const rank = ranks(picks), found = [...picks], understood = new Set(known);
  for (const concept of ascending(inside)) {
    for (const group of needs.groups[concept]) {
      if (group.some((member) => understood.has(member)) || pickOf(group, rank) !== undefined) continue;
      const pick = group.find((member) => inside.has(member));
      rank.set(pick, found.length);
      found.push(pick);
    }
  }
  return found;
}

/** Gives the prerequisites of a concept among the chosen, of each group that is not known the one that was taken. */
function used(needs, concept, chosen, rank, known = new Set()) {
  const found = needs.hard[concept].filter((need) => chosen.has(need));
  if (!needs.groups[concept].length) return found;
  for (const group of needs.groups[concept]) {
    const members = group.filter((member) => chosen.has(member));
    if (members.length && !group.some((member) => known.has(member))) found.push(pickOf(members, rank) ?? members[0]);
  }
  return ascending(found);
}

/**
 * Gives the groups that were met for a step, and what each other member would cost.
 *
 * @param {Needs} needs
 * @param {Plan} made
 * @param {number} step
 * @returns {Choice[]}
 */
export function choicesOf(needs, made, step) {
  const rank = ranks(made.picks), known = new Set(made.known), found = [];
  for (const group of needs.groups[step]) {
    const taken = pickOf(group, rank);
    if (taken === undefined || group.some((member) => known.has(member))) continue;
    const others = group.filter((other) => other !== taken).map((other) => {
      const [instead] = cheapest(needs, made.goals, made.known, [other, ...made.picks]);
      return [other, weight(needs, instead) - weight(needs, made.steps)];
    });
    found.push({ taken, others });
  }
  return found;
}

// the page's planner

const LARGE = 10_000; // concepts above which a thread of its own plans, lest the page stand still

/** What can be asked about a graph; each function takes its needs first. */
export const CALLS = { plan, closure, reasonsOf, choicesOf, within, weight };

/**
 * Gives the functions of `CALLS` for one graph: without the needs, and with promises of what they return.
 *
 * @param {{prerequisites: (number | number[])[][], minutes: (number | null)[], area: number[]}} graph as in graph.json
 * @returns {{[call in keyof typeof CALLS]: (...given: any[]) => Promise<any>}}
 */
export function planner({ prerequisites, minutes, area }) {
  const graph = [prerequisites, minutes, area];
  const ask = prerequisites.length > LARGE ? elsewhere(graph) : here(graph);
  return Object.fromEntries(Object.keys(CALLS).map((call) => [call, async (...given) => ask(call, given)]));
}

function here(graph) {
  const needs = needsOf(...graph);
  return (call, given) => CALLS[call](needs, ...given);
}

function elsewhere(graph) {
  const worker = new Worker(new URL("plan-worker.js", import.meta.url), { type: "module" });
  const waiting = new Map();
  let last = 0, ask = (call, given) => new Promise((resolve, reject) => {
    waiting.set(++last, { call, given, resolve, reject });
    worker.postMessage({ id: last, call, arguments: given });
  });
  worker.addEventListener("message", ({ data: { id, answer, error } }) => {
    if (error === undefined) waiting.get(id).resolve(answer);
    else waiting.get(id).reject(new RangeError(error));
    waiting.delete(id);
  });
  worker.addEventListener("error", () => { // where a site allows no threads
    ask = here(graph);
    for (const { call, given, resolve } of waiting.values()) if (call !== "needsOf") resolve(ask(call, given));
    waiting.clear();
  });
  ask("needsOf", graph).catch(() => {}); // what is asked later tells the error
  return (call, given) => ask(call, given);
}
