"""A small net for digits in training, ours by `mdlstm train` beside PyTorch: digits a second, in turn.

Patches of 4 x 4 pixels (7 x 7 sites), a Graves layer of 24 units in four directions, the mean over all sites, a dense layer;
batches of 64, cross entropy, the gradients' norm clipped at 1, Adam. Pixels and labels are random: their values take no time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, pad

from peers.machine import REPOSITORY
from peers.mdlstm import Command
from peers.torch_layer import prepare_torch
from peers.wavefronts import Wavefronts

SIDE, PATCH, HIDDEN, CLASSES, BATCH, RATE = 28, 4, 24, 10, 64, 0.003
SITES = SIDE // PATCH
CONFIGURATION = {
    "version": 1,
    "model": {
        "inputSize": "auto",
        "axes": 2,
        "layers": [
            {"type": "patch", "window": [PATCH, PATCH]},
            {"type": "recurrent", "cell": "graves", "hiddenSize": HIDDEN, "directions": "all"},
            {"type": "pool", "by": "mean"},
            {"type": "dense", "outputSize": "auto"},
        ],
    },
    "task": {"kind": "classify"},
    "data": {"normalize": "unit"},
    "training": {"epochs": 1, "batch": BATCH, "learningRate": RATE, "clipNorm": 1, "validationFraction": 0},
}


class Net(nn.Module):
    """All four directions go through the wavefronts together: a batched product for each."""

    def __init__(self) -> None:
        super().__init__()
        inputs = PATCH * PATCH
        self.weight_ih = nn.Parameter(torch.randn(4, 5 * HIDDEN, inputs) / inputs**0.5)
        self.weight_hh = nn.Parameter(torch.randn(4, 2, 5 * HIDDEN, HIDDEN) / HIDDEN**0.5)
        self.bias = nn.Parameter(torch.zeros(4, 5 * HIDDEN))
        self.dense = nn.Linear(4 * HIDDEN, CLASSES)
        grid = Wavefronts.of((SITES, SITES))
        self.order = torch.from_numpy(grid.order)
        self.sizes = [size * BATCH for size in grid.sizes]
        self.rows = [torch.from_numpy(rows) for rows in grid.rows(BATCH)]

    def forward(self, x: Tensor) -> Tensor:
        """Logits `[B, C]` of `[B, SIDE, SIDE]`."""
        patches = x.view(BATCH, SITES, PATCH, SITES, PATCH).transpose(2, 3).reshape(BATCH, SITES, SITES, -1)
        flipped = torch.stack([patches, patches.flip(2), patches.flip(1), patches.flip(1, 2)])
        sites = flipped.flatten(2, 3).transpose(1, 2)[:, self.order].flatten(1, 2)
        projected = torch.baddbmm(self.bias[:, None], sites, self.weight_ih.transpose(1, 2)).split(self.sizes, 1)
        recurrent = self.weight_hh.transpose(2, 3).reshape(4, 2 * HIDDEN, 5 * HIDDEN)
        h = c = x.new_zeros(4, 1, HIDDEN)
        total = x.new_zeros(4, BATCH, HIDDEN)
        for pre_activations, rows in zip(projected, self.rows):
            before = h.index_select(1, rows).view(4, -1, 2 * HIDDEN)
            a = torch.baddbmm(pre_activations, before, recurrent)
            gates = torch.sigmoid(a)
            forget = gates[..., HIDDEN : 3 * HIDDEN].unflatten(2, (2, HIDDEN))
            kept = (forget * c.index_select(1, rows).view(4, -1, 2, HIDDEN)).sum(2)
            c = gates[..., :HIDDEN] * torch.tanh(a[..., 3 * HIDDEN : 4 * HIDDEN]) + kept
            h = gates[..., 4 * HIDDEN :] * torch.tanh(c)
            total = total + h.view(4, -1, BATCH, HIDDEN).sum(1)
            h, c = pad(h, (0, 0, 0, 1)), pad(c, (0, 0, 0, 1))
        return self.dense(total.permute(1, 0, 2).reshape(BATCH, -1) / SITES**2)

    def load(self, path: Path) -> None:
        """The weights of a model file of ours."""
        tensors = load_file(path)
        with torch.no_grad():
            for name in ("weight_ih", "weight_hh", "bias"):
                own = getattr(self, name)
                own.copy_(tensors[f"1.{name}"].view_as(own))
            self.dense.weight.copy_(tensors["3.weight"])
            self.dense.bias.copy_(tensors["3.bias"])


def write_digits(folder: Path, count: int) -> Path:
    """Random digits as MNIST's files have them."""
    random = np.random.default_rng(1)
    images = folder / "train-images-idx3-ubyte"
    header = np.array([0x803, count, SIDE, SIDE], ">i4").tobytes()
    images.write_bytes(header + random.integers(0, 256, count * SIDE * SIDE, np.uint8).tobytes())
    labels = folder / "train-labels-idx1-ubyte"
    labels.write_bytes(
        np.array([0x801, count], ">i4").tobytes() + random.integers(0, CLASSES, count, np.uint8).tobytes()
    )
    return images


def ours(command: Command, folder: Path, images: Path) -> float:
    """Digits a second of an epoch."""
    config = folder / "config.json"
    config.write_text(json.dumps(CONFIGURATION))
    out = folder / "run"
    return float(command.json("train", images, "--config", config, "--out", out, "--overwrite")["samplesPerSecond"])


def require_agreement(command: Command, folder: Path, net: Net) -> None:
    """Both sides give the same logits for the weights of our run."""
    model = folder / "run" / "model.safetensors"
    net.load(model)
    x = np.random.default_rng(2).random((BATCH, SIDE, SIDE), np.float32)
    np.save(folder / "x.npy", x[..., None])
    command("run", model, "--input", folder / "x.npy", "--output", folder / "y.npy")
    expected = np.load(folder / "y.npy")
    with torch.no_grad():
        found = net(torch.from_numpy(x)).numpy()
    error = float(((found - expected) ** 2).sum() / (expected**2).sum())
    if not error < 1e-9:
        raise SystemExit(f"error: PyTorch's logits differ from ours, NMSE {error:.1e}")
    print(f"logits agree, NMSE {error:.1e}")


class TorchSide:
    """Trains on random batches that lie in memory."""

    def __init__(self, net: Net, forward: nn.Module) -> None:
        self.net, self.forward = net, forward
        self.optimizer = torch.optim.Adam(net.parameters(), lr=RATE)
        self.images, self.labels = torch.rand(BATCH, SIDE, SIDE), torch.randint(CLASSES, (BATCH,))

    def step(self) -> float:
        self.optimizer.zero_grad()
        loss = cross_entropy(self.forward(self.images), self.labels)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1)
        self.optimizer.step()
        return loss.item()

    def digits_per_second(self, count: int) -> float:
        """Of `count` digits, after three steps that are not timed."""
        for _ in range(3):
            self.step()
        start = time.perf_counter()
        for _ in range(count // BATCH):
            self.step()
        return count // BATCH * BATCH / (time.perf_counter() - start)


def main() -> None:
    """Prints the medians over rounds, and that of the ratios within a round."""
    parser = argparse.ArgumentParser(prog="Benchmarks/peers/run digits", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--digits", type=int, default=12800, help="of each side in each round")
    options = parser.parse_args()
    prepare_torch()
    command = Command(REPOSITORY / ".build/release/mdlstm")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = write_digits(folder, options.digits)
        ours(command, folder, images)
        net = Net()
        require_agreement(command, folder, net)
        sides = {"eager": TorchSide(net, net), "compiled": TorchSide(net, torch.compile(net, dynamic=False))}
        for side in sides.values():
            side.step()
        rates: dict[str, list[float]] = {"mdlstm": [], **{side: [] for side in sides}}
        for _ in range(options.rounds):
            rates["mdlstm"].append(ours(command, folder, images))
            for side_name, side in sides.items():
                rates[side_name].append(side.digits_per_second(options.digits))
    for side_name, found in rates.items():
        ratio = statistics.median(a / b for a, b in zip(rates["mdlstm"], found))
        print(f"{side_name}: {statistics.median(found):.0f} digits a second, ours {ratio:.2f} times as many")


if __name__ == "__main__":
    main()
