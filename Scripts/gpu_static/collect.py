"""What the program builds and launches on a GPU: it runs under Tests/Layers/gpu.c, which leaves the kernels out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gpu_static.tools import ToolError, Tools, output_of, run, workers

REPOSITORY = Path(__file__).parents[2]
# The ways that a GPU takes; chain only where groups can wait for one another, with the products of tiles.
WAYS = ("fused", "gemm", "tiles")
# The constants by which programs of a kernel are told apart, and how they are called.
CONSTANTS = {"V": "V", "AXES": "N", "GATES": "G", "ROWS": "rows", "DEPTH": "depth"}
SWITCHES = ("GRID", "NORM", "MORE", "ZONEOUT")


@dataclass(frozen=True)
class Program:
    """A program as the host builds it: the source, and the options in its first line."""

    path: Path

    @property
    def kernel(self) -> str:
        return self.path.stem.rpartition("-")[0]

    @cached_property
    def options(self) -> list[str]:
        with self.path.open() as file:
            return file.readline().removeprefix("//").split()

    @cached_property
    def constants(self) -> dict[str, str]:
        return dict(re.findall(r"-D(\w+)=(\S+)", " ".join(self.options)))

    @property
    def title(self) -> str:
        words = [short + self.constants[name] for name, short in CONSTANTS.items() if name in self.constants]
        if "TILE" in self.constants:
            words.append(f"{self.constants['TILE']}x{self.constants['UNITS']}")
        words += [name.lower() + self.constants[name] for name in SWITCHES if self.constants.get(name, "0") != "0"]
        return " ".join(words)


@dataclass(frozen=True)
class Workload:
    """A named workload: its wavefronts, and the log and launches of its training pass."""

    name: str
    wavefronts: int
    log: Path
    launches: Path


def named_workloads(tools: Tools, names: str) -> list[Workload]:
    """The workloads of these letters, as `bench --list` has them."""
    listed = output_of(tools.program, "bench", "--list")
    found = re.findall(r"^(\w) .*?(\d+(?:x\d+)*) +\d+ +\d+ +\d+ ", listed, re.MULTILINE)
    if missing := set(names) - {name for name, _ in found}:
        raise ToolError(f"expected workloads {', '.join(sorted(missing))} in `mdlstm bench --list`, found:\n{listed}")
    # Sites whose coordinates have the same sum are a wavefront.
    return [
        Workload(
            name,
            sum(int(extent) - 1 for extent in extents.split("x")) + 1,
            tools.work / f"{name}.log",
            tools.work / f"launches-{name}",
        )
        for name, extents in found
        if name in names
    ]


def under_layer(tools: Tools, *arguments: str, expected: int, **layer: str) -> None:
    """Runs the program on what passes for a GPU; its kernels do not run."""
    done = run(
        tools.program,
        *arguments,
        OPENCL_LAYERS=str(tools.layer),
        XDG_CONFIG_HOME=str(tools.work),
        GPU_SKIP="1",
        GPU_PROGRAMS=str(tools.work / "programs"),
        **layer,
    )
    if done.returncode != expected:
        call = f"mdlstm {' '.join(arguments)}"
        found = f"found {done.returncode}:\n{done.stderr[-1000:]}"
        raise ToolError(f"expected exit code {expected} of `{call}`, {found}")


def collect(tools: Tools, workloads: list[Workload], traced: str, *, parity: bool) -> list[Program]:
    """All different programs of the package's kernels."""
    (tools.work / "programs").mkdir(parents=True)
    jobs = []
    with workers() as pool:
        if parity:
            # Every comparison fails, since no kernel runs, but all programs are built.
            for way in WAYS:
                arguments = ["parity", "--brief", "--shapes", "gpu", "--precision", "float32", "--path", way]
                jobs.append(pool.submit(under_layer, tools, *arguments, expected=1))
        for workload in workloads:
            layer = {"GPU_LOG": str(workload.log)}
            if workload.name in traced:
                workload.launches.mkdir()
                layer["GPU_LAUNCHES"] = str(workload.launches)
            for kind, variables in ("training", layer), ("forward", {}):
                arguments = ["bench", "--workload", workload.name, "--pass", kind, "--repeat", "1"]
                jobs.append(pool.submit(under_layer, tools, *arguments, expected=0, **variables))
    for job in jobs:
        job.result()
    programs = own_programs((tools.work / "programs").glob("*.cl"))
    if not programs:
        raise ToolError(
            "expected programs of Kernels/ to be built, found none; see Tests/Layers/gpu.c"
        )
    return programs


def own_programs(paths: Iterable[Path]) -> list[Program]:
    """Without CLBlast's, and without sweeps, which no GPU takes unless told to."""
    own = {file.stem for file in (REPOSITORY / "Kernels").glob("*.cl")}
    programs = (Program(path) for path in sorted(paths))
    return [p for p in programs if p.kernel in own and not p.kernel.startswith("sweep")]
