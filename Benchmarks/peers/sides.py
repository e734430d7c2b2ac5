"""The sides of the comparison, ours and each peer, behind one interface."""

from __future__ import annotations

import multiprocessing
import statistics
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from peers import worker
from peers.mdlstm import Command
from peers.problem import Array
from peers.workload import Workload

OURS = "mdlstm"
UNRAGGED = "mdlstm, unragged"


@dataclass(frozen=True)
class Timing:
    """Milliseconds over the repetitions of one round, and where known the device's multiply-add peak in GFLOP/s."""

    median: float
    minimum: float
    peak: float | None = None


class Side(Protocol):
    """Something that can be timed on the workload it was made for."""

    name: str

    def time(self, pass_name: str, repeat: int) -> Timing: ...

    def close(self) -> None: ...


class OurSide:
    """One `mdlstm bench` a round: it warms up by itself, and its data are on the device before its clock starts."""

    def __init__(self, command: Command, workload: Workload, name: str = OURS) -> None:
        self.command, self.workload, self.name = command, workload, name

    def time(self, pass_name: str, repeat: int) -> Timing:
        report = self.command.bench(self.workload, pass_name, repeat)
        peak = report["gflops"] / report["peakFraction"]
        return Timing(report["medianMilliseconds"], report["minimumMilliseconds"], peak)

    def close(self) -> None:
        pass


class PeerSide:
    """A process that stays, with its own interpreter and thread pool, and sleeps while others compute."""

    def __init__(self, name: str) -> None:
        self.name = name
        context = multiprocessing.get_context("spawn")
        self.process = ProcessPoolExecutor(max_workers=1, mp_context=context)

    def load(self, workload: Workload) -> None:
        self.process.submit(worker.load, self.name, workload).result()

    def results(self) -> dict[str, Array]:
        return self.process.submit(worker.results).result()

    def time(self, pass_name: str, repeat: int) -> Timing:
        measured = self.process.submit(worker.times, pass_name, repeat).result()
        return Timing(statistics.median(measured), min(measured))

    def close(self) -> None:
        self.process.shutdown()
