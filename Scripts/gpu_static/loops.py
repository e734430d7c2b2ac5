"""The hot loop of a kernel, in the listing of its instructions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LABEL = re.compile(r"^(\.L_x_\d+):")
INSTRUCTION = re.compile(r"^\s+/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+\s+)?(\S+?);?\s(.*)")
TARGET = re.compile(r"`\((\.L_x_\d+)\)")


@dataclass(frozen=True)
class Loop:
    """What the instructions of a loop are."""

    multiply_adds: int
    instructions: int
    loads: int
    wide_loads: int
    local_loads: int
    has_special: bool

    @property
    def loads_each(self) -> float:
        """Loads from global memory for each multiply-add."""
        return self.loads / self.multiply_adds


def innermost(listing: str) -> Iterator[list[str]]:
    """The instructions' names of every loop that has no other in it, of a listing by nvdisasm."""
    names: list[str] = []
    labels: dict[str, int] = {}
    loops: list[tuple[int, int]] = []
    for line in listing.splitlines():
        if label := LABEL.match(line):
            labels[label[1]] = len(names)
        elif instruction := INSTRUCTION.match(line):
            names.append(instruction[1])
            target = TARGET.search(instruction[2])
            # A branch to a label that was passed closes a loop.
            if instruction[1].startswith("BRA") and target and target[1] in labels:
                loops.append((labels[target[1]], len(names)))
    for begin, end in loops:
        if not any(begin <= other[0] and other[1] <= end and other != (begin, end) for other in loops):
            yield names[begin:end]


def described(names: list[str]) -> Loop:
    """Counts the instructions of a loop."""
    loads = [name for name in names if name.startswith("LDG")]
    return Loop(
        multiply_adds=sum(name.startswith(("FFMA", "DFMA")) for name in names),
        instructions=len(names),
        loads=len(loads),
        wide_loads=sum(".64" in name or ".128" in name for name in loads),
        local_loads=sum(name.startswith("LDS") for name in names),
        has_special=any(name.startswith("MUFU") for name in names),
    )


def hot_loop(listing: str) -> Loop | None:
    """The innermost loop with most multiply-adds; those of activations, which divide, only if there is no other."""
    loops = [loop for loop in map(described, innermost(listing)) if loop.multiply_adds > 0]
    return max(loops, key=lambda loop: (not loop.has_special, loop.multiply_adds, -loop.instructions), default=None)
