"""Which alternatives to take: those whose plan takes the least time.

To take one member of each group of alternatives so that all that is then needed weighs least is NP-hard (set cover
is a special case). Branch and bound (Land and Doig 1960) finds the best choice where there are few groups: take the
open group that must cost most, try its members from the cheapest on, and turn back as soon as what was taken plus a
lower bound for what is still open weighs no less than the best choice so far.

The lower bound is a dual ascent, as Erlenkotter (1978) made it for locating facilities: each open group in turn
claims the least that any of its members would still cost, and what it claims from a concept no other group may claim
again. Groups that share nothing are thus added up in full.

A worked number: with an `any_of` of `counting` (90 min) and `tables` (60 min, which rests on `lists`, 20 min), the
group claims min(90, 60 + 20) = 80 minutes: 80 from `counting`, 60 from `tables` and 20 from `lists`. A second group
of `lists` (20 min) and `sets` (30 min) claims nothing more: of `lists` nothing is left.

Where there are more groups than can be searched, the first choice is improved by doing without each of its members
in turn. The answer then is good, and not proven to be the best.
"""

from collections.abc import Collection, Iterable, Sequence

from learnpath.planning.needs import Needs

SEARCHABLE = 300  # groups up to which all choices are searched
EFFORT = 200_000  # visits to concepts after which the search stops

Group = tuple[int, ...]


def cheapest(
    needs: Needs, goals: Iterable[int], known: Collection[int] = (), prefer: Sequence[int] = ()
) -> tuple[set[int], bool]:
    """Give the lightest set that holds the goals and all that its concepts need, and whether it is proven the lightest.

    Args:
        needs: the graph.
        goals: what is to be reached; known ones are left out.
        known: what is understood; nothing is looked for below it, and a group with a known member is met.
        prefer: where a group holds some of these, it is met by the first of them and no other.
    """
    return _Search(needs, known, prefer).run(goals)


class _Search:
    """Holds a set of concepts that grows and shrinks, and the groups that came with them."""

    def __init__(self, needs: Needs, known: Collection[int], prefer: Sequence[int]) -> None:
        self.needs, self.minutes = needs, needs.minutes
        self.known = bytearray(len(needs))
        for each in known:
            self.known[each] = 1
        self.rank = {each: rank for rank, each in reversed(list(enumerate(prefer)))}
        self.inside = bytearray(len(needs))
        self.forbidden = bytearray(len(needs))
        self.cost = 0
        self.trail: list[int] = []  # the concepts inside, in the order they came
        self.groups: list[Group] = []  # those of the concepts inside
        self.best: list[int] = []
        self.best_cost = 0
        self.effort = EFFORT

    def run(self, goals: Iterable[int]) -> tuple[set[int], bool]:
        for goal in goals:
            self.add(goal)
        if not self.open_groups():
            return set(self.trail), True
        sure = len(self.trail), len(self.groups)
        self.fill(self.minutes)
        self.best_cost = self.cost + 1
        self.keep_needed(sure[0])
        self.back_to(*sure)
        proven = self.count_groups(goals) <= SEARCHABLE and self.search()
        if not proven:
            self.effort = EFFORT
            self.polish(*sure)
        return set(self.best), proven

    # the set

    def add(self, concept: int) -> None:
        """Take a concept in, with all it needs that has no alternative."""
        if self.inside[concept] or self.known[concept]:
            return
        self.inside[concept] = 1
        waiting = [concept]
        while waiting:
            here = waiting.pop()
            self.trail.append(here)
            self.effort -= 1
            self.cost += self.minutes[here]
            for group in self.needs.groups[here]:
                if not any(self.known[member] for member in group):
                    self.groups.append(self.members(group))
            for need in self.needs.hard[here]:
                if not self.inside[need] and not self.known[need]:
                    self.inside[need] = 1
                    waiting.append(need)

    def back_to(self, concepts: int, groups: int) -> None:
        """Take out what came last."""
        for each in self.trail[concepts:]:
            self.inside[each] = 0
            self.cost -= self.minutes[each]
        del self.trail[concepts:], self.groups[groups:]

    def members(self, group: Group) -> Group:
        preferred = [each for each in group if each in self.rank]
        return (min(preferred, key=self.rank.__getitem__),) if preferred else group

    def open_groups(self) -> list[Group]:
        return [group for group in self.groups if not any(self.inside[member] for member in group)]

    def missing(self, concept: int) -> list[int]:
        """Give what taking a concept in would bring along, itself first."""
        found, seen = [concept], {concept}
        for here in found:  # grows while it is gone through
            for need in self.needs.hard[here]:
                if need not in seen and not self.inside[need] and not self.known[need]:
                    seen.add(need)
                    found.append(need)
        self.effort -= len(found)
        return found

    def count_groups(self, goals: Iterable[int]) -> int:
        """Count the groups that some choice leads to."""
        seen, count = {goal for goal in goals if not self.known[goal]}, 0
        waiting = list(seen)
        while waiting:
            here = waiting.pop()
            below = list(self.needs.hard[here])
            for group in self.needs.groups[here]:
                if not any(self.known[member] for member in group):
                    count += 1
                    below += self.members(group)
            for need in below:
                if need not in seen and not self.known[need]:
                    seen.add(need)
                    waiting.append(need)
        return count

    # the search

    def search(self) -> bool:
        """Look for something cheaper than the best so far; tell whether all was searched."""
        groups = self.open_groups()
        if not groups:
            if self.cost < self.best_cost:
                self.best, self.best_cost = list(self.trail), self.cost
            return True
        claims = self.claims(groups)
        if claims is None or self.cost + sum(claims) >= self.best_cost:
            return True
        if self.effort < 0:
            return False
        group = groups[claims.index(max(claims))]
        tried, all_searched = [], True
        here = len(self.trail), len(self.groups)
        for member in sorted(group, key=lambda each: (self.price(each, self.minutes), each)):
            if not self.holds_forbidden(self.missing(member)):
                self.add(member)
                all_searched = self.search() and all_searched
                self.back_to(*here)
                if not self.forbidden[member]:  # the choices with it were all looked at
                    self.forbidden[member] = 1
                    tried.append(member)
        for member in tried:
            self.forbidden[member] = 0
        return all_searched

    def price(self, concept: int, minutes: Sequence[int]) -> int:
        return sum(minutes[each] for each in self.missing(concept))

    def holds_forbidden(self, concepts: Iterable[int]) -> bool:
        return any(self.forbidden[each] for each in concepts)

    def claims(self, groups: list[Group]) -> list[int] | None:
        """Give for each group what it must cost beside the others; None if one cannot be met."""
        left: dict[int, int] = {}
        found = []
        for group in groups:
            bring = [one for one in map(self.missing, group) if not self.holds_forbidden(one)]
            if not bring:
                return None
            claim = min(sum(left.get(each, self.minutes[each]) for each in one) for one in bring)
            taken: dict[int, int] = {}
            for one in bring if claim else []:
                lacking = claim - sum(taken.get(each, 0) for each in one)
                for each in one:
                    if lacking <= 0:
                        break
                    more = min(lacking, left.get(each, self.minutes[each]) - taken.get(each, 0))
                    taken[each] = taken.get(each, 0) + more
                    lacking -= more
            for each, amount in taken.items():
                left[each] = left.get(each, self.minutes[each]) - amount
            found.append(claim)
        return found

    # where there is too much to search

    def fill(self, minutes: Sequence[int]) -> bool:
        """Meet each open group with what is cheapest now; tell whether that was possible."""
        done = 0
        while done < len(self.groups):  # grows while it is gone through
            group = self.groups[done]
            done += 1
            self.effort -= 1
            if any(self.inside[member] for member in group):
                continue
            allowed = [each for each in group if not self.holds_forbidden(self.missing(each))]
            if not allowed:
                return False
            self.add(min(allowed, key=lambda each: (self.price(each, minutes), each)))
        return True

    def polish(self, concepts: int, groups: int) -> None:
        """Do without each concept of the best choice in turn, and with each that is not in it, as far as the effort goes."""
        tried_in_vain, alternatives, cheap = 0, self.alternatives(), self.prices()
        while alternatives and tried_in_vain < len(alternatives) and self.effort > 0:
            concept = alternatives.pop(0)
            alternatives.append(concept)
            if cheap[concept]:
                self.add(concept)
            else:
                self.forbidden[concept] = 1
            tried_in_vain += 1
            if self.fill(cheap) and self.keep_needed(concepts):
                tried_in_vain, alternatives, cheap = 0, self.alternatives(), self.prices()
            self.forbidden[concept] = 0
            self.back_to(concepts, groups)

    def prices(self) -> list[int]:
        """Give what each concept costs beside the best choice, whose own are there in any case."""
        found = list(self.minutes)
        for each in self.best:
            found[each] = 0
        return found

    def alternatives(self) -> list[int]:
        """Give the members of the groups that the best choice meets."""
        found: set[int] = set()
        for concept in self.best:
            for group in self.needs.groups[concept]:
                if not any(self.known[member] for member in group):
                    found.update(self.members(group))
        return sorted(found)

    def keep_needed(self, sure: int) -> bool:
        """Keep the set as the best choice without what came last and is not needed, if it is cheaper then."""
        self.effort -= len(self.trail)
        used = dict.fromkeys(self.trail, 0)  # how many others need it without an alternative
        opened: dict[int, list[list[int]]] = {each: [] for each in self.trail}
        meets: dict[int, list[list[int]]] = {each: [] for each in self.trail}
        for concept in self.trail:
            for need in self.needs.hard[concept]:
                if self.inside[need]:
                    used[need] += 1
            for group in self.needs.groups[concept]:
                if not any(self.known[member] for member in group):
                    inside = [member for member in self.members(group) if self.inside[member]]
                    opened[concept].append(inside)
                    for member in inside:
                        meets[member].append(inside)
        left, cost, waiting = dict.fromkeys(self.trail), self.cost, self.trail[sure:]
        fixed = set(self.trail[:sure])
        while waiting:
            concept = waiting.pop()
            if concept not in left or concept in fixed or used[concept]:
                continue
            if any(inside == [concept] for inside in meets[concept]):
                continue
            del left[concept]
            cost -= self.minutes[concept]
            for inside in meets[concept]:
                if inside:
                    inside.remove(concept)
            for inside in opened[concept]:
                waiting += inside
                inside.clear()  # nobody needs the group any more
            for need in self.needs.hard[concept]:
                if need in used:
                    used[need] -= 1
                    waiting.append(need)
        cheaper = cost < self.best_cost
        if cheaper:
            self.best, self.best_cost = list(left), cost
        return cheaper
