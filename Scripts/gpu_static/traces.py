"""The second table: what the loads of a warp ask of memory, from the addresses that the kernels compute."""

import re
from dataclasses import dataclass
from pathlib import Path

from gpu_static import limits
from gpu_static.collect import Program, Workload
from gpu_static.table import print_table
from gpu_static.tools import ToolError, Tools, output_of, run, workers

HOST = Path(__file__).with_name("host.h")
NOTE = """The first warp of the group in the middle of each program's largest launch, with the arguments and buffers of
the workload. A request is one load of all items of the warp; a float4 counts as one. Sectors of 32 bytes and lines of
128 that a request touches; wanted: part of the bytes of these sectors."""
HEAD = ("workload", "kernel", "program", "requests", "sectors", "lines", "wanted")
# Its float arguments decide how long it runs, and it loads nothing.
UNTRACED = "multiply_add_peak"


@dataclass(frozen=True)
class Trace:
    """The sums over the requests of a warp."""

    workload: str
    program: Program
    requests: int
    wanted_bytes: int
    sectors: int
    lines: int

    @property
    def wanted(self) -> float:
        return self.wanted_bytes / (32 * self.sectors)


def caller(kernel: str, source: str) -> str:
    """A function that calls a kernel with words of 8 bytes; `source` is what the preprocessor made of its program."""
    found = re.search(rf"\b{kernel}\(([^)]*)\)\s*{{", source)
    if not found:
        raise ToolError(f"expected `void {kernel}(..) {{` in its program, found none; write the kernel's head so")
    # What is left of a parameter without its name.
    types = [re.sub(r"\w+\s*$", "", parameter).strip() for parameter in found[1].split(",")]
    values = ", ".join(f"*({kind} *)(arguments + {index})" for index, kind in enumerate(types))
    return f"void call_kernel(const ulong *arguments) {{ {kernel}({values}); }}\n"


def build(tools: Tools, program: Program) -> Path:
    """Makes a program of the processor that runs the items of a group of a launch."""
    common = ("-x", "cl", *program.options, "-include", HOST)
    executable, unit = program.path.with_suffix(".trace"), program.path.with_suffix(".trace.cl")
    source = tools.clang(*common, "-E", "-P", program.path)
    unit.write_text(f'#include "{program.path.name}"\n{caller(program.kernel, source)}')
    tools.clang(
        *common,
        "-O2",
        "-w",
        "-fPIC",
        "-fno-vectorize",
        "-fno-slp-vectorize",
        "-fsanitize-coverage=func,trace-pc-guard,trace-loads",
        "-c",
        "-o",
        f"{executable}.o",
        unit,
    )
    output_of("cc", "-o", executable, f"{executable}.o", tools.tracer)
    return executable


def trace(tools: Tools, workload: Workload, launch: Path) -> Trace:
    """Runs the group in the middle of a launch."""
    program = Program(tools.work / "programs" / f"{launch.stem}.cl")
    done = run(build(tools, program), launch)
    if done.returncode != 0:
        raise ToolError(
            f"expected all items of a group of {launch.stem} in workload {workload.name} to end together, "
            f"they did not ({done.returncode}): {done.stdout}{done.stderr}"
        )
    requests, wanted_bytes, sectors, lines, _ = map(int, done.stdout.split())
    return Trace(workload.name, program, requests, wanted_bytes, sectors, lines)


def judge(tools: Tools, workloads: list[Workload]) -> list[str]:
    """Traces the largest launches, prints the table and returns what is over a limit."""
    jobs = []
    with workers() as pool:
        for workload in workloads:
            if workload.name in limits.TRACED:
                jobs += [
                    pool.submit(trace, tools, workload, launch)
                    for launch in sorted(workload.launches.iterdir())
                    if not launch.name.startswith(UNTRACED)
                ]
    traces = [one for one in (job.result() for job in jobs) if one.requests > 0]
    rows = [
        (
            one.workload,
            one.program.kernel,
            one.program.title,
            one.requests,
            f"{one.sectors / one.requests:.1f}",
            f"{one.lines / one.requests:.1f}",
            f"{100 * one.wanted:.0f} %",
        )
        for one in traces
    ]
    print_table("Loads of a warp", NOTE, HEAD, rows, left=3)
    failures = []
    for one in traces:
        if not limits.is_product(one.program.kernel) or one.wanted >= limits.LEAST_WANTED:
            continue
        what = f"{one.program.kernel} ({one.program.title}) in workload {one.workload}"
        failures.append(
            f"{what}: expected at least {100 * limits.LEAST_WANTED:.0f} % of the sectors of a warp's loads to be "
            f"wanted, found {100 * one.wanted:.0f} %; let neighbouring items load neighbouring elements"
        )
    return failures
