"""`make bench`: checks that all sides agree, times them in turn, writes table, JSON and chart."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from peers.chart import write_chart
from peers.compare import compare, compare_together
from peers.device import choose
from peers.machine import REPOSITORY, default_name, provenance
from peers.mdlstm import Command
from peers.peer import PEERS
from peers.report import Results, markdown, write

PASSES = ("forward", "training")


def arguments(names: list[str]) -> argparse.Namespace:
    """The command line; `names` are those of the workloads."""
    parser = argparse.ArgumentParser(prog="Benchmarks/peers/run", description=__doc__)
    parser.add_argument(
        "--workloads", nargs="+", choices=names, default=names, metavar="W", help="of 'mdlstm bench --list'"
    )
    parser.add_argument("--passes", nargs="+", choices=PASSES, default=PASSES, metavar="P", help="forward, training")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--rounds", type=int, default=5, help="rounds over all sides (default: 5)")
    parser.add_argument("--seconds", type=float, default=1, help="of each side in each round (default: 1)")
    parser.add_argument(
        "--together",
        action="store_true",
        help="prepare all peers of all workloads at once: for a device that is at hand for a short time",
    )
    parser.add_argument("--after", type=Path, help="with --together: time nothing until this file is there")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="of the peers (default: cpu)")
    parser.add_argument("--name", help="of the files in Benchmarks/results (default: the machine, or 'part' of it)")
    return parser.parse_args()


def main() -> None:
    """Compares what the command line asks for."""
    command = Command(Path(os.environ.get("MDLSTM_EXECUTABLE", REPOSITORY / ".build/release/mdlstm")))
    workloads = {workload.name: workload for workload in command.workloads()}
    options = arguments(list(workloads))
    choose(options.device)
    machine = provenance(command)
    results: Results = {"machine": machine, "rounds": options.rounds, "seconds": options.seconds, "workloads": []}
    is_all = set(options.workloads) == set(workloads) and set(options.peers) == set(PEERS)
    path = REPOSITORY / "Benchmarks/results" / (options.name or (default_name(machine) if is_all else "part"))
    if options.together:
        compared = compare_together(command, [workloads[name] for name in options.workloads], options)
    else:
        compared = (compare(command, workloads[name], options) for name in options.workloads)
    # After every workload: a run of hours that ends early leaves what it had.
    for workload in compared:
        results["workloads"].append(workload)
        write(results, path)
        write_chart(results, Path(f"{path}.png"))
    print(markdown(results))
    print(f"written: {path}.json, .md, .png", file=sys.stderr)


if __name__ == "__main__":
    main()
