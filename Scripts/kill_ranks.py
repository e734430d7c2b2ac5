"""Kills ranks of trainings at random moments and compares what they leave with one left alone; see kill-ranks.sh."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from kill_and_resume import COSINE, PROGRAM, differing, results, train, write_configuration, write_data

LAUNCHER = os.environ["MPIRUN"].split()
STEPS = ["--checkpoint-every", "3", "--keep", "2"]
# Seconds in which all ranks have ended after one was killed.
LONGEST = 20


def launched(ranks, arguments):
    return [*LAUNCHER, "-np", str(ranks), PROGRAM, "train", *arguments]


def ranks_of(out):
    """The processes of the ranks that train to a folder."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if words[0] == PROGRAM.encode() and out.encode() in words:
                found.append(int(name))
    return found


def kill(command, out, seconds, rng):
    """Starts a training and kills one of its ranks after a time; when, in words, or None where it had ended before."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    ranks = ranks_of(out)
    if not ranks or process.poll() is not None:
        process.wait()
        return None
    try:
        os.kill(rng.choice(ranks), signal.SIGKILL)
    except ProcessLookupError:
        process.wait()
        return None
    try:
        status = process.wait(LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        sys.exit(f"error: {' '.join(command)}: not ended {LONGEST} s after a rank was killed")
    return f"at {seconds:.1f} s" if status != 0 else None


def main(runs, seed):
    rng = random.Random(seed)
    same = kills = 0
    with tempfile.TemporaryDirectory() as work:
        write_data(f"{work}/data", random.Random(1))
        write_configuration(f"{work}/configuration.json", {"learningRate": COSINE})
        # Pictures of sizes of their own, augmented, and the published task; 4 shards each.
        kinds = {
            "pictures": [f"{work}/data", "--config", f"{work}/configuration.json", "--shards", "4", *STEPS],
            "diagonal": "diagonal --size 8 --hidden 8 --batch 12 --steps 300 --shards 4".split() + STEPS,
        }
        whole = {}
        for run in range(runs):
            kind = list(kinds)[run % 2]
            if kind not in whole:
                out = f"{work}/whole-{kind}"
                train(launched(4, [*kinds[kind], "--out", out]))
                # With kernels compiled, the time that a moment is drawn from.
                seconds = train(launched(4, [*kinds[kind], "--out", out, "--overwrite"]))
                whole[kind] = (seconds, compared(out))
            seconds, expected = whole[kind]
            out = f"{work}/run{run}"
            arguments = [*kinds[kind], "--out", out, "--resume", "auto"]
            # Four ranks or two go on, by turns of two.
            others = 2 if run // 2 % 2 else 4
            ends = []
            while not ends:
                shutil.rmtree(out, ignore_errors=True)
                tries = [kill(launched(ranks, arguments), out, rng.random() * seconds, rng) for ranks in (4, others)]
                ends = [end for end in tries if end]
            train(launched(others, arguments))
            found = compared(out)
            different = differing(expected, found)
            same += not different
            kills += len(ends)
            verdict = f"{' '.join(different)} differ" if different else "same"
            print(f"{run + 1}: {kind}, 4 ranks to {others}, killed {', '.join(ends)}: {verdict}", flush=True)
    print(f"{same} of {runs}, killed {kills} times")
    return same == runs


def compared(out):
    """What a training left, by file: bytes, or figures without times. Of the published task the model and what was logged."""
    if os.path.exists(f"{out}/config.json"):
        return results(out)
    found = {}
    for name in ("model.safetensors", "metrics.jsonl"):
        with open(f"{out}/{name}", "rb") as file:
            found[name] = file.read()
    return found


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]), int(os.environ.get("SEED", "1"))) else 1)
