"""Kills trainings at random moments and compares what they leave with that of one left alone; see kill-and-resume.sh.

Needs nothing but Python: pictures with masks, of sizes of their own, are written here.
"""

import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

PROGRAM = os.environ["MDLSTM_EXECUTABLE"]
SIGNALS = [signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT]


def png(path, rows):
    """Writes gray rows of equal length as a PNG of 8 bits."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def write_data(folder, rng):
    """Noise whose mask says which of three grays a pixel is nearest, some of it ignored."""
    for index in range(24):
        height, width = rng.randint(7, 13), rng.randint(5, 17)
        rows = [[rng.randrange(256) for _ in range(width)] for _ in range(height)]
        masks = [[255 if rng.random() < 0.05 else value // 86 for value in row] for row in rows]
        png(f"{folder}/images/{index:02}.png", rows)
        png(f"{folder}/masks/{index:02}.png", masks)


MODEL = {
    "layers": [
        {"type": "recurrent", "cell": "stable", "hiddenSize": 5, "directions": "all"},
        {"type": "dense", "outputSize": "auto"},
    ]
}
PLATEAU = {"base": 0.01, "decay": "plateau", "factor": 0.5, "patience": 1}
COSINE = {"base": 0.01, "decay": "cosine", "warmup": 5}
AUGMENT = {"flip": True, "transpose": True, "shift": 2, "crop": 9, "contrast": 0.2, "noise": 0.02}

# Members of `training` and flags; every run does the same epochs.
KINDS = {
    "a checkpoint an epoch": ({"learningRate": PLATEAU, "patience": 6}, []),
    "a checkpoint every 3 steps": ({"learningRate": COSINE}, ["--checkpoint-every", "3", "--keep", "2"]),
    "the same by the config": ({"learningRate": COSINE, "checkpointEvery": 3, "keep": 2}, []),
    "an evaluation every second epoch": ({"learningRate": PLATEAU, "evaluateEvery": 2, "optimizer": {"kind": "rmsProp"}}, []),
}


def write_configuration(path, training):
    with open(path, "w") as file:
        json.dump(
            {
                "version": 1,
                "model": MODEL,
                "task": {"kind": "labelSites", "ignoreLabel": 255, "classWeights": "balanced"},
                "data": {"augment": AUGMENT},
                "training": {"epochs": 16, "batch": 4, "seed": 3} | training,
            },
            file,
        )


def without_times(value):
    """Figures without those that are times."""
    if isinstance(value, dict):
        times = {"seconds", "evaluationSeconds", "samplesPerSecond"}
        return {key: without_times(member) for key, member in value.items() if key not in times}
    return [without_times(member) for member in value] if isinstance(value, list) else value


def checkpoint(path):
    """The bytes of a checkpoint, the time in the history of its course aside."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    size = struct.unpack("<Q", data[:8])[0]
    first, _ = json.loads(data[8 : 8 + size])["history.course"]["data_offsets"]
    start = 8 + size + first + 2 * 8
    data[start : start + 8] = bytes(8)
    return bytes(data)


def results(folder):
    """What a training left, by file: bytes, or figures without times; of checkpoints the last, as a signal leaves one more."""
    found = {}
    names = sorted(os.listdir(folder))
    checkpoints = [name for name in names if name.startswith("checkpoint-")]
    found[checkpoints[-1]] = checkpoint(f"{folder}/{checkpoints[-1]}")
    for name in names:
        if name in checkpoints:
            continue
        path = f"{folder}/{name}"
        with open(path, "rb") as file:
            data = file.read()
        if name == "metrics.jsonl":
            found[name] = [without_times(json.loads(line)) for line in data.splitlines()]
        elif name == "metrics.csv":
            cells = [line.split(b",") for line in data.splitlines()]
            found[name] = [line[:2] + line[3:] for line in cells]
        elif name == "report.json":
            found[name] = without_times(json.loads(data))
        elif name != "curves.svg":
            found[name] = data
    return found


def command(data, configuration, out, flags):
    return [PROGRAM, "train", data, "--config", configuration, "--out", out, *flags]


def train(arguments):
    """Trains to the end; the seconds that it took."""
    start = time.monotonic()
    done = subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(arguments)}: exit {done.returncode}: {done.stderr[-800:]}")
    return time.monotonic() - start


def kill(arguments, seconds, number):
    """Starts a training and sends it a signal after a time; how it ended, in words, or None where it came too late."""
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(number)
    status = process.wait()
    if status == 0:
        return None
    # Before the program listens, a signal ends it as any other.
    isTold = status in (-number, 128 + number)
    return f"{signal.Signals(number).name} at {seconds:.2f} s" + ("" if isTold else f", exit {status}")


def differing(expected, found):
    """The files that two trainings have left unlike, or one of them alone."""
    return [name for name in sorted(expected.keys() | found.keys()) if expected.get(name) != found.get(name)]


def main(runs, seed):
    rng = random.Random(seed)
    same = kills = 0
    with tempfile.TemporaryDirectory() as work:
        write_data(f"{work}/data", random.Random(1))
        whole = {}
        for run in range(runs):
            kind = list(KINDS)[run % len(KINDS)]
            training, flags = KINDS[kind]
            configuration = f"{work}/{run % len(KINDS)}.json"
            if kind not in whole:
                write_configuration(configuration, training)
                out = f"{work}/whole{len(whole)}"
                train(command(f"{work}/data", configuration, out, flags))
                # With kernels compiled, the time that a moment is drawn from.
                seconds = train(command(f"{work}/data", configuration, out, [*flags, "--overwrite"]))
                whole[kind] = (seconds, results(out))
            seconds, expected = whole[kind]
            out = f"{work}/run{run}"
            arguments = command(f"{work}/data", configuration, out, [*flags, "--resume", "auto"])
            ends = []
            while not ends:
                shutil.rmtree(out, ignore_errors=True)
                moments = [(rng.random() * seconds, rng.choice(SIGNALS)) for _ in range(rng.randint(1, 3))]
                ends = [end for end in (kill(arguments, *moment) for moment in moments) if end]
            train(arguments)
            found = results(out)
            different = differing(expected, found)
            same += not different
            kills += len(ends)
            print(f"{run + 1}: {kind}; {', '.join(ends)}: {' '.join([*different, 'differ']) if different else 'same'}", flush=True)
    print(f"{same} of {runs}, killed {kills} times")
    return same == runs


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]), int(os.environ.get("SEED", "1"))) else 1)
