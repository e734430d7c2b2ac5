"""Time per site and memory of inference over the size of an image: our side alone, forward, one channel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from peers.machine import REPOSITORY, default_name, provenance
from peers.mdlstm import Command
from peers.report import Results

HIDDEN_SIZE = 16
TIMED_SIDES = (32, 64, 128, 256, 512, 1024)
RUN_SIDES = (256, 512, 1024, 2048, 4096)
ROUNDS = 5
MIB = 2**20


def nanoseconds_per_site(command: Command, side: int, *flags: str) -> float:
    """The shortest of some forward passes."""
    layer = ("--extents", f"{side}x{side}", "--input-size", "1", "--hidden-size", str(HIDDEN_SIZE))
    repeat = str(max(3, min(200, 2**21 // side**2)))
    report = command.json("bench", *layer, "--pass", "forward", "--repeat", repeat, *flags)
    return float(report["minimumMilliseconds"]) * 1e6 / side**2


def peak_bytes(command: Command, side: int, *flags: str) -> int:
    """Resident memory of `mdlstm run` at its peak."""
    with tempfile.TemporaryDirectory() as folder:
        layer, x, y = (Path(folder) / name for name in ("layer.safetensors", "x.npy", "y.npy"))
        command("init", layer, "--input-size", "1", "--hidden-size", str(HIDDEN_SIZE), "--directions", "++")
        np.save(x, np.random.default_rng(1).random((1, side, side, 1), np.float32))
        arguments = [command.binary, "run", layer, "--input", x, "--output", y, *flags]
        process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            raise SystemExit(f"error: mdlstm run over {side} x {side} sites ended with {status}")
        return usage.ru_maxrss * 1024


def tensor_bytes(side: int) -> int:
    """Input and output."""
    return 4 * side**2 * (1 + HIDDEN_SIZE)


def measure(command: Command) -> Results:
    """Both, the sizes in turn so that drift meets all alike."""
    times: dict[str, dict[int, float]] = {"in memory": {}, "--stream": {}}
    for _ in range(ROUNDS):
        for side in TIMED_SIDES:
            for name, flags in (("in memory", ()), ("--stream", ("--stream",))):
                time = nanoseconds_per_site(command, side, *flags)
                times[name][side] = min(time, times[name].get(side, time))
    memory = {
        "mdlstm run": {side: peak_bytes(command, side) for side in RUN_SIDES},
        "mdlstm run --stream": {side: peak_bytes(command, side, "--stream") for side in RUN_SIDES},
        "input and output": {side: tensor_bytes(side) for side in RUN_SIDES},
    }
    return {"nanosecondsPerSite": times, "peakBytes": memory}


def draw(panel: Axes, lines: dict[str, dict[int, float]], title: str, unit: str, scale: float = 1) -> None:
    """One line for each name, over the side of the image."""
    for (name, line), style in zip(lines.items(), ("o-", "s--", ":")):
        panel.plot(list(line), [value * scale for value in line.values()], style, color="black", label=name)
    panel.set_xscale("log", base=2)
    sides = sorted({side for line in lines.values() for side in line})
    panel.set_xticks(sides, [f"{side}²" for side in sides])
    panel.set_title(title, loc="left", fontweight="bold")
    panel.set_ylabel(unit)
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(axis="y", linewidth=0.4)
    panel.legend(frameon=False)


def write_chart(results: Results, path: Path) -> None:
    """A PNG of two panels."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    draw(left, results["nanosecondsPerSite"], "Time per site", "ns")
    left.set_ylim(bottom=0)
    draw(right, results["peakBytes"], "Memory of the process", "MiB", 1 / MIB)
    right.set_yscale("log", base=2)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def main() -> None:
    """Writes Benchmarks/results/NAME-sizes.json and .png."""
    command = Command(REPOSITORY / ".build/release/mdlstm")
    machine = provenance(command)
    results = {"machine": machine, "hiddenSize": HIDDEN_SIZE, **measure(command)}
    folder = REPOSITORY / "Benchmarks/results"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{default_name(machine)}-sizes"
    path.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n")
    write_chart(results, path.with_suffix(".png"))
    print(f"written: {path}.json, .png", file=sys.stderr)


if __name__ == "__main__":
    main()
