"""What the compilers for GPUs make of a program."""

import re
from dataclasses import dataclass

from gpu_static.collect import Program
from gpu_static.loops import Loop, hot_loop
from gpu_static.tools import Tools, output_of

NVIDIA = ("sm_80", "sm_90")
AMD = ("gfx90a", "gfx1100")
TARGETS = NVIDIA + AMD

# Of a multiprocessor, of either target: registers, warps, groups; and bytes of local memory, of which each group takes
# 1024 for itself.
REGISTERS, WARPS, GROUPS = 65536, 64, 32
LOCAL_BYTES = {"sm_80": 164 << 10, "sm_90": 228 << 10}


@dataclass(frozen=True)
class Code:
    """A kernel for one target; `resident` warps, or waves of a SIMD unit, are there at a time."""

    registers: int
    stack: int
    spills: int
    local_bytes: int
    resident: int


@dataclass(frozen=True)
class Compiled:
    """A program for all targets, and its hot loop on the last of NVIDIA's."""

    program: Program
    code: dict[str, Code]
    loop: Loop | None

    @property
    def stack(self) -> int:
        return max(code.stack for code in self.code.values())

    @property
    def spills(self) -> int:
        return max(code.spills for code in self.code.values())


def number(pattern: str, text: str) -> int:
    """The number in the first match of a pattern, or 0."""
    match = re.search(pattern, text)
    return int(match[1]) if match else 0


def resident_warps(target: str, registers: int, group_size: int, local_bytes: int) -> int:
    """Warps that a multiprocessor has room for: registers are given to a warp in steps of 8 for each of 32 items."""
    warps = -(-group_size // 32)
    groups = min(GROUPS, WARPS // warps, REGISTERS // (-(-registers // 8) * 8 * 32) // warps)
    if local_bytes > 0:
        groups = min(groups, LOCAL_BYTES[target] // (local_bytes + 1024))
    return groups * warps


def to_assembly(tools: Tools, program: Program, target: str, processor: str, *for_frontend: object) -> str:
    """Compiles a program with clang as a driver would, and returns the assembly."""
    cpu = f"-march={processor}" if processor in NVIDIA else f"-mcpu={processor}"
    flags = ["-x", "cl", *program.options, "-O3", "-w", "-nogpulib", f"--target={target}", cpu]
    declared = ("-finclude-default-header", "-fdeclare-opencl-builtins")
    for flag in (*declared, "-mlink-builtin-bitcode", tools.builtins(target), *for_frontend):
        flags += ["-Xclang", str(flag)]
    output = program.path.with_suffix(f".{processor}.s")
    tools.clang(*flags, "-S", "-o", output, program.path)
    return output.read_text()


def for_nvidia(tools: Tools, program: Program) -> tuple[dict[str, Code], Loop | None]:
    """PTX by clang, as NVIDIA's own front end makes it, and the rest by NVIDIA's assembler."""
    to_assembly(tools, program, "nvptx64--nvidiacl", "sm_80", "-target-feature", "+ptx78")
    code = {}
    for target in NVIDIA:
        cubin = program.path.with_suffix(f".{target}.cubin")
        said = output_of(
            tools.nvidia("ptxas"), "-v", f"-arch={target}", "-o", cubin, program.path.with_suffix(".sm_80.s")
        )
        registers, local_bytes = number(r"Used (\d+) registers", said), number(r"(\d+) bytes smem", said)
        spills = number(r"(\d+) bytes spill stores", said) + number(r"(\d+) bytes spill loads", said)
        resident = resident_warps(target, registers, int(program.constants.get("WG", "64")), local_bytes)
        code[target] = Code(registers, number(r"(\d+) bytes stack frame", said), spills, local_bytes, resident)
    # The cubin of the last target.
    return code, hot_loop(output_of(tools.nvidia("nvdisasm"), "-c", cubin))


def for_amd(tools: Tools, program: Program, target: str, declared: int) -> Code:
    """AMD's own compiler is clang. `declared` bytes of local memory are the kernel's."""
    said = to_assembly(tools, program, "amdgcn--amdhsa", target)
    local_bytes = number(r"; LDSByteSize: (\d+)", said)
    # What the compiler adds to local memory is a stack, moved there.
    moved = max(0, local_bytes - declared) // int(program.constants.get("WG", "64"))
    registers = number(r"; TotalNumVgprs: (\d+)", said) or number(r"; NumVgprs: (\d+)", said)
    spills = 4 * number(r"\.vgpr_spill_count:\s+(\d+)", said)
    return Code(
        registers,
        number(r"; ScratchSize: (\d+)", said) + moved,
        spills,
        local_bytes,
        number(r"; Occupancy: (\d+)", said),
    )


def compile_for_all(tools: Tools, program: Program) -> Compiled:
    """Compiles a program for all targets."""
    code, loop = for_nvidia(tools, program)
    declared = code[NVIDIA[0]].local_bytes
    return Compiled(program, code | {target: for_amd(tools, program, target, declared) for target in AMD}, loop)
