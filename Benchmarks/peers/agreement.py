"""The check before any timing: every side computes the same."""

from __future__ import annotations

import numpy as np

from peers.mdlstm import Command
from peers.problem import Array, Problem
from peers.sides import PeerSide
from peers.workload import Workload

OUTPUT_TOLERANCE = 1e-9
GRADIENT_TOLERANCE = 1e-7


def normalized_error(values: Array, expected: Array) -> float:
    """NMSE, sum (a - b)^2 / sum b^2; infinite where it is not a number."""
    wide = expected.astype(np.float64)
    error = float(np.sum((values - wide) ** 2) / np.sum(wide**2))
    return error if np.isfinite(error) else float("inf")


def check_agreement(command: Command, workload: Workload, peers: list[PeerSide]) -> dict[str, dict[str, float]]:
    """The errors of every peer against ours, on a small version of the workload, by peer and tensor.

    Ends the comparison where one is above its tolerance.
    """
    small = workload.small()
    ours = command.results(Problem.make(small))
    return {peer.name: errors_of(peer, workload, small, ours) for peer in peers}


def errors_of(peer: PeerSide, workload: Workload, small: Workload, ours: dict[str, Array]) -> dict[str, float]:
    """Those of one peer."""
    peer.load(small)
    errors: dict[str, float] = {}
    for name, values in peer.results().items():
        is_output = name.startswith("output")
        expected = ours["output" if is_output else name]
        if values.shape != expected.shape:
            raise SystemExit(
                f"error: {workload.name}: {name} of {peer.name} has shape {values.shape}, ours {expected.shape}"
            )
        error = normalized_error(values, expected)
        tolerance = OUTPUT_TOLERANCE if is_output else GRADIENT_TOLERANCE
        if error > tolerance:
            raise SystemExit(
                f"error: {workload.name}: {name} of {peer.name} differs from ours by NMSE {error:.1e}, "
                f"expected at most {tolerance:.0e}; nothing was timed"
            )
        errors[name] = error
    return errors
