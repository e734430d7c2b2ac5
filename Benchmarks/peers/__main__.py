"""`make bench`: checks that all sides agree, times them in turn, writes table, JSON and chart."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack, closing
from pathlib import Path

from peers.agreement import check_agreement
from peers.chart import write_chart
from peers.machine import REPOSITORY, default_name, provenance
from peers.mdlstm import Command
from peers.peer import PEERS, peers_of
from peers.report import Results, markdown, pass_results, write
from peers.rounds import run_rounds
from peers.sides import UNRAGGED, OurSide, PeerSide, Side
from peers.workload import Workload

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
    parser.add_argument("--name", help="of the files in Benchmarks/results (default: the machine, or 'part' of it)")
    return parser.parse_args()


def compare(command: Command, workload: Workload, options: argparse.Namespace) -> Results:
    """One workload: agreement, then all passes."""
    print(f"{workload.name}: {workload}", file=sys.stderr)
    with ExitStack() as stack:
        sides: list[Side] = [OurSide(command, workload)]
        errors: dict[str, dict[str, float]] = {}
        if workload.is_ragged:
            sides.append(OurSide(command, workload.unragged(), UNRAGGED))
        else:
            names = [name for name in peers_of(workload.axes) if name in options.peers]
            peers = [stack.enter_context(closing(PeerSide(name))) for name in names]
            errors = check_agreement(command, workload, peers)
            for peer in peers:
                peer.load(workload)
            sides += peers
        passes = {
            name: pass_results(workload, name, run_rounds(sides, name, options.rounds, options.seconds))
            for name in options.passes
        }
    return {"name": workload.name, "description": str(workload), "passes": passes, "normalizedErrors": errors}


def main() -> None:
    """Compares what the command line asks for."""
    command = Command(REPOSITORY / ".build/release/mdlstm")
    workloads = {workload.name: workload for workload in command.workloads()}
    options = arguments(list(workloads))
    machine = provenance(command)
    results: Results = {"machine": machine, "rounds": options.rounds, "seconds": options.seconds, "workloads": []}
    is_all = set(options.workloads) == set(workloads) and set(options.peers) == set(PEERS)
    path = REPOSITORY / "Benchmarks/results" / (options.name or (default_name(machine) if is_all else "part"))
    # After every workload: a run of hours that ends early leaves what it had.
    for name in options.workloads:
        results["workloads"].append(compare(command, workloads[name], options))
        write(results, path)
        write_chart(results, Path(f"{path}.png"))
    print(markdown(results))
    print(f"written: {path}.json, .md, .png", file=sys.stderr)


if __name__ == "__main__":
    main()
