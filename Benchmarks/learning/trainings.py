"""The trainings: what is run, and which figure of it is wanted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Report = dict[str, Any]


@dataclass(frozen=True)
class Training:
    """One call of `mdlstm train` with a folder of its own, and how its report reads in the table."""

    name: str
    minutes: float
    wanted: str
    arguments: Callable[[Path], list[str]]
    found: Callable[[Report], str]

    # The figure of `mdlstm evaluate --json` that a test is told by, its unit, and flags of that call.
    figure: tuple[str, str, tuple[str, ...]] = ("natsPerSymbol", "nats", ())


def task(name: str, minutes: float, wanted: str, *arguments: str) -> Training:
    """A published task, which is made, not read."""
    saved = SAVED if minutes >= 10 else ()
    return Training(name, minutes, wanted, lambda folder: [*arguments, *saved], of_task)


def of_task(report: Report) -> str:
    """Examples until shares of whole answers, and what was reached at the end."""
    runs = report["runs"]
    until = [run["until"]["0.99"] for run in runs]
    median = {share: report["medianUntil"][share] for share in ("0.90", "0.97", "0.99")}
    whole = ", ".join(f"{run['whole']:.4f}" for run in runs)
    seconds = max(run["seconds"] for run in runs)
    shares = f"median until 90, 97, 99 %: {list(median.values())}; until 99 %: {until}"
    return f"{shares}; whole {whole}; at most {seconds:.0f} s"


def of_parity(report: Report) -> str:
    """Of each network: layers, steps and right answers."""
    return json.dumps(report.get("networks", report))


def of_text(report: Report) -> str:
    """Nats a character, beside counts."""
    counts = min(report["baseline"]) * 0.6931471805599453 if report.get("baseline") else float("nan")
    speed = f"{report['seconds']:.0f} s, {report['samplesPerSecond'] or 0:.0f} characters a second"
    return f"{report['natsPerSymbol']:.4f} nats, counts {counts:.4f}; {report['epochs']} epochs, {speed}"


def text(name: str, minutes: float, wanted: str, book: str, *arguments: str, config: Report | None = None) -> Training:
    """A text: its last 55,000 characters, or 3 %, are to validate with."""

    def all_arguments(folder: Path) -> list[str]:
        given = [str(folder / "texts" / book), *arguments]
        if config is None:
            return given
        path = folder / f"{name}.json"
        path.write_text(json.dumps(config))
        return [*given, "--config", str(path)]

    return Training(name, minutes, wanted, all_arguments, of_text)


def of_density(report: Report) -> str:
    """Bits a pixel of the photographs to validate with."""
    return f"{report['bitsPerPixel']:.4f} bits a pixel; {report['steps']} steps, {report['seconds']:.0f} s"


def photographs(name: str, seed: int, minutes: float, wanted: str, preset: str, time: str) -> Training:
    """A density of the photographs in OUT/photographs, of which a part train and a part valid are there."""
    return Training(
        f"photographs-{name}-{seed}",
        minutes,
        wanted,
        lambda folder: [str(folder / "photographs"), "--preset", preset, "--max-time", time, "--seed", str(seed)],
        of_density,
        ("bitsPerPixel", "bits a pixel", ("--sites-of", "9")),
    )


def small_net(layers: list[Report]) -> Report:
    """One epoch of a small net: batches of 64 pieces of 50, Adam .005 falling to 0, the gradients' norm at most 1."""
    return {
        "version": 1,
        "model": {
            "layers": [
                {"type": "embedding", "symbols": "auto", "size": 64},
                *layers,
                {"type": "dense", "outputSize": "auto"},
            ]
        },
        "task": {"kind": "nextSymbol", "sequence": 50},
        "training": {
            "epochs": 1,
            "batch": 64,
            "clipNorm": 1,
            "learningRate": {"base": 0.005, "warmup": 0, "decay": "cosine"},
        },
    }


LSTM_64 = {"type": "recurrent", "cell": "lstm", "hiddenSize": 64, "forgetBias": 1}
GRID_64 = {"type": "recurrent", "cell": "grid", "hiddenSize": 64, "depth": 2, "forgetBias": 1}
SAVED = ("--checkpoint-every", "500")
FALLING = ("--final-learning-rate", "0.00001")
SMALL = ("--symbols", "5", "--alphabet", "8", "--hidden", "32", "--seeds", "5")
TWO = ("--digits", "2", "--hidden", "64", "--seeds", "3")

TRAININGS = [
    task("memorization-tied-4x32", 3, "median 98 % by 60,000", "memorization", *SMALL, "--layers", "4", "--tied"),
    task("memorization-untied-4x32", 4, "beside it", "memorization", *SMALL, "--layers", "4", "--untied"),
    task(
        "memorization-stacked-1x32",
        2,
        "twice the median",
        "memorization",
        *SMALL,
        "--model",
        "stacked",
        "--layers",
        "1",
    ),
    task("memorization-stacked-4x32", 3, "beside it", "memorization", *SMALL, "--model", "stacked", "--layers", "4"),
    task("addition-2-tied-5x64", 3, "99 % by 200,000", "addition", *TWO, "--layers", "5", "--tied"),
    task("addition-2-untied-5x64", 4, "beside it", "addition", *TWO, "--layers", "5", "--untied"),
    task("addition-2-stacked-1x64", 2, "beside it", "addition", *TWO, "--model", "stacked", "--layers", "1"),
    task("addition-2-stacked-5x64", 3, "beside it", "addition", *TWO, "--model", "stacked", "--layers", "5"),
    text("text-stacked-2x64", 0.5, "0.15 above the grid", "shakespeare", config=small_net([LSTM_64, LSTM_64])),
    text("text-grid-tied-2x64", 0.5, "0.15 below the stacked", "shakespeare", config=small_net([GRID_64])),
    text("text-grid-untied-2x64", 0.5, "beside it", "shakespeare", config=small_net([{**GRID_64, "tied": False}])),
    text("shakespeare-10m", 10, "1.55 on the test text", "shakespeare", "--max-time", "10m"),
    text("bible-10m", 10, "10 % below the counts", "bible", "--max-time", "10m"),
    task("addition-3-tied-5x64", 5, "99 % by 600,000", "addition", "--digits", "3", "--layers", "5", "--hidden", "64"),
    Training(
        "parity-64",
        3,
        "what depth and time it takes",
        lambda folder: [*"parity --bits 64 --layers 12 --hidden 64 --untied --steps 8000".split(), *FALLING],
        of_parity,
    ),
    Training(
        "parity-250",
        12,
        "what depth and time it takes",
        lambda folder: [*"parity --bits 250 --layers 12 --hidden 100 --untied --steps 20000".split(), *FALLING, *SAVED],
        of_parity,
    ),
    text("shakespeare-30m", 30, "1.50 on the test text", "shakespeare", "--max-time", "30m"),
    task(
        "memorization-20-tied-43x100",
        60,
        "99 % within 300,000",
        *("memorization", "--symbols", "20", "--alphabet", "64", "--layers", "43", "--hidden", "100", "--tied"),
        *("--examples", "300000", "--until", "0.99", "--learning-rate", "0.001", "--batch", "15"),
    ),
    task(
        "addition-5-tied-9x100",
        30,
        "99 % within 2,000,000",
        *("addition", "--digits", "5", "--layers", "9", "--hidden", "100", "--tied", "--examples", "2000000"),
        *("--until", "0.99"),
    ),
    task(
        "addition-15-tied-9x100",
        60,
        "what an hour of one core reaches",
        *("addition", "--digits", "15", "--layers", "9", "--hidden", "100", "--tied", "--examples", "360000"),
        *("--until", "0.99", "--learning-rate", "0.001", "--batch", "15"),
    ),
    *(photographs("mixture-110s", seed, 2, "4.24, mean of 3", "density-mixture", "110s") for seed in (1, 2, 3)),
    *(photographs("mixture-20m", seed, 20, "beside them", "density-mixture", "20m") for seed in (1, 2, 3)),
    *(photographs("spatial-20m", seed, 20, "0.03 below the mixture", "density-small", "20m") for seed in (1, 2, 3)),
]
