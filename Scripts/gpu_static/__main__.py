"""Collects the programs of the package, has them compiled, and prints three tables and what is over a limit."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gpu_static import kernels, launches, limits, traces
from gpu_static.collect import Program, collect, named_workloads
from gpu_static.compilers import Compiled, compile_for_all
from gpu_static.tools import ToolError, Tools, workers

ALL, QUICK = "abcdefghijk", "bci"


def progress(begin: float) -> Callable[[str], None]:
    """What says on stderr how far it is."""
    return lambda what: print(f"{time.monotonic() - begin:4.0f} s  {what}", file=sys.stderr)


def compiled(tools: Tools, programs: list[Program]) -> list[Compiled]:
    """Every program for every target."""
    with workers() as pool:
        return list(pool.map(lambda program: compile_for_all(tools, program), programs))


def check(tools: Tools, *, quick: bool) -> list[str]:
    """Runs everything; returns what is over a limit."""
    say = progress(time.monotonic())
    workloads = named_workloads(tools, QUICK if quick else ALL)
    say("collecting what the program builds")
    programs = collect(tools, workloads, "" if quick else limits.TRACED, parity=not quick)
    say(f"compiling {len(programs)} programs of {len({program.kernel for program in programs})} kernels")
    failures = kernels.judge(compiled(tools, programs))
    if quick:
        print("\nLoads of a warp: not traced in a quick run.")
    else:
        say("tracing loads")
        failures += traces.judge(tools, workloads)
    failures += launches.judge(workloads)
    say("done")
    return failures


def main() -> int:
    """Returns the exit code: 1 where something is over a limit, 2 where something could not be done."""
    parser = argparse.ArgumentParser(prog="gpu_static", description=__doc__)
    for name, text in [
        ("cache", "folder of the compilers"),
        ("work", "an empty folder with gpu.so and trace.o"),
        ("program", "the command mdlstm"),
    ]:
        parser.add_argument(f"--{name}", type=Path, required=True, help=text)
    parser.add_argument("--quick", action="store_true", help=f"workloads {QUICK} alone, no traces")
    arguments = parser.parse_args()
    try:
        failures = check(Tools(arguments.cache, arguments.work, arguments.program), quick=arguments.quick)
    except ToolError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"\n{len(failures) or 'nothing'} over a limit" + (":" if failures else ""))
    for failure in failures:
        print(f"  {failure}")
    return 1 if failures else 0


sys.exit(main())
