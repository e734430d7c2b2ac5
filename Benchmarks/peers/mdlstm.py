"""Our side: the command `mdlstm`."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from peers.peer import GRADIENTS
from peers.problem import Array, Problem
from peers.workload import Workload


class Command:
    """Runs the command's binary; whatever it refuses ends the comparison."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary

    def __call__(self, *arguments: str | Path) -> str:
        """What it prints."""
        completed = subprocess.run([self.binary, *arguments], capture_output=True, text=True, check=False)
        if completed.returncode != 0:
            line = " ".join(map(str, ("mdlstm", *arguments)))
            raise SystemExit(f"error: '{line}' ended with {completed.returncode}: {completed.stderr.strip()}")
        return completed.stdout

    def json(self, *arguments: str | Path) -> Any:
        """What it prints, with --json."""
        return json.loads(self(*arguments, "--json"))

    def workloads(self) -> list[Workload]:
        """All named workloads."""
        return [Workload.from_json(entry) for entry in self.json("bench", "--list")["workloads"]]

    def bench(self, workload: Workload, pass_name: str, repeat: int) -> dict[str, Any]:
        """Times one pass."""
        report: dict[str, Any] = self.json(
            "bench", *named_or_described(workload), "--pass", pass_name, "--repeat", str(repeat)
        )
        return report

    def results(self, problem: Problem) -> dict[str, Array]:
        """Output and gradients of a problem, by name."""
        w = problem.workload
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder)
            layer, gradients = path / "layer.safetensors", path / "gradients.safetensors"
            cell = ("--cell", w.cell, "--directions", ",".join(w.directions))
            self("init", layer, *cell, "--input-size", str(w.input_size), "--hidden-size", str(w.hidden_size))
            with safe_open(layer, "numpy") as file:
                metadata = file.metadata()
            save_file(problem.parameters(), layer, metadata)
            np.save(path / "x.npy", problem.input)
            np.save(path / "dy.npy", problem.output_gradient)
            files = ("--input", path / "x.npy", "--output", path / "y.npy")
            self("run", layer, *files, "--output-gradient", path / "dy.npy", "--gradients", gradients)
            computed = load_file(gradients)
            return {"output": np.load(path / "y.npy"), **{name: computed[name] for name in GRADIENTS}}


def named_or_described(workload: Workload) -> list[str]:
    """The flags of `bench`: the workload by its name, or what it is."""
    if workload.name:
        return ["--workload", workload.name]
    return [
        *("--cell", workload.cell, "--extents", "x".join(map(str, workload.extents))),
        *("--batch", str(workload.batch), "--directions", ",".join(workload.directions)),
        *("--input-size", str(workload.input_size), "--hidden-size", str(workload.hidden_size)),
    ]
