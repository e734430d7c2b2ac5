"""Runs the trainings that have no result yet, in order, and writes the table after each.

A training that was stopped goes on where it was. Texts are read from --texts: tinyshakespeare.txt and kjv.txt, of which
the ends are kept to validate with; photographs from --photographs, a folder with train and valid in it, left out
without one. --test NAME=DATA judges the best models by what neither training nor choosing saw: shakespeare=, bible=,
photographs=.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from learning.trainings import TRAININGS, Report, Training

REPOSITORY = Path(__file__).resolve().parents[2]
BOOKS = {"shakespeare": ("tinyshakespeare.txt", 55_000), "bible": ("kjv.txt", 125_000)}


def cut(texts: Path, folder: Path) -> None:
    """Each book as a folder of train.txt and valid.txt."""
    for book, (name, held) in BOOKS.items():
        place = folder / "texts" / book
        if place.exists() or not (texts / name).exists():
            continue
        characters = (texts / name).read_text(encoding="utf-8")
        place.mkdir(parents=True)
        (place / "train.txt").write_text(characters[:-held], encoding="utf-8")
        (place / "valid.txt").write_text(characters[-held:], encoding="utf-8")


def mdlstm(*arguments: str | Path) -> Report:
    """What a call prints as JSON; what it says meanwhile is shown."""
    command = [str(REPOSITORY / ".build/release/mdlstm"), *map(str, arguments)]
    print("+", *command[1:], flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"error: mdlstm ended with {done.returncode}; the same call goes on from here")
    report: Report = json.loads(done.stdout.splitlines()[-1] if done.stdout.count("\n") == 1 else done.stdout)
    return report


def run(training: Training, folder: Path, tests: dict[str, Path]) -> Report:
    """The report of a training, gone on with if it was stopped."""
    out = folder / training.name
    report = mdlstm("train", *training.arguments(folder), "--out", out, "--resume", "auto", "--json")
    for book, path in tests.items():
        if training.name.startswith(book):
            figure, _, flags = training.figure
            report["test"] = mdlstm("evaluate", out, path, *flags, "--json")[figure]
    return report


def table(folder: Path) -> str:
    """A row for each training that has a result."""
    rows = ["| training | wanted | found |", "|---|---|---|"]
    for training in TRAININGS:
        path = folder / f"{training.name}.report.json"
        if not path.exists():
            continue
        report = json.loads(path.read_text())
        found = training.found(report)
        if "test" in report:
            found += f"; test {report['test']:.4f} {training.figure[1]}"
        rows.append(f"| {training.name} | {training.wanted} | {found} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Writes OUT/NAME.report.json and OUT/table.md."""
    parser = argparse.ArgumentParser(prog="Benchmarks/learning/run", description=__doc__)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "Benchmarks/learning/out")
    parser.add_argument("--texts", type=Path, default=Path(), help="where tinyshakespeare.txt and kjv.txt are")
    parser.add_argument("--photographs", type=Path, help="a folder with train and valid in it")
    parser.add_argument("--test", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--most-minutes", type=float, default=1e9, help="leaves out trainings of more")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        for training in TRAININGS:
            print(f"{training.name:32}{training.minutes:6} min  {training.wanted}")
        return
    options.out.mkdir(parents=True, exist_ok=True)
    cut(options.texts, options.out)
    link = options.out / "photographs"
    if options.photographs and not link.exists():
        link.symlink_to(options.photographs.resolve(), target_is_directory=True)
    tests = {name: Path(path) for name, _, path in (given.partition("=") for given in options.test)}
    for training in TRAININGS:
        path = options.out / f"{training.name}.report.json"
        if options.only not in training.name or training.minutes > options.most_minutes or path.exists():
            continue
        if training.name.startswith("photographs") and not link.exists():
            continue
        path.write_text(json.dumps(run(training, options.out, tests), indent=1))
        (options.out / "table.md").write_text(table(options.out))
        print(table(options.out).splitlines()[-1], flush=True)
    sys.stdout.write(table(options.out))


if __name__ == "__main__":
    main()
