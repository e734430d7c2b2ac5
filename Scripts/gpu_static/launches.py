"""The third table: launches of a training pass, and work-groups of its wavefronts."""

import re
from dataclasses import dataclass
from statistics import median_low

from gpu_static import limits
from gpu_static.collect import Workload
from gpu_static.table import print_table
from gpu_static.tools import ToolError

NOTE = """Launches of a training pass and their limit; work-groups of the launches of wavefronts, least/median/most;
how often the host waits for the device in a pass."""
WAVEFRONT = r"(?:fused|tiles|chain|sweep|gemm)_"


@dataclass(frozen=True)
class Pass:
    """A training pass in the log of Tests/Layers/gpu.c."""

    launches: list[tuple[str, int]]
    waits: int

    def groups(self, direction: str) -> list[int]:
        """Work-groups of the launches of wavefronts, in order of size."""
        return sorted(count for kernel, count in self.launches if re.fullmatch(WAVEFRONT + direction, kernel))


def last_pass(workload: Workload) -> Pass:
    """The last training pass of a log: `bench` waits before and after."""
    found: Pass | None = None
    launches: list[tuple[str, int]] = []
    waits = 0
    for line in workload.log.read_text().splitlines():
        words = line.split()
        if words[0] == "launch":
            launches.append((words[1], int(words[2])))
        waits += line == "finish" or line.endswith(" and wait")
        if words[0] == "finish":
            one = Pass(launches, waits)
            found = one if one.groups("backward") else found
            launches, waits = [], 0
    if found is None:
        raise ToolError(
            f"expected a training pass in {workload.log}, found no launch of a wavefront backward before a "
            f"finish; kernels of wavefronts are to be called {WAVEFRONT}backward"
        )
    return found


def judge(workloads: list[Workload]) -> list[str]:
    """Prints the table; returns what is over a limit."""
    rows, failures = [], []
    for workload in workloads:
        one = last_pass(workload)
        most = 2 * workload.wavefronts + limits.LAUNCHES_BESIDE_WAVEFRONTS
        forward, backward = one.groups("forward"), one.groups("backward")
        spans = [f"{groups[0]}/{median_low(groups)}/{groups[-1]}" for groups in (forward, backward)]
        rows.append((workload.name, workload.wavefronts, len(one.launches), most, *spans, one.waits))
        if len(one.launches) > most:
            failures.append(
                f"workload {workload.name}: expected at most {most} launches of a training pass, found "
                f"{len(one.launches)}; GPU_LOG of Tests/Layers/gpu.c lists them"
            )
        least = limits.LEAST_GROUPS.get(workload.name, 0)
        if median_low(forward) < least:
            failures.append(
                f"workload {workload.name}: expected at least {least} work-groups in the median wavefront, "
                f"forward, found {median_low(forward)}; take smaller tiles where they are few"
            )
    print_table("Launches", NOTE, ("workload", "wavefronts", "launches", "limit", "forward", "backward", "waits"), rows)
    return failures
