"""The chart of the comparison: GFLOP/s of every side, by workload, a panel for each pass."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from peers.report import Results, pass_names, side_names
from peers.sides import OURS, UNRAGGED

# Okabe and Ito's colours, told apart by colour-blind eyes; ours is black.
COLOURS = {
    OURS: "#000000",
    UNRAGGED: "#999999",
    "jax": "#0072B2",
    "jax-plain": "#56B4E9",
    "torch-eager": "#E69F00",
    "torch-compile": "#D55E00",
    "torch.nn.LSTM": "#F0E442",
    "keras": "#009E73",
}
GROUP_WIDTH = 0.86


def write_chart(results: Results, path: Path) -> None:
    """A PNG."""
    passes = pass_names(results)
    figure, panels = plt.subplots(len(passes), 1, figsize=(11, 3.4 * len(passes)), squeeze=False, layout="constrained")
    for panel, pass_name in zip(panels[:, 0], passes):
        draw(panel, results, pass_name)
    handles = {label: handle for panel in panels[:, 0] for handle, label in zip(*panel.get_legend_handles_labels())}
    figure.legend(handles.values(), handles.keys(), loc="outside upper center", ncols=len(handles), frameon=False)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def draw(panel: Axes, results: Results, pass_name: str) -> None:
    """One pass: a group of bars for each workload, only of the sides that it has."""
    workloads = [workload for workload in results["workloads"] if pass_name in workload["passes"]]
    order = side_names(results, pass_name)
    labelled: set[str] = set()
    for group, workload in enumerate(workloads):
        sides = workload["passes"][pass_name]["sides"]
        present = [name for name in order if name in sides]
        width = GROUP_WIDTH / max(len(present), 4)
        for index, name in enumerate(present):
            left = group + (index - (len(present) - 1) / 2) * width
            label = None if name in labelled else name
            labelled.add(name)
            panel.bar(left, sides[name]["gflops"], 0.92 * width, color=COLOURS[name], label=label)
    names = [f"{workload['name']}\n{workload['description'].replace(', ', chr(10))}" for workload in workloads]
    panel.set_xticks(range(len(workloads)), names, fontsize=7)
    panel.set_ylabel("GFLOP/s")
    panel.set_title(pass_name.capitalize(), loc="left", fontweight="bold")
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(axis="y", linewidth=0.4)
    panel.set_axisbelow(True)
    panel.tick_params(axis="x", length=0)
