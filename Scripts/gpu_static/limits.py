"""The limits of gpu-static, each with its reason, and what is not judged by them."""

# The kernels that do a layer's multiply-adds.
PRODUCTS = ("fused_", "tiles_", "dense", "weight", "input")

# Bytes of a work-item's own memory, by the compiler's choice or for want of registers: on a GPU it is in the memory of
# the card, hundreds of cycles away.
MOST_PRIVATE_BYTES = 0

# Loads from global memory for each multiply-add of the hot loop. A multiprocessor starts 128 multiply-adds a cycle and 32
# loads: above 0.25 the loads alone take longer.
MOST_LOADS = 0.2

# The same where a group copies its operands to local memory first: one load then serves the rows of a tile.
MOST_LOADS_OF_TILES = 0.02

# Part of the fetched sectors of 32 bytes that a warp's loads want. What it does not want takes the same time.
LEAST_WANTED = 0.8

# Workloads in which loads are traced: two axes, large and small; one axis, with few rows and with many units.
TRACED = "cfij"

# Launches of a training pass: one for each wavefront and direction, and what comes before and after. Each takes some 3
# microseconds, whatever it does.
LAUNCHES_BESIDE_WAVEFRONTS = 8

# Work-groups of the median wavefront, forward: for half of 132 multiprocessors, where there is as much work. Workload i has
# 32 rows a wavefront, those of the others left out here less work than that.
LEAST_GROUPS = {"c": 66, "d": 66, "e": 66, "g": 66, "j": 66, "i": 32}


def is_product(kernel: str) -> bool:
    """Whether limits of products hold for a kernel."""
    return kernel.startswith(PRODUCTS)


def most_loads(kernel: str) -> float:
    """The limit of loads a multiply-add."""
    return MOST_LOADS_OF_TILES if kernel.startswith("tiles_") else MOST_LOADS


def why_loads_are_not_judged(constants: dict[str, str]) -> str | None:
    """Why the loads of a program with these constants are not judged, or nothing."""
    if int(constants.get("V", "4")) < 4:
        return "layers of 1 to 3 units have vectors of 1 or 2, whose loads cannot be wide"
    return None
