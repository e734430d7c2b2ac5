"""What runs in the process of a peer: one problem at a time, idle between calls."""

from __future__ import annotations

import time

from peers.peer import Peer, make_peer
from peers.problem import Array, Problem
from peers.workload import Workload

loaded: Peer | None = None


def load(name: str, workload: Workload) -> None:
    """Makes the layer; the one before is let go first."""
    global loaded
    loaded = None
    loaded = make_peer(name, Problem.make(workload))


def results() -> dict[str, Array]:
    """All that both passes compute."""
    return peer().results()


def times(pass_name: str, repeat: int) -> list[float]:
    """Milliseconds of each repetition."""
    run = peer().forward if pass_name == "forward" else peer().training
    measured = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        measured.append(1e3 * (time.perf_counter() - start))
    return measured


def peer() -> Peer:
    """The loaded one."""
    if loaded is None:
        raise RuntimeError("no workload loaded; call load first")
    return loaded
