"""Timing in rounds: every side in turn, again and again, so that what the machine does meets all alike."""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass, field

from peers.sides import Side, Timing

WARM_UP = 2
FEWEST, MOST = 3, 200
# Seconds between sides: PyTorch's threads wait actively for some 10 ms after their last operation.
PAUSE = 0.05


@dataclass
class Measured:
    """One side's rounds of one pass."""

    rounds: list[Timing] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Of the rounds' medians, in milliseconds."""
        return statistics.median(timing.median for timing in self.rounds)

    @property
    def minimum(self) -> float:
        """Of all repetitions, in milliseconds."""
        return min(timing.minimum for timing in self.rounds)

    @property
    def peak(self) -> float | None:
        """The device's, in GFLOP/s, the median over rounds; none if the side does not know it."""
        known = [timing.peak for timing in self.rounds if timing.peak is not None]
        return statistics.median(known) if known else None

    def ratio(self, ours: Measured) -> float:
        """How many times longer than ours: each round's ratio of medians, and the median of these."""
        return statistics.median(a.median / b.median for a, b in zip(self.rounds, ours.rounds, strict=True))


def run_rounds(sides: list[Side], pass_name: str, rounds: int, seconds: float) -> dict[str, Measured]:
    """Each side's timings by name; each takes about so many seconds a round."""
    repeats = {side.name: repetitions(side, pass_name, seconds) for side in sides}
    measured = {side.name: Measured() for side in sides}
    for number in range(1, rounds + 1):
        for side in sides:
            time.sleep(PAUSE)
            measured[side.name].rounds.append(side.time(pass_name, repeats[side.name]))
        latest = ", ".join(f"{name} {m.rounds[-1].median:.2f}" for name, m in measured.items())
        print(f"  {pass_name}, round {number} of {rounds}: {latest} ms", file=sys.stderr)
    return measured


def repetitions(side: Side, pass_name: str, seconds: float) -> int:
    """How many fit; finds out by running, which compiles and warms up too."""
    side.time(pass_name, 1)
    once = side.time(pass_name, WARM_UP).minimum
    return max(FEWEST, min(MOST, int(1e3 * seconds / once)))
