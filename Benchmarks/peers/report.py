"""Results as JSON and as a table."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

from peers.rounds import Measured
from peers.sides import OURS
from peers.workload import Workload

Results = dict[str, Any]


def pass_results(workload: Workload, pass_name: str, measured: dict[str, Measured]) -> Results:
    """One pass of one workload: each side's milliseconds, GFLOP/s and ratio to ours; ours as a part of the peak."""
    operations = workload.operations[pass_name]
    sides = {}
    for name, side in measured.items():
        sides[name] = {
            "medianMilliseconds": side.median,
            "minimumMilliseconds": side.minimum,
            "gflops": operations / side.median / 1e6,
            "timesOurs": side.ratio(measured[OURS]),
            "rounds": [timing.median for timing in side.rounds],
        }
        if side.peak is not None:
            sides[name]["peakGflops"] = side.peak
            sides[name]["peakFraction"] = sides[name]["gflops"] / side.peak
    return {"floatingPointOperations": operations, "sides": sides}


def side_names(results: Results, pass_name: str) -> list[str]:
    """All sides of a pass, in the order in which they first occur."""
    names: dict[str, None] = {}
    for workload in results["workloads"]:
        names.update(dict.fromkeys(workload["passes"].get(pass_name, {"sides": {}})["sides"]))
    return list(names)


def pass_names(results: Results) -> list[str]:
    """The passes that were timed."""
    return list(dict.fromkeys(name for workload in results["workloads"] for name in workload["passes"]))


def table(results: Results, pass_name: str) -> str:
    """Milliseconds of every side, with how many times ours that is."""
    names = side_names(results, pass_name)
    lines = ["| workload | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for workload in results["workloads"]:
        sides = workload["passes"].get(pass_name, {"sides": {}})["sides"]
        if sides:
            cells = [cell(name, sides.get(name)) for name in names]
            lines.append(f"| {workload['name']}: {workload['description']} | " + " | ".join(cells) + " |")
    means = [mean_ratio(results, pass_name, name) for name in names if name != OURS]
    lines.append("| geometric mean | 1x | " + " | ".join(means) + " |")
    return "\n".join(lines)


def mean_ratio(results: Results, pass_name: str, name: str) -> str:
    """The geometric mean of a side's ratios over the workloads it has, such as `7.8x`."""
    passes = [workload["passes"].get(pass_name, {"sides": {}}) for workload in results["workloads"]]
    ratios = [each["sides"][name]["timesOurs"] for each in passes if name in each["sides"]]
    return f"{statistics.geometric_mean(ratios):.1f}x"


def cell(name: str, side: dict[str, float] | None) -> str:
    """Such as `123 (7.8x)`, ours with the part of the device's peak, or a dash where a side was not timed."""
    if side is None:
        return "-"
    text = milliseconds(side["medianMilliseconds"])
    return f"**{text}** ({side['peakFraction']:.0%})" if name == OURS else f"{text} ({side['timesOurs']:.1f}x)"


def milliseconds(value: float) -> str:
    """Three digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def markdown(results: Results) -> str:
    """The page: tables, then where the figures come from."""
    machine = results["machine"]
    device = machine["device"]
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    commit = machine["commit"][:12] + (" with uncommitted changes" if machine["uncommittedChanges"] else "")
    memory = machine["memoryBytes"] / 2**30
    passes = [each for workload in results["workloads"] for each in workload["passes"].values()]
    peaks = [each["sides"][OURS]["peakGflops"] for each in passes]
    parts = [
        "# mdlstm and its peers, side by side",
        "Made by `make bench`; [methodology.md](../methodology.md) explains.",
    ]
    for name in pass_names(results):
        legend = (
            "Milliseconds, medians over rounds. In brackets the part of the device's multiply-add peak that ours "
            "reaches, and how many times ours the others take."
        )
        parts += [f"## {name.capitalize()}", legend, table(results, name)]
    facts = [
        f"- {machine['processor']}, {machine['cores']} cores, {memory:.0f} GiB, {machine['system']}",
        f"- {device['name']}, {device['platform']}, driver {device['driverVersion']}; "
        f"{min(peaks):.0f} to {max(peaks):.0f} GFLOP/s of multiply-adds at its peak",
        f"- Python {machine['python']}, {packages}",
        f"- {results['rounds']} rounds of about {results['seconds']:g} s a side; commit {commit}",
    ]
    return "\n\n".join([*parts, "## Machine", "\n".join(facts)]) + "\n"


def write(results: Results, path: Path) -> None:
    """PATH.json and PATH.md."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Path(f"{path}.json").write_text(json.dumps(results, indent=1) + "\n")
    Path(f"{path}.md").write_text(markdown(results))
