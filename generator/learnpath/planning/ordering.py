"""The order of the steps: what is learnt shall be used soon.

A learner forgets what waits. Let C(v) be the minutes from the beginning of a plan to the end of step v. An edge from
u to v then costs the time C(v) - C(u) between learning u and using it. Summed over all edges, each step counts with
its weight

    w(v) = prerequisites of v in the plan - uses of v in the plan,

and the sum of w(v)·C(v) is to be made small. This is the scheduling problem 1|prec|Σw·C (one machine, jobs with
weights, some before others), which is NP-hard (Lawler 1978; Lenstra and Rinnooy Kan 1978). Without precedences it is
solved by an exchange argument (Smith 1956): of two neighbouring blocks A and B, B goes first if w(B)·p(A) is greater
than w(A)·p(B), where p are the minutes. The same exchange, made only where no edge forbids it and minus a price for
each change of area that it brings, improves any valid order; here it is applied to some good first orders until
nothing is gained or enough was tried.

A worked number: `limits` (60 min) and `graphs` (20 min) both use `functions` (30 min), so the weights are 1, 1 and -2.
In the order functions, limits, graphs the steps end at 30, 90 and 110: -2·30 + 1·90 + 1·110 = 140, which are the 60
minutes between `functions` and `limits` and the 80 between `functions` and `graphs`. Exchanging A = limits and
B = graphs gains 1·60 - 1·20 = 40: the short one first, 100 minutes in all.

Nothing here is random, no clock is read, and all numbers are integers, so that the page computes the same order.
"""

import heapq
from collections.abc import Sequence

FEW = 20  # steps up to which nine first orders are tried, and each is jolted
SMALL = 400  # and up to which five are, and long blocks
PASSES, LENGTH = 12, 24
PASSES_OF_MANY, LENGTH_OF_MANY = 3, 8
SPLITS_PER_STEP = 60

Lists = Sequence[Sequence[int]]


def order(before: Lists, minutes: Sequence[int], areas: Sequence[int]) -> list[int]:
    """Put steps into an order in which nothing comes before what it needs, and what is used together stands together.

    Args:
        before: for each step the steps that must come before it, ascending and each once.
        minutes: of each step, at least 1.
        areas: of each step.

    Raises:
        ValueError: the steps go round in a circle.
    """
    task = _Task(before, minutes, areas)
    found = [task.improved(start) for start in task.starts()]
    if task.size <= FEW:
        found = [task.jolted(steps) for steps in found]
    return min(found, key=task.cost)


class _Task:
    def __init__(self, before: Lists, minutes: Sequence[int], areas: Sequence[int]) -> None:
        self.before, self.minutes, self.areas = before, minutes, areas
        self.size = len(before)
        self.uses: list[list[int]] = [[] for _ in before]
        for step, needs in enumerate(before):
            for need in needs:
                self.uses[need].append(step)
        self.weights = [len(before[step]) - len(self.uses[step]) for step in range(self.size)]
        self.price = 2 * (sum(minutes) // max(1, self.size))  # of a change of area
        self.sorted = self._sorted()

    def _sorted(self) -> list[int]:
        missing = [len(needs) for needs in self.before]
        found = [step for step in range(self.size) if not missing[step]]
        for step in found:  # grows while it is gone through
            for use in self.uses[step]:
                missing[use] -= 1
                if not missing[use]:
                    found.append(use)
        if len(found) < self.size:
            raise ValueError("the concepts go round in a circle")
        return found

    # first orders

    def starts(self) -> list[list[int]]:
        """Give the first orders to improve, the more the fewer the steps are."""
        heavy = self.heaviness()
        found = [self.depth_first(heavy), self.depth_first([0] * self.size)]
        if self.size > SMALL:
            return [min(found, key=self.cost)]
        found += [self.depth_first(_negative(heavy)), self.latest_first(), self.least_open_first()]
        if self.size <= FEW:
            keys = (range(self.size), self.areas, _negative(self.areas))
            found += [*map(self.depth_first, keys), self.least_open_last()]
        return found

    def heaviness(self) -> list[int]:
        """Give the minutes of all that each step rests on; of many steps, of the longest chain only, which is quicker."""
        heavy = [0] * self.size
        if self.size > SMALL:
            for step in self.sorted:
                heavy[step] = self.minutes[step] + max(
                    (heavy[need] for need in self.before[step]), default=0
                )
            return heavy
        rests_on: list[int] = [0] * self.size  # sets of steps as bits
        for step in self.sorted:
            bits = 1 << step
            for need in self.before[step]:
                bits |= rests_on[need]
            rests_on[step] = bits
            heavy[step] = sum(self.minutes[each] for each in range(self.size) if bits >> each & 1)
        return heavy

    def depth_first(self, heavy: Sequence[int]) -> list[int]:
        """Go down from the steps that nothing uses, the light ones first, and below each step to the heavy ones first."""
        ends = [step for step in range(self.size) if not self.uses[step]]
        ends.sort(key=lambda step: (heavy[step], step))
        done, found = bytearray(self.size), []
        below = [sorted(needs, key=lambda need: (-heavy[need], need)) for needs in self.before]
        for end in ends:
            done[end] = 1
            waiting = [(end, iter(below[end]))]
            while waiting:
                step, rest = waiting[-1]
                need = next((each for each in rest if not done[each]), None)
                if need is None:
                    found.append(step)
                    waiting.pop()
                else:
                    done[need] = 1
                    waiting.append((need, iter(below[need])))
        return found

    def latest_first(self) -> list[int]:
        """Go on with what became possible last."""
        missing = [len(needs) for needs in self.before]
        ready = [step for step in reversed(range(self.size)) if not missing[step]]
        found = []
        while ready:
            step = ready.pop()
            found.append(step)
            for use in reversed(self.uses[step]):
                missing[use] -= 1
                if not missing[use]:
                    ready.append(use)
        return found

    def least_open_first(self) -> list[int]:
        """Go on with the step that has more prerequisites than uses."""
        missing = [len(needs) for needs in self.before]
        ready = [(-self.weights[step], step) for step in range(self.size) if not missing[step]]
        heapq.heapify(ready)
        found = []
        while ready:
            _, step = heapq.heappop(ready)
            found.append(step)
            for use in self.uses[step]:
                missing[use] -= 1
                if not missing[use]:
                    heapq.heappush(ready, (-self.weights[use], use))
        return found

    def least_open_last(self) -> list[int]:
        """Go backwards from the end: before what is there comes the step that has more prerequisites than uses."""
        missing = [len(uses) for uses in self.uses]
        ready = [(-self.weights[step], step) for step in range(self.size) if not missing[step]]
        heapq.heapify(ready)
        found = []
        while ready:
            _, step = heapq.heappop(ready)
            found.append(step)
            for need in self.before[step]:
                missing[need] -= 1
                if not missing[need]:
                    heapq.heappush(ready, (-self.weights[need], need))
        return found[::-1]

    # exchanges

    def cost(self, steps: Sequence[int]) -> int:
        """Sum up w·C and the price of the changes of area."""
        cost = clock = 0
        for position, step in enumerate(steps):
            clock += self.minutes[step]
            cost += self.weights[step] * clock
            if position and self.areas[step] != self.areas[steps[position - 1]]:
                cost += self.price
        return cost

    def improved(self, start: Sequence[int]) -> list[int]:
        """Exchange neighbouring blocks while that makes the order cheaper."""
        steps = list(start)
        position = [0] * self.size
        for index, step in enumerate(steps):
            position[step] = index
        small = self.size <= SMALL
        length = LENGTH if small else LENGTH_OF_MANY
        splits = SPLITS_PER_STEP * self.size
        for _ in range(PASSES if small else PASSES_OF_MANY):
            changed = False
            for split in range(1, self.size):
                splits -= 1
                if splits < 0:
                    return steps
                best = self._best_exchange(steps, position, split, length)
                if best:
                    first, end = best
                    steps[first:end] = steps[split:end] + steps[first:split]
                    for index in range(first, end):
                        position[steps[index]] = index
                    changed = True
            if not changed:
                return steps
        return steps

    def jolted(self, steps: list[int]) -> list[int]:
        """Exchange two neighbours at a loss, improve again, and keep what became cheaper."""
        cost = self.cost(steps)
        for split in range(1, self.size):
            if steps[split - 1] in self.before[steps[split]]:
                continue
            other = [*steps[: split - 1], steps[split], steps[split - 1], *steps[split + 1 :]]
            other = self.improved(other)
            if self.cost(other) < cost:
                steps, cost = other, self.cost(other)
        return steps

    def _best_exchange(
        self, steps: list[int], position: list[int], split: int, length: int
    ) -> tuple[int, int] | None:
        """Give the ends of the two blocks that meet at `split` whose exchange gains most, if any gains."""
        minutes, weights, areas, before = self.minutes, self.weights, self.areas, self.before
        lowest = max(0, split - length)
        best, found = 0, None
        p_right = w_right = 0
        for end in range(split + 1, min(self.size, split + length) + 1):
            last = steps[end - 1]
            for need in before[last]:
                if lowest <= position[need] < split:
                    lowest = (
                        position[need] + 1
                    )  # the left block may not hold what the right one needs
            if lowest >= split:
                break
            p_right += minutes[last]
            w_right += weights[last]
            p_left = w_left = 0
            for first in range(split - 1, lowest - 1, -1):
                p_left += minutes[steps[first]]
                w_left += weights[steps[first]]
                gain = w_right * p_left - w_left * p_right
                if gain + 3 * self.price <= best:
                    continue
                gain -= self.price * self._more_changes(steps, areas, first, split, end)
                if gain > best:
                    best, found = gain, (first, end)
        return found

    def _more_changes(
        self, steps: list[int], areas: Sequence[int], first: int, split: int, end: int
    ) -> int:
        """Count the changes of area that exchanging two blocks adds."""
        a, a_end = areas[steps[first]], areas[steps[split - 1]]
        b, b_end = areas[steps[split]], areas[steps[end - 1]]
        more = (b_end != a) - (a_end != b)
        if first > 0:
            ahead = areas[steps[first - 1]]
            more += (ahead != b) - (ahead != a)
        if end < self.size:
            after = areas[steps[end]]
            more += (a_end != after) - (b_end != after)
        return more


def _negative(keys: Sequence[int]) -> list[int]:
    return [-key for key in keys]
