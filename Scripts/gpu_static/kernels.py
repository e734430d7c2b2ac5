"""The first table: registers, private memory and the hot loop of every kernel."""

from itertools import groupby

from gpu_static import limits
from gpu_static.compilers import TARGETS, Compiled
from gpu_static.table import print_table

NOTE = """A line for each kernel, of its worst program. Of each target registers/warps (waves) at a time; stack and spills in
bytes, on the target with most; local memory of a group. The hot loop on sm_90: multiply-adds/instructions, loads from
local memory, and loads from global memory (of them wide) a multiply-add."""


def badness(one: Compiled) -> tuple[float, ...]:
    """What makes a program worse than another, first things first."""
    loads = one.loop.loads_each if one.loop and not limits.why_loads_are_not_judged(one.program.constants) else 0
    return one.stack + one.spills, loads, max(one.code[target].registers for target in TARGETS)


def row(of_kernel: list[Compiled]) -> list[object]:
    """A line of the table."""
    worst = max(of_kernel, key=badness)
    targets = [f"{code.registers}/{code.resident}" for code in (worst.code[target] for target in TARGETS)]
    local_bytes = max(code.local_bytes for code in worst.code.values())
    loop = worst.loop
    hot = ["-", "-", "-"] if loop is None else [
        f"{loop.multiply_adds}/{loop.instructions}", loop.local_loads,
        f"{loop.loads_each:.3f} ({loop.wide_loads}/{loop.loads})"]
    return [worst.program.kernel, worst.program.title, len(of_kernel), *targets, worst.stack, worst.spills, local_bytes, *hot]


def judge(compiled: list[Compiled]) -> list[str]:
    """Prints the table; returns what is over a limit."""
    by_kernel = {
        kernel: list(programs)
        for kernel, programs in groupby(sorted(compiled, key=lambda one: one.program.kernel), lambda one: one.program.kernel)
    }
    print_table("Kernels", NOTE,
                ("kernel", "worst program", "of", *TARGETS, "stack", "spills", "local", "loop", "local loads", "loads each"),
                [row(programs) for programs in by_kernel.values()], left=2)
    failures: list[str] = []
    unjudged: dict[str, int] = {}
    for one in compiled:
        name = f"{one.program.kernel} ({one.program.title})"
        if one.stack + one.spills > limits.MOST_PRIVATE_BYTES:
            where = ", ".join(target for target in TARGETS if one.code[target].stack + one.code[target].spills > 0)
            failures.append(f"{name}: expected no stack and no spills, found {one.stack} and {one.spills} bytes on {where}; "
                            "look for arrays with indices that are not constants, or take smaller tiles")
        if one.loop is None or not limits.is_product(one.program.kernel):
            continue
        most, reason = limits.most_loads(one.program.kernel), limits.why_loads_are_not_judged(one.program.constants)
        if one.loop.loads_each > most and reason:
            unjudged[reason] = unjudged.get(reason, 0) + 1
        elif one.loop.loads_each > most:
            failures.append(f"{name}: expected at most {most} loads from global memory a multiply-add in the hot loop, found "
                            f"{one.loop.loads_each:.3f}; load vectors by LOAD, or compute more of each")
    for reason, count in unjudged.items():
        print(f"\nNot judged: loads a multiply-add of {count} programs that have more: {reason}.")
    return failures
