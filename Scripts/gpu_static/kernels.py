"""The first table: registers, private memory and the hot loop of every kernel."""

from collections import Counter

from gpu_static import limits
from gpu_static.compilers import TARGETS, Compiled
from gpu_static.table import print_table

NOTE = """A line for each kernel, of its worst program. Of each target registers/warps (waves) at a time; stack and
spills in bytes, on the target with most; local memory of a group. The hot loop on sm_90: multiply-adds/instructions,
loads from local memory, and loads from global memory (wide/all) for each multiply-add."""
HEAD = ("kernel", "worst program", "of", *TARGETS, "stack", "spills", "local", "loop", "local loads", "loads each")


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
    hot = (
        ["-", "-", "-"]
        if loop is None
        else [
            f"{loop.multiply_adds}/{loop.instructions}",
            loop.local_loads,
            f"{loop.loads_each:.3f} ({loop.wide_loads}/{loop.loads})",
        ]
    )
    name = [worst.program.kernel, worst.program.title, len(of_kernel)]
    return [*name, *targets, worst.stack, worst.spills, local_bytes, *hot]


def judge_memory(of_kernel: list[Compiled]) -> list[str]:
    """What a kernel has of its own in memory."""
    over = [one for one in of_kernel if one.stack + one.spills > limits.MOST_PRIVATE_BYTES]
    if not over:
        return []
    worst = max(over, key=badness)
    where = ", ".join(name for name in TARGETS if any(one.code[name].stack + one.code[name].spills > 0 for one in over))
    return [
        f"{worst.program.kernel}: expected no stack and no spills, found {worst.stack} and {worst.spills} bytes "
        f"on {where}, in {len(over)} of {len(of_kernel)} programs ({worst.program.title}); "
        "look for arrays with indices that are not constants, or take smaller tiles"
    ]


def judge_loads(of_kernel: list[Compiled], unjudged: Counter[str]) -> list[str]:
    """How often a kernel loads in its hot loop; counts the programs that are not judged by their reasons."""
    if all(one.loop is None for one in of_kernel):
        return [f"{of_kernel[0].program.kernel}: expected a loop of multiply-adds, found none in what nvdisasm lists"]
    over: list[tuple[float, float, Compiled]] = []
    for one in of_kernel:
        most = limits.most_loads(one.program.kernel, one.program.constants)
        if one.loop is None or one.loop.loads_each <= most:
            continue
        if reason := limits.why_loads_are_not_judged(one.program.constants):
            unjudged[reason] += 1
        else:
            over.append((one.loop.loads_each, most, one))
    if not over:
        return []
    found, most, worst = max(over, key=lambda entry: entry[0])
    return [
        f"{worst.program.kernel}: expected at most {most:.3f} loads from global memory a multiply-add in the hot loop, "
        f"found {found:.3f} ({worst.program.title}); over the limit in {len(over)} of {len(of_kernel)} programs; "
        "load vectors by LOAD, or compute more of each"
    ]


def judge(compiled: list[Compiled]) -> list[str]:
    """Prints the table; returns what is over a limit."""
    by_kernel: dict[str, list[Compiled]] = {}
    for one in sorted(compiled, key=lambda one: one.program.kernel):
        by_kernel.setdefault(one.program.kernel, []).append(one)
    print_table("Kernels", NOTE, HEAD, [row(programs) for programs in by_kernel.values()], left=2)
    failures: list[str] = []
    unjudged: Counter[str] = Counter()
    for kernel, programs in by_kernel.items():
        failures += judge_memory(programs)
        if limits.is_product(kernel):
            failures += judge_loads(programs, unjudged)
    for reason, count in unjudged.items():
        print(f"\nNot judged: loads of {count} programs that are over the limit.\n  {reason}")
    return failures
