"""Repeats a measurement until enough rounds were left alone by everything else on the machine."""

import os
import statistics
import time
from dataclasses import dataclass

from processes import seconds_of_all, seconds_of_ours

# The share of the machine's processors that others may use in a round that counts.
QUIET = 0.05


@dataclass
class Rounds:
    """What the rounds gave that count."""

    results: list
    note: str

    def median(self, value):
        """The median over the rounds of what `value` reads from each."""
        return statistics.median(map(value, self.results))


def repeat(measure, wanted):
    """Calls `measure` until `wanted` rounds were quiet, at most twice as often. Where too few
    were, the least disturbed ones stand in, and the note says so."""
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
    """What `measure` gives, and the share of the processors that others used meanwhile."""
    start, all_before, ours_before = time.monotonic(), seconds_of_all(), seconds_of_ours()
    result = measure()
    ours, everything = seconds_of_ours() - ours_before, seconds_of_all() - all_before
    available = (time.monotonic() - start) * os.cpu_count()
    return max(0.0, everything - ours) / available, result
