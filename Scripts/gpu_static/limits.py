"""The limits of gpu-static, each with its reason, and what is not judged by them."""

# The kernels that do a layer's multiply-adds.
PRODUCTS = ("fused_", "tiles_", "dense", "weight", "input")

# Bytes of a work-item's own memory, by the compiler's choice or for want of registers: on a GPU it is in the memory of
# the card, hundreds of cycles away.
MOST_PRIVATE_BYTES = 0

# Loads from global memory for each multiply-add of the hot loop. A multiprocessor starts 128 multiply-adds a cycle and
# 32 loads: above 0.25 the loads alone take longer.
MOST_LOADS = 0.2

# The same where a group copies its operands to local memory first: one load then serves the rows of a tile. Small tiles
# need more: up to twice what their size asks for, since half of a group's items may have nothing to copy.
MOST_LOADS_OF_TILES = 0.02
SPARE_ITEMS = 2

# Constants of programs that say whether rows begin at multiples of four elements; others can lie side by side.
ROWS_OF_FOURS = ("WHOLE_INPUT", "WHOLE_PLACES", "WHOLE_WEIGHTS")

# Part of the fetched sectors of 32 bytes that a warp's loads want. What it does not want takes the same time.
LEAST_WANTED = 0.8

# Workloads in which loads are traced: two axes, large and small; one axis, with few rows and with many units.
TRACED = "cfij"

# Launches of a training pass: one for each wavefront and direction, and what comes before and after. Each takes some 3
# microseconds, whatever it does.
LAUNCHES_BESIDE_WAVEFRONTS = 8

# Work-groups of the median wavefront, forward: for half of 132 multiprocessors, and in workload i, of 32 rows a
# wavefront, for a quarter. Of the others, a and f have few rows, and b, h and k are like those that are here.
LEAST_GROUPS = {"c": 66, "d": 66, "e": 66, "g": 66, "j": 66, "i": 32}


def is_product(kernel: str) -> bool:
    """Whether limits of products hold for a kernel."""
    return kernel.startswith(PRODUCTS)


def most_loads(kernel: str, constants: dict[str, str]) -> float:
    """The limit of loads a multiply-add for a program with these constants."""
    if not kernel.startswith("tiles_"):
        return MOST_LOADS
    if "TILE" not in constants:
        return MOST_LOADS_OF_TILES
    rows, units = int(constants["TILE"]), int(constants["UNITS"]) * int(constants["VECTORS"])
    # At each place of the depth, rows and units are loaded in fours, and there are rows * units multiply-adds.
    needed = (rows + units) / 4 / (rows * units)
    return max(MOST_LOADS_OF_TILES, SPARE_ITEMS * needed)


def why_loads_are_not_judged(constants: dict[str, str]) -> str | None:
    """Why the loads of a program with these constants are not judged, or nothing."""
    if int(constants.get("V", "4")) < 4:
        return "vectors of fewer than 4 units, of small or unpadded layers, whose loads cannot be wide"
    if any(constants.get(name) == "0" for name in ROWS_OF_FOURS):
        return "rows of inputs, gradients or weights that are no multiple of 4 elements, whose loads cannot be wide"
    return None
