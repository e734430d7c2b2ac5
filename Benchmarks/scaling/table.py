"""Writes what Benchmarks/scaling/run has found as JSON and as tables: table.py LINES MEGABITS_A_SECOND RESULT MPI."""

import json
import sys
from pathlib import Path

# Most times that the sum may take as long as the model, by hosts with one rank each.
LIMITS = {2: 2.1, 3: 1.5}
SECONDS_A_MESSAGE = 30e-6

TEXT = """# A sum over ranks

Written by `Benchmarks/scaling/run`, with {mpi}. A list of {size} bytes on every rank; each host sends at most
{megabits:g} Mb/s. Hosts are network namespaces of one machine.

Milliseconds, minimum / median of {rounds} rounds; the ratio is of the minimum. The model is
2 (n - 1) / n N / B + 2 (n - 1) a for n hosts, N bytes, B = {rate:g} MB/s and a = 30 us.

{times}

What each rank sends in one sum:

{counts}
"""


def model(hosts, size, rate):
    """Milliseconds of a sum of `size` bytes over hosts whose links carry `rate` bytes a second each way."""
    return 1e3 * (2 * (hosts - 1) / hosts * size / rate + 2 * (hosts - 1) * SECONDS_A_MESSAGE)


def table(head, rows):
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(map(str, cells)) + " |" for cells in [head, ["---"] * len(head), *rows])


def both(found):
    """Minimum and median in one cell."""
    return f"{found['minimumMilliseconds']:.0f} / {found['medianMilliseconds']:.0f}"


def main(lines, megabits, result, mpi):
    """Writes the result; whether the sum is as fast as it is to be."""
    found = [json.loads(line) for line in Path(lines).read_text().splitlines()]
    settings = {}
    for entry in found:
        settings.setdefault((entry["hosts"], entry["ranksOfHost"]), {})[entry["what"]] = entry["found"]
    size, rate = found[0]["found"]["bytes"], megabits * 1e6 / 8
    times, counts, misses = [], [], []
    for (hosts, ranks), sides in settings.items():
        name, expected = f"{hosts} x {ranks}", model(hosts, size, rate)
        ratio = sides["ours"]["minimumMilliseconds"] / expected
        if ranks == 1 and ratio > LIMITS[hosts]:
            misses.append(f"{hosts} hosts: {ratio:.2f} times the model, expected at most {LIMITS[hosts]}")
        cells = [both(sides[side]) for side in ("ours", "ring", "allreduce")]
        times.append([name, f"{expected:.0f}", cells[0], f"{ratio:.2f}", *cells[1:]])
        for rank, sent in enumerate(sides["ours"]["sent"]):
            share = f"{sent['bytes'] / size:.3f}"
            counts.append([name, f"{rank} ({sent['host']})", sent["messages"], sent["bytes"], share])
    text = TEXT.format(
        mpi=mpi.removeprefix("MPI: "),
        size=size,
        megabits=megabits,
        rounds=found[0]["found"]["rounds"],
        rate=rate / 1e6,
        times=table(["hosts x ranks", "model", "ours", "ours / model", "ring", "MPI_Allreduce"], times),
        counts=table(["hosts x ranks", "rank", "messages", "bytes", "bytes / list"], counts),
    )
    Path(f"{result}.md").write_text(text)
    whole = {"mpi": mpi, "megabitsASecond": megabits, "found": found}
    Path(f"{result}.json").write_text(json.dumps(whole, indent=1) + "\n")
    print(text)
    for miss in misses:
        print(f"error: {miss}", file=sys.stderr)
    return not misses


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1], float(sys.argv[2]), *sys.argv[3:5]) else 1)
