"""Repeats a measurement until enough rounds were undisturbed by other processes."""

import os
import statistics
import time
from dataclasses import dataclass

from processes import seconds_of_all, seconds_of_ours

# Maximum share of the processors that other processes may use in an undisturbed round.
QUIET = 0.05


@dataclass
class Rounds:
    """The results of the rounds that count."""

    results: list
    note: str

    def median(self, value):
        """The median of `value` over the rounds."""
        return statistics.median(map(value, self.results))


def repeat(measure, wanted):
    """Calls `measure` until `wanted` rounds were undisturbed, at most twice as often. If too few were
    undisturbed, it uses the least disturbed ones, and the note says so."""
    rounds = []
    while len(rounds) < 2 * wanted and sum(share <= QUIET for share, _ in rounds) < wanted:
        rounds.append(watched(measure))
    quiet = sum(share <= QUIET for share, _ in rounds)
    kept = sorted(rounds, key=lambda found: found[0])[:wanted]
    note = f"{quiet} of {len(rounds)}"
    if quiet < wanted:
        note += f"; kept {wanted}, others used up to {kept[-1][0]:.0%}"
    return Rounds([result for _, result in kept], note)


def watched(measure):
    """Returns the result of `measure` and the share of the processors that other processes used."""
    start, all_before, ours_before = time.monotonic(), seconds_of_all(), seconds_of_ours()
    result = measure()
    ours, everything = seconds_of_ours() - ours_before, seconds_of_all() - all_before
    available = (time.monotonic() - start) * os.cpu_count()
    return max(0.0, everything - ours) / available, result
