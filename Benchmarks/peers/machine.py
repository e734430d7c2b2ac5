"""Where the figures come from: machine, device, driver, versions, commit."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from peers.mdlstm import Command

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("jax", "jaxlib", "torch", "tensorflow-cpu", "keras", "numpy")


def provenance(command: Command) -> dict[str, Any]:
    """All of it, for the JSON."""
    # Of a copy without the repository.
    commit = os.environ.get("MDLSTM_COMMIT", "")
    device = chosen_device(command.json("devices")["devices"], os.environ.get("MDLSTM_DEVICE", ""))
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()}",
        "device": {
            key: device[key] for key in ("name", "platform", "version", "driverVersion", "kind", "computeUnits")
        },
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := installed(name))},
        "commit": commit or git("rev-parse", "HEAD"),
        "uncommittedChanges": not commit
        and git("status", "--porcelain", "--", "Sources", "Kernels", "Benchmarks/peers") != "",
    }


def installed(package: str) -> str | None:
    """Its version; none where it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def chosen_device(devices: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    """The one that `mdlstm bench` takes: by selector or part of its name, else the best."""
    for device in devices:
        if device["default"] if not wanted else wanted == device["selector"] or wanted in device["name"]:
            return device
    raise SystemExit(f"error: no OpenCL device named '{wanted}'; 'mdlstm devices' lists them")


def processor() -> str:
    """The model as Linux names it."""
    models = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return models[0] if models else platform.processor()


def git(*arguments: str) -> str:
    """What git prints, in the repository."""
    completed = subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return completed.stdout.strip() if completed.returncode == 0 else "unknown"


def default_name(facts: dict[str, Any]) -> str:
    """Names the files of the results: `pocl-2-cores`, or a GPU's name."""
    device = facts["device"]
    if "Portable Computing Language" in device["platform"]:
        return f"pocl-{facts['cores']}-cores"
    return re.sub(r"[^a-z0-9]+", "-", device["name"].lower()).strip("-")
