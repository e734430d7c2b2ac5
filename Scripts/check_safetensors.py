"""Gives Python's safetensors the files of our accept and reject lists, and our reader what Python writes.

Needs numpy and safetensors, and a build with tests: python3 Scripts/check_safetensors.py
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import safetensors
from safetensors.numpy import load, save_file

ROOT = Path(__file__).resolve().parent.parent


def opens(path: Path) -> str | None:
    """Why Python does not open a file; None where it does."""
    try:
        safetensors.deserialize(path.read_bytes())
    except Exception as error:  # noqa: BLE001 - whatever it throws is a refusal
        return str(error)
    return None


def check_lists(folder: Path) -> list[str]:
    """What Python makes of our files, where it is not what our list says."""
    subprocess.run(
        ["swift", "test", "--filter", "SafetensorsTests/samplesAreWritten"],
        cwd=ROOT,
        env=os.environ | {"MDLSTM_SAMPLES": str(folder)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    files = sorted(folder.iterdir())
    if not files:
        return ["no files were written"]
    wrong = []
    for path in files:
        error = opens(path)
        if (error is None) == path.name.startswith("rejected, "):
            wrong.append(f"{path.name}: {error or 'opened'}")
        if path.name.startswith("written, "):
            original = load((folder / path.name.replace("written", "accepted")).read_bytes())
            copy = load(path.read_bytes())
            same = original.keys() == copy.keys() and all(
                a.dtype == copy[n].dtype and a.shape == copy[n].shape and a.tobytes() == copy[n].tobytes()
                for n, a in original.items()
            )
            if not same:
                wrong.append(f"{path.name}: not the tensors of the original")
    print(f"{len(files)} files given to Python's safetensors {safetensors.__version__}")
    return wrong


def check_reader(folder: Path) -> list[str]:
    """Arrays that Python writes and our command does not show."""
    wrong = []
    types = ["bool", "u1", "i1", "u2", "i2", "f2", "u4", "i4", "f4", "u8", "i8", "f8"]
    shapes: list[tuple[int, ...]] = [(), (0, 5), (1,), (3, 2)]
    for name in types:
        path = folder / f"{name}.safetensors"
        save_file({str(shape): np.ones(shape, name) for shape in shapes}, path, {"by": "Python"})
        command = ["swift", "run", "--skip-build", "mdlstm", "inspect", str(path)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        lines = run.stdout.splitlines()
        if run.returncode != 0 or len(lines) != 1 + len(shapes):
            wrong.append(f"{name}: {run.stderr}")
    print(f"{len(types)} files of Python given to mdlstm")
    return wrong


def main() -> int:
    """Runs both checks."""
    with tempfile.TemporaryDirectory() as lists, tempfile.TemporaryDirectory() as files:
        wrong = check_lists(Path(lists)) + check_reader(Path(files))
    for line in wrong:
        print(f"error: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
