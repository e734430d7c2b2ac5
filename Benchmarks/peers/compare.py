"""The comparison of one workload after the other, prepared one by one or all at once."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing

from peers.agreement import check_agreement, errors_of
from peers.mdlstm import Command
from peers.peer import peers_of
from peers.problem import Array, Problem
from peers.report import Results, pass_results
from peers.rounds import run_rounds
from peers.sides import UNRAGGED, OurSide, PeerSide, Side
from peers.workload import Workload

Errors = dict[str, float]


def compare(command: Command, workload: Workload, options: argparse.Namespace) -> Results:
    """One workload: agreement, then all passes."""
    with ExitStack() as stack:
        sides: list[Side] = [OurSide(command, workload)]
        errors: dict[str, Errors] = {}
        if workload.is_ragged:
            sides.append(OurSide(command, workload.unragged(), UNRAGGED))
        else:
            peers = peers_for(workload, options, stack)
            errors = check_agreement(command, workload, peers)
            for peer in peers:
                peer.load(workload)
            sides += peers
        return timed(workload, sides, errors, options)


def compare_together(command: Command, workloads: list[Workload], options: argparse.Namespace) -> Iterator[Results]:
    """All workloads: everything that compiles first, side by side, then the timing of one after the other."""
    with ExitStack() as stack, ThreadPoolExecutor(max_workers=64) as pool:
        prepared: dict[str, list[tuple[PeerSide, Future[Errors]]]] = {}
        for workload in workloads:
            ours = pool.submit(command.results, Problem.make(workload.small()))
            prepared[workload.name] = [
                (peer, pool.submit(prepare, peer, ours, workload, options.passes))
                for peer in peers_for(workload, options, stack)
            ]
        for workload in workloads:
            for pass_name in options.passes:
                command.bench(workload, pass_name, 1)
        ready = {workload.name: those_ready(workload, prepared[workload.name]) for workload in workloads}
        while options.after is not None and not options.after.exists():
            time.sleep(0.1)
        for workload in workloads:
            peers = ready[workload.name]
            sides = [OurSide(command, workload), *(peer for peer, _ in peers)]
            yield timed(workload, sides, {peer.name: errors for peer, errors in peers}, options)


def peers_for(workload: Workload, options: argparse.Namespace, stack: ExitStack) -> list[PeerSide]:
    """Those that were asked for and can compute it, until `stack` ends."""
    names = [name for name in peers_of(workload.axes) if name in options.peers]
    return [stack.enter_context(closing(PeerSide(name))) for name in names]


def prepare(side: PeerSide, ours: Future[dict[str, Array]], workload: Workload, passes: list[str]) -> Errors:
    """Checks, loads and warms up one peer."""
    errors = errors_of(side, workload, workload.small(), ours.result())
    side.load(workload)
    for name in passes:
        side.time(name, 1)
    return errors


def those_ready(workload: Workload, prepared: list[tuple[PeerSide, Future[Errors]]]) -> list[tuple[PeerSide, Errors]]:
    """The peers that could be prepared, with their errors; one that disagrees with ours ends the comparison."""
    ready = []
    for peer, future in prepared:
        failure = future.exception()
        if failure is None:
            ready.append((peer, future.result()))
        elif isinstance(failure, SystemExit):
            raise failure
        else:
            print(f"{workload.name}: {peer.name} is left out: {failure}", file=sys.stderr)
    return ready


def timed(workload: Workload, sides: list[Side], errors: dict[str, Errors], options: argparse.Namespace) -> Results:
    """All passes of one workload."""
    print(f"{workload.name}: {workload}", file=sys.stderr)
    passes = {
        name: pass_results(workload, name, run_rounds(sides, name, options.rounds, options.seconds))
        for name in options.passes
    }
    return {"name": workload.name, "description": str(workload), "passes": passes, "normalizedErrors": errors}
