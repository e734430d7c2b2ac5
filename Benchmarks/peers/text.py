"""A model of text in training, ours by `mdlstm train` beside torch.nn.LSTM: characters a second, in turn.

Embedding of 64, two layers, a linear layer, cross entropy, Adam, the gradients' norm clipped at 1, states carried from
piece to piece. Random characters of 65 kinds: their values take no time. Then how fast ours draws text.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from peers.machine import REPOSITORY
from peers.mdlstm import Command
from peers.torch_layer import prepare_torch

SYMBOLS, SIZE, SEQUENCE, RATE = 65, 64, 50, 0.003
CASES = {"2 x 128, batch 32": (128, 32), "2 x 512, batch 64": (512, 64)}


def configuration(hidden: int, batch: int) -> dict[str, object]:
    """The same net for our side."""
    lstm = {"type": "recurrent", "cell": "lstm", "hiddenSize": hidden}
    embedding = {"type": "embedding", "symbols": "auto", "size": SIZE}
    return {
        "version": 1,
        "model": {"axes": 1, "layers": [embedding, lstm, lstm, {"type": "dense", "outputSize": "auto"}]},
        "task": {"kind": "nextSymbol", "sequence": SEQUENCE},
        "training": {"epochs": 1, "batch": batch, "learningRate": RATE, "clipNorm": 1, "validationFraction": 0},
    }


class Net(nn.Module):
    """As a user of PyTorch would write it."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS + 1, SIZE)
        self.lstm = nn.LSTM(SIZE, hidden, 2, batch_first=True)
        self.dense = nn.Linear(hidden, SYMBOLS + 1)

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor] | None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Logits `[B, T, V]` and the states that leave."""
        y, state = self.lstm(self.embedding(x), state)
        return self.dense(y), state

    def load(self, path: Path) -> None:
        """The weights of a model file of ours."""
        tensors = load_file(path)
        with torch.no_grad():
            self.embedding.weight.copy_(tensors["0.weight"])
            for layer in (0, 1):
                own = {name: getattr(self.lstm, f"{name}_l{layer}") for name in ("weight_ih", "weight_hh", "bias_ih")}
                for name, parameter in own.items():
                    ours = tensors[f"{layer + 1}.{'bias' if name == 'bias_ih' else name}"]
                    parameter.copy_(ours.view_as(parameter))
                getattr(self.lstm, f"bias_hh_l{layer}").zero_()
            self.dense.weight.copy_(tensors["3.weight"])
            self.dense.bias.copy_(tensors["3.bias"])


class TorchSide:
    """Trains on pieces that lie in memory, and carries the states."""

    def __init__(self, net: Net, batch: int) -> None:
        self.net, self.batch = net, batch
        self.optimizer = torch.optim.Adam(net.parameters(), lr=RATE)
        self.symbols = torch.randint(SYMBOLS, (batch, SEQUENCE + 1))
        self.state: tuple[Tensor, Tensor] | None = None

    def step(self) -> float:
        self.optimizer.zero_grad()
        logits, state = self.net(self.symbols[:, :-1], self.state)
        self.state = (state[0].detach(), state[1].detach())
        loss = cross_entropy(logits.flatten(0, 1), self.symbols[:, 1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1)
        self.optimizer.step()
        return loss.item()

    def characters_per_second(self, count: int) -> float:
        """Of `count` characters, after three steps that are not timed."""
        for _ in range(3):
            self.step()
        steps = max(1, count // (self.batch * SEQUENCE))
        start = time.perf_counter()
        for _ in range(steps):
            self.step()
        return steps * self.batch * SEQUENCE / (time.perf_counter() - start)


def write_text(folder: Path, count: int) -> Path:
    """Random characters, every kind among them."""
    values = np.random.default_rng(1).integers(0, SYMBOLS, count, np.uint8) + ord("0")
    values[:SYMBOLS] = np.arange(SYMBOLS, dtype=np.uint8) + ord("0")
    path = folder / "text.txt"
    path.write_bytes(values.tobytes())
    return path


def ours(command: Command, folder: Path, text: Path, hidden: int, batch: int) -> float:
    """Characters a second of an epoch."""
    config = folder / "config.json"
    config.write_text(json.dumps(configuration(hidden, batch)))
    run = folder / "run"
    return float(command.json("train", text, "--config", config, "--out", run, "--overwrite")["samplesPerSecond"])


def require_agreement(command: Command, folder: Path, net: Net) -> None:
    """Both sides give the same logits for the weights of our run."""
    model = folder / "run" / "model.safetensors"
    net.load(model)
    x = np.random.default_rng(2).integers(0, SYMBOLS + 1, (2, SEQUENCE))
    np.save(folder / "x.npy", x[..., None].astype(np.float32))
    command("run", model, "--input", folder / "x.npy", "--output", folder / "y.npy")
    expected = np.load(folder / "y.npy")
    with torch.no_grad():
        found = net(torch.from_numpy(x), None)[0].numpy()
    error = float(((found - expected) ** 2).sum() / (expected**2).sum())
    if not error < 1e-9:
        raise SystemExit(f"error: PyTorch's logits differ from ours, NMSE {error:.1e}")


def drawn(command: Command, folder: Path) -> float:
    """Characters a second that ours draws from the model of the last run."""
    arguments = [command.binary, "sample", folder / "run", "--length", "10000", "--output", folder / "sample.txt"]
    told = subprocess.run(arguments, stderr=subprocess.PIPE, text=True, check=True).stderr
    found = re.search(r"([0-9.]+) a second", told)
    if not found:
        raise SystemExit(f"error: 'mdlstm sample' tells no speed: {told}")
    return float(found[1])


def main() -> None:
    """Prints the medians over rounds, and that of the ratios within a round."""
    parser = argparse.ArgumentParser(prog="Benchmarks/peers/run text", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--characters", type=int, default=320000, help="of each side in each round")
    options = parser.parse_args()
    prepare_torch()
    command = Command(REPOSITORY / ".build/release/mdlstm")
    for name, (hidden, batch) in CASES.items():
        with tempfile.TemporaryDirectory() as folder_name:
            folder = Path(folder_name)
            count = options.characters * 128 // hidden
            text = write_text(folder, count + 1)
            ours(command, folder, text, hidden, batch)
            net = Net(hidden)
            require_agreement(command, folder, net)
            side = TorchSide(net, batch)
            rounds = [
                (ours(command, folder, text, hidden, batch), side.characters_per_second(count))
                for _ in range(options.rounds)
            ]
            mine, theirs = (statistics.median(values) for values in zip(*rounds))
            ratio = statistics.median(a / b for a, b in rounds)
            print(f"{name}: ours {mine:.0f}, torch.nn.LSTM {theirs:.0f} characters a second; ratio {ratio:.2f}")
            speed = statistics.median(drawn(command, folder) for _ in range(options.rounds))
            print(f"{name}: ours draws {speed:.0f} characters a second")


if __name__ == "__main__":
    main()
