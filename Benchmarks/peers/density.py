"""A density of pictures in training, ours by `mdlstm train` beside PyTorch: patches a second, in turn.

Presets `density-small`, RIDE: a spatial LSTM of 64 units before the mixture, and `density-mixture`, the mixture alone.
Neighbourhood 9, 8 patches of 32 x 32 sites a step, 32 components, 4 scales, 32 features, Adam, the gradients clipped at
a norm of 1; pictures of dead leaves. Nats of a picture and a step of plain descent must agree before any timing.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.image import imread
from safetensors.torch import load_file
from torch import Tensor, nn

from peers.agreement import GRADIENT_TOLERANCE, OUTPUT_TOLERANCE, normalized_error
from peers.machine import REPOSITORY, default_name, provenance
from peers.mdlstm import Command
from peers.problem import Array
from peers.rounds import PAUSE
from peers.torch_layer import prepare_torch
from peers.torch_ride import MARGIN, SIDE, Autograd, Head, Ride, Scan, by_hand, cell, mixture

BATCH, RATE, PREPARED, WARM_UP, FEWEST = 8, 0.004, 16, 3, 20
PICTURES, PICTURE_SIDE = 10, 256
CASES = {
    "density-small": "RIDE: a spatial LSTM of 64 units, and the mixture",
    "density-mixture": "the mixture alone",
}
OURS = "mdlstm"


class TorchSide:
    """Trains on patches that lie in memory, noise added."""

    def __init__(self, net: Ride, patches: Tensor, threads: int) -> None:
        self.net, self.patches, self.threads = net, patches - net.center, threads
        self.optimizer = torch.optim.Adam(net.parameters(), lr=RATE, fused=True)
        self.steps = 0

    def step(self) -> float:
        self.optimizer.zero_grad()
        loss = -self.net(self.patches[self.steps % PREPARED]).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1)
        self.optimizer.step()
        self.steps += 1
        return float(loss.item())

    def patches_per_second(self, steps: int) -> float:
        """Of so many steps, after some that are not timed."""
        torch.set_num_threads(self.threads)
        for _ in range(WARM_UP):
            self.step()
        start = time.perf_counter()
        for _ in range(steps):
            loss = self.step()
        seconds = time.perf_counter() - start
        if not np.isfinite(loss):
            raise SystemExit(f"error: PyTorch's loss is {loss}")
        return steps * BATCH / seconds


class Ours:
    """Our side in a folder: pictures to train with, and a run of each preset."""

    def __init__(self, command: Command, folder: Path) -> None:
        self.command, self.folder, self.leaves = command, folder, folder / "leaves"
        size = f"{PICTURE_SIDE}x{PICTURE_SIDE}"
        command("data", "dead-leaves", "--count", str(PICTURES), "--size", size, "--out", self.leaves)

    def patches_per_second(self, preset: str, steps: int) -> float:
        """Of so many steps; start-up, compiling and evaluations are not in it."""
        limits = ("--steps", str(steps), "--batch", str(BATCH), "--learning-rate", str(RATE))
        return float(
            self.train(self.leaves, "--preset", preset, *limits, "--out", self.run(preset))["samplesPerSecond"]
        )

    def train(self, data: Path, *arguments: str | Path) -> Any:
        return self.command.json("train", data, *arguments, "--overwrite")

    def run(self, preset: str) -> Path:
        """The folder of the latest run of a preset."""
        return self.folder / preset

    def tensors(self, preset: str) -> dict[str, Tensor]:
        """The weights of the latest run."""
        return load_file(self.run(preset) / "model.safetensors")

    def nats(self, preset: str, picture: Array) -> Array:
        """log p of every pixel of a picture that has one."""
        np.save(self.folder / "picture.npy", picture)
        out = self.folder / "nats"
        self.command("predict", self.run(preset), self.folder / "picture.npy", "--out", out)
        found: Array = np.load(next(out.glob("*.npy")))
        return found

    def descended(self, preset: str, picture: Array, rate: float) -> dict[str, Tensor]:
        """The weights after one step of plain descent from the drawn ones, on a picture as large as a patch."""
        np.save(self.folder / "picture.npy", picture)
        config = self.folder / "descent.json"
        # The preset warms up.
        learning = {"optimizer": {"kind": "sgd"}, "learningRate": {"base": rate, "warmup": 0}}
        training = {"steps": 1, "batch": BATCH, "validationFraction": 0, **learning}
        config.write_text(json.dumps({"version": 1, "training": training}))
        out = self.folder / "descent"
        self.train(self.folder / "picture.npy", "--preset", preset, "--config", config, "--out", out)
        return load_file(out / "model.safetensors")

    def patches(self, count: int) -> Array:
        """Patches with their neighbourhoods, `[count, SIDE + MARGIN, SIDE + 2 * MARGIN]`, with noise of their own."""
        pictures = [np.rint(255 * imread(path)) for path in sorted(self.leaves.glob("*.png"))]
        random = np.random.default_rng(1)
        patches = []
        for _ in range(count):
            picture = pictures[random.integers(len(pictures))]
            row = random.integers(PICTURE_SIDE - SIDE - MARGIN + 1)
            column = random.integers(PICTURE_SIDE - SIDE - 2 * MARGIN + 1)
            patch = picture[row : row + SIDE + MARGIN, column : column + SIDE + 2 * MARGIN]
            patches.append(patch + random.random(patch.shape))
        return np.stack(patches).astype(np.float32)


@dataclass
class Case:
    """A preset with all its sides, how many steps each takes a round, and what was found."""

    preset: str
    ours: Ours
    peers: dict[str, TorchSide]
    steps: dict[str, int]
    errors: dict[str, float]
    rates: dict[str, list[float]] = field(default_factory=dict)

    def add_round(self) -> None:
        """Every side in turn."""
        for name, steps in self.steps.items():
            time.sleep(PAUSE)
            peer = self.peers.get(name)
            rate = peer.patches_per_second(steps) if peer else self.ours.patches_per_second(self.preset, steps)
            self.rates.setdefault(name, []).append(rate)
        latest = ", ".join(f"{name} {rates[-1]:.0f}" for name, rates in self.rates.items())
        print(f"  {self.preset}: {latest} patches a second", file=sys.stderr)

    def results(self) -> dict[str, Any]:
        """Patches a second of all sides, and of each round how many times a peer's ours are."""
        sides: dict[str, dict[str, Any]] = {}
        for name, rates in self.rates.items():
            ratios = [a / b for a, b in zip(self.rates[OURS], rates)]
            sides[name] = {
                "patchesPerSecond": statistics.median(rates),
                "rounds": rates,
                "oursTimes": statistics.median(ratios),
                "oursTimesLeast": min(ratios),
                "oursTimesMost": max(ratios),
                "steps": self.steps[name],
            }
        told = {"preset": self.preset, "description": CASES[self.preset], "errors": self.errors}
        return {**told, "oursTimesFastest": times_fastest(self.rates), "sides": sides}


def times_fastest(rates: dict[str, list[float]]) -> list[float]:
    """Of each round how many times the patches of the peer that was the fastest in it are ours."""
    peers = [own for name, own in rates.items() if name != OURS]
    return [ours / max(others) for ours, *others in zip(rates[OURS], *peers)]


def versions(preset: str) -> dict[str, tuple[Scan, Head]]:
    """The layer and the head of each peer."""
    compiled = torch.compile(mixture, dynamic=False)
    if preset == "density-mixture":
        return {"torch": (by_hand, mixture), "torch, compiled": (by_hand, compiled)}
    compiled_cell = torch.compile(cell, dynamic=True)
    return {
        "torch": (Autograd(), mixture),
        "torch, cell and head compiled": (Autograd(compiled_cell), compiled),
        "torch, layer's gradients by hand, head compiled": (by_hand, compiled),
    }


def nats_error(ours: Ours, preset: str, scan: Scan, head: Head) -> float:
    """NMSE of the nats of a patch under the latest run."""
    patch = ours.patches(1)[0]
    net = Ride(ours.tensors(preset), BATCH, scan, head)
    with torch.no_grad():
        found = net.pixel_nats(torch.from_numpy(patch).expand(BATCH, -1, -1))[0].numpy()
    return normalized_error(found, ours.nats(preset, patch).reshape(SIDE, SIDE))


def gradient_error(ours: Ours, preset: str, scan: Scan, head: Head) -> float:
    """NMSE of what a step of plain descent takes from the weights, the gradients' norm clipped.

    Ours mirrors patches at random, so that the step is on a patch that mirroring leaves alone.
    """
    half = ours.patches(1)[0][:, : SIDE // 2 + MARGIN]
    patch = np.concatenate([half, half[:, ::-1]], 1)
    # A rate that changes no weight, and one of 1.
    before, after = (ours.descended(preset, patch, rate) for rate in (1e-30, 1.0))
    net = Ride(before, BATCH, scan, head)
    (-net(torch.from_numpy(patch).expand(BATCH, -1, -1) - net.center).mean()).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1)
    names = [name for name in before if name.replace(".", "_") in net.own]
    taken = torch.cat([(before[name] - after[name]).flatten() for name in names])
    gradients = [net.own[name.replace(".", "_")].grad for name in names]
    found = torch.cat([gradient.flatten() for gradient in gradients if gradient is not None])
    return normalized_error(found.numpy(), taken.numpy())


def prepare(preset: str, ours: Ours, threads: list[int], seconds: float) -> Case:
    """All sides, each agreed with ours; ends the comparison where one does not."""
    ours.patches_per_second(preset, FEWEST)
    rates = {OURS: ours.patches_per_second(preset, FEWEST)}
    tensors = ours.tensors(preset)
    patches = torch.from_numpy(ours.patches(PREPARED * BATCH).reshape(PREPARED, BATCH, SIDE + MARGIN, -1))
    peers, errors = {}, {"nats": 0.0, "gradients": 0.0}
    for name, (scan, head) in versions(preset).items():
        found = {
            "nats": nats_error(ours, preset, scan, head),
            "gradients": gradient_error(ours, preset, scan, head),
        }
        for what, tolerance in (("nats", OUTPUT_TOLERANCE), ("gradients", GRADIENT_TOLERANCE)):
            if not found[what] <= tolerance:
                raise SystemExit(
                    f"error: {preset}: {what} of {name} differ from ours by NMSE {found[what]:.1e}, "
                    f"expected at most {tolerance:.0e}; nothing was timed"
                )
            errors[what] = max(errors[what], found[what])
        for count in threads:
            side_name = f"{name}, {count} thread{'s' if count > 1 else ''}"
            peers[side_name] = TorchSide(Ride(tensors, BATCH, scan, head), patches, count)
            peers[side_name].patches_per_second(1)
            rates[side_name] = peers[side_name].patches_per_second(WARM_UP)
    steps = {name: max(FEWEST, int(seconds * rate / BATCH)) for name, rate in rates.items()}
    return Case(preset, ours, peers, steps, errors)


def markdown(results: dict[str, Any]) -> str:
    """The page: a table for each preset, then where the figures come from."""
    machine = results["machine"]
    device = machine["device"]
    parts = [
        "# Training a density of pictures, mdlstm and PyTorch side by side",
        "Made by `Benchmarks/peers/run density`; [methodology.md](../methodology.md) explains. Medians over rounds; "
        "the ratio is taken within each round, its median, least and most are given.",
    ]
    for case in results["cases"]:
        rows = [
            f"## `{case['preset']}`, {case['description']}",
            "| side | patches a second | ours is so many times as fast |\n|---|---|---|",
        ]
        for name, side in case["sides"].items():
            spread = (
                "1"
                if name == OURS
                else f"{side['oursTimes']:.2f} ({side['oursTimesLeast']:.2f} to {side['oursTimesMost']:.2f})"
            )
            rows[-1] += f"\n| {name} | {side['patchesPerSecond']:.0f} | {spread} |"
        errors = ", ".join(f"{what} to NMSE {error:.0e}" for what, error in case["errors"].items())
        ratios = case["oursTimesFastest"]
        ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        parts += [*rows, f"Beside the fastest peer of each round: {ratio} times. Agreed before: {errors}."]
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    commit = machine["commit"][:12] + (" with uncommitted changes" if machine["uncommittedChanges"] else "")
    memory = machine["memoryBytes"] / 2**30
    facts = [
        f"- {machine['processor']}, {machine['cores']} cores, {memory:.0f} GiB, {machine['system']}",
        f"- {device['name']}, {device['platform']}, driver {device['driverVersion']}",
        f"- Python {machine['python']}, {packages}; PyTorch's threads wait {results['waitPolicy']}ly",
        f"- {results['rounds']} rounds of about {results['seconds']:g} s a side; commit {commit}",
        "- threads that wanted a core when each round began, those of all programs, by Linux's mean over a minute: "
        + ", ".join(f"{load:.1f}" for load in results["loads"]),
    ]
    return "\n\n".join([*parts, "## Machine", "\n".join(facts)]) + "\n"


def main() -> None:
    """Writes Benchmarks/results/NAME.json and .md."""
    parser = argparse.ArgumentParser(prog="Benchmarks/peers/run density", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3, help="of each side in each round, about")
    parser.add_argument("--presets", nargs="+", choices=list(CASES), default=list(CASES))
    parser.add_argument("--name", help="of the results; that of the machine unless given")
    options = parser.parse_args()
    prepare_torch()
    threads = sorted({1, torch.get_num_threads()})
    command = Command(REPOSITORY / ".build/release/mdlstm")
    machine = provenance(command)
    loads = []
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(command, Path(folder))
        cases = [prepare(preset, ours, threads, options.seconds) for preset in options.presets]
        for case in cases:
            for _ in range(options.rounds):
                loads.append(float(Path("/proc/loadavg").read_text().split()[0]))
                case.add_round()
    results = {
        "machine": machine,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "waitPolicy": os.environ.get("OMP_WAIT_POLICY", "active"),
        "loads": loads,
        "cases": [case.results() for case in cases],
    }
    path = REPOSITORY / "Benchmarks/results" / (options.name or f"{default_name(machine)}-density")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n")
    page = markdown(results)
    path.with_suffix(".md").write_text(page)
    print(page)


if __name__ == "__main__":
    main()
