"""`make bench`: checks that all sides agree, times them in turn, writes table, JSON and chart."""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

from peers.agreement import check_agreement, errors_of
from peers.chart import write_chart
from peers.device import choose
from peers.machine import REPOSITORY, default_name, provenance
from peers.mdlstm import Command
from peers.peer import PEERS, peers_of
from peers.problem import Problem
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
    parser.add_argument(
        "--together", action="store_true", help="prepare all peers of all workloads at once: for a device that is at hand for a short time"
    )
    parser.add_argument("--after", type=Path, help="with --together: time nothing until this file is there")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="of the peers (default: cpu)")
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


def prepare(side: PeerSide, command: Command, workload: Workload, passes: list[str]) -> dict[str, float]:
    """Checks, loads and warms up one peer."""
    small = workload.small()
    errors = errors_of(side, workload, small, command.results(Problem.make(small)))
    side.load(workload)
    for name in passes:
        side.time(name, 1)
    return errors


def compare_together(
    command: Command, workloads: list[Workload], options: argparse.Namespace, results: Results, path: Path
) -> None:
    """All workloads: everything that compiles first, side by side, then the timing of one after the other."""
    with ExitStack() as stack, ThreadPoolExecutor(max_workers=64) as pool:
        sides: dict[str, list[tuple[PeerSide, Future[dict[str, float]]]]] = {}
        for workload in workloads:
            names = [name for name in peers_of(workload.axes) if name in options.peers]
            peers = [stack.enter_context(closing(PeerSide(name))) for name in names]
            sides[workload.name] = [
                (peer, pool.submit(prepare, peer, command, workload, options.passes)) for peer in peers
            ]
        for workload in workloads:
            for pass_name in options.passes:
                command.bench(workload, pass_name, 1)
        errors: dict[str, dict[str, dict[str, float]]] = {}
        ready: dict[str, list[Side]] = {}
        for workload in workloads:
            errors[workload.name], ready[workload.name] = {}, [OurSide(command, workload)]
            for peer, future in sides[workload.name]:
                if (failure := future.exception()) is not None:
                    print(f"{workload.name}: {peer.name} is left out: {failure}", file=sys.stderr)
                    continue
                errors[workload.name][peer.name] = future.result()
                ready[workload.name].append(peer)
        while options.after is not None and not options.after.exists():
            time.sleep(0.1)
        for workload in workloads:
            print(f"{workload.name}: {workload}", file=sys.stderr)
            passes = {
                name: pass_results(
                    workload, name, run_rounds(ready[workload.name], name, options.rounds, options.seconds)
                )
                for name in options.passes
            }
            results["workloads"].append(
                {
                    "name": workload.name,
                    "description": str(workload),
                    "passes": passes,
                    "normalizedErrors": errors[workload.name],
                }
            )
            write(results, path)


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
        compare_together(command, [workloads[name] for name in options.workloads], options, results, path)
        write_chart(results, Path(f"{path}.png"))
    else:
        # After every workload: a run of hours that ends early leaves what it had.
        for name in options.workloads:
            results["workloads"].append(compare(command, workloads[name], options))
            write(results, path)
            write_chart(results, Path(f"{path}.png"))
    print(markdown(results))
    print(f"written: {path}.json, .md, .png", file=sys.stderr)


if __name__ == "__main__":
    main()
