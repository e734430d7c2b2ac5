"""The workloads of `mdlstm bench`, as its list gives them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

# Extents of the small version, by the number of axes: distinct primes, so that a swapped axis cannot pass.
SMALL_EXTENTS = {1: (7,), 2: (5, 7), 3: (3, 5, 7)}


@dataclass(frozen=True)
class Workload:
    """A layer and its grid: extents E1..EN, batch B, input size I, hidden size H and D directions.

    `operations` counts the floating-point operations of each pass, `forward` and `training`. `timed_wavefronts` are
    the wavefronts of all directions of the workload that is timed, also in its small version: what chooses between
    ways to compute by it is checked the way it is timed.
    """

    name: str
    cell: str
    extents: tuple[int, ...]
    batch: int
    input_size: int
    hidden_size: int
    directions: tuple[str, ...]
    forget_bias: float
    operations: dict[str, float]
    lengths: tuple[tuple[int, ...], ...]
    is_ragged: bool
    timed_wavefronts: int

    @staticmethod
    def from_json(value: dict[str, Any]) -> Workload:
        """One entry of `mdlstm bench --list --json`."""
        extents, directions = tuple(value["extents"]), tuple(value["directions"])
        return Workload(
            name=value["name"],
            cell=value["cell"],
            extents=extents,
            batch=value["batch"],
            input_size=value["inputSize"],
            hidden_size=value["hiddenSize"],
            directions=directions,
            forget_bias=value["forgetBias"],
            operations=value["floatingPointOperations"],
            lengths=tuple(tuple(sample) for sample in value["lengths"]),
            is_ragged=value["isRagged"],
            timed_wavefronts=len(directions) * wavefronts(extents),
        )

    @property
    def axes(self) -> int:
        """N."""
        return len(self.extents)

    @property
    def gates(self) -> int:
        """G, gates of a unit: i, f_1 .. f_N, g, o."""
        return self.axes + 3

    @property
    def wavefronts(self) -> int:
        """W, wavefronts of one direction."""
        return wavefronts(self.extents)

    @property
    def sites(self) -> int:
        """Sites of all samples, without padding."""
        return sum(math.prod(sample) for sample in self.lengths)

    def small(self) -> Workload:
        """The same layer over a few sites, for the check of agreement."""
        return replace(self, extents=SMALL_EXTENTS[self.axes], batch=2)

    def unragged(self) -> Workload:
        """As many samples and sites, every sample of the mean length along the last axis."""
        leading = self.extents[:-1]
        columns = self.sites // (self.batch * math.prod(leading))
        extents = (*leading, columns)
        return replace(self, name="", extents=extents, lengths=(extents,) * self.batch, is_ragged=False)

    def __str__(self) -> str:
        """Such as `32x32, B 16, I 16, H 64`."""
        grid = "x".join(map(str, self.extents))
        text = f"{grid}, B {self.batch}, I {self.input_size}, H {self.hidden_size}"
        if len(self.directions) > 1:
            text += f", {len(self.directions)} directions"
        return text + (", ragged" if self.is_ragged else "")


def wavefronts(extents: tuple[int, ...]) -> int:
    """W, wavefronts of one scan of a grid."""
    return sum(extents) - len(extents) + 1
