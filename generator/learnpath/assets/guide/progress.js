/**
 * What follows from what is learnt: what can be learnt next, what a concept opens up, how much is left.
 *
 * Concepts are numbers, as in `plan/graph.json`; `learnt` is a set of them.
 */

/** @typedef {{minutes: (number | null)[], prerequisites: (number | number[])[][]}} Graph */

/** Gives the prerequisites of a concept that are not met: of each list one is enough. @returns {number[][]} */
export function openNeeds(graph, concept, learnt) {
  return (graph.prerequisites[concept] ?? [])
    .map((need) => [need].flat())
    .filter((members) => !members.some((member) => learnt.has(member)));
}

/** Tells whether a concept is not learnt and all it needs is. */
export function isReady(graph, concept, learnt) {
  return !learnt.has(concept) && openNeeds(graph, concept, learnt).length === 0;
}

/**
 * Gives what to learn next: steps of the trail first, then what uses the latest of what was learnt, then beginnings.
 *
 * @param {Graph} graph
 * @param {number[]} learnt the oldest first
 * @param {number[]} trail
 * @param {Set<number>} leftOut
 */
export function readyNext(graph, learnt, trail, leftOut, most = 6) {
  const known = new Set(learnt);
  const age = new Map(learnt.map((concept, number) => [concept, number]));
  const place = new Map(trail.map((concept, number) => [concept, number]));
  const latest = graph.prerequisites.map((needs) => Math.max(-1, ...needs.flat().map((each) => age.get(each) ?? -1)));
  return graph.prerequisites
    .map((_, concept) => concept)
    .filter((concept) => !leftOut.has(concept) && isReady(graph, concept, known))
    .sort((one, other) => (place.get(one) ?? Infinity) - (place.get(other) ?? Infinity) || latest[other] - latest[one] || one - other)
    .slice(0, most);
}

/** Gives the minutes of the steps that are not learnt; what has none counts for nothing. */
export function minutesLeft(graph, steps, learnt) {
  return steps.reduce((sum, step) => sum + (learnt.has(step) ? 0 : (graph.minutes[step] ?? 0)), 0);
}

/** Gives all that a concept rests on and that is not learnt, the nearest first; what is learnt is not looked behind. */
export function missingBelow(graph, concept, learnt) {
  const found = new Set([concept]);
  for (const each of found) {
    for (const member of openNeeds(graph, each, learnt).flat()) found.add(member);
  }
  found.delete(concept);
  return [...found];
}
