"""Where the compilers are, and how a command is run."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path


class ToolError(Exception):
    """A command failed that has to succeed."""


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command with variables added to the environment, and keeps what it prints."""
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, env={**os.environ, **environment}, check=False)


def output_of(*command: object, **environment: str) -> str:
    """What a command prints, on either stream; an error where it fails."""
    done = run(*command, **environment)
    said = done.stdout + done.stderr
    if done.returncode != 0:
        shown = "\n".join(said.strip().splitlines()[:12])
        raise ToolError(f"expected {Path(str(command[0])).name} to succeed, it ended with {done.returncode}:\n{shown}")
    return said


def workers() -> ThreadPoolExecutor:
    """As many at a time as there are cores."""
    return ThreadPoolExecutor(os.cpu_count())


@dataclass(frozen=True)
class Tools:
    """The folders that Scripts/gpu-static.sh has filled."""

    cache: Path
    work: Path
    program: Path

    @property
    def layer(self) -> Path:
        return self.work / "gpu.so"

    @property
    def tracer(self) -> Path:
        return self.work / "trace.o"

    def nvidia(self, name: str) -> Path:
        return next(self.cache.glob(f"cuda/nvidia/*/bin/{name}"))

    def builtins(self, target: str) -> Path:
        """OpenCL's functions for a target, as LLVM has them."""
        return self.cache / "llvm" / "usr" / "lib" / "clc" / f"{target}.bc"

    def clang(self, *arguments: object) -> str:
        library = next((self.cache / "llvm" / "usr" / "lib").glob("*-linux-gnu"))
        compiler = next((self.cache / "llvm" / "usr" / "lib").glob("llvm-*/bin/clang"))
        return output_of(compiler, *arguments, LD_LIBRARY_PATH=str(library))
