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
    try:
        return subprocess.run(words, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    except OSError as error:
        raise ToolError(f"expected to run {words[0]}, found: {error.strerror}") from error


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

    def _unpacked(self, pattern: str) -> Path:
        if path := next(self.cache.glob(pattern), None):
            return path
        raise ToolError(f"expected {pattern} in {self.cache}, found none; remove that folder, to have it filled again")

    def nvidia(self, name: str) -> Path:
        return self._unpacked(f"cuda/nvidia/*/bin/{name}")

    def builtins(self, target: str) -> Path:
        """OpenCL's functions for a target, as LLVM has them."""
        return self.cache / "llvm" / "usr" / "lib" / "clc" / f"{target}.bc"

    def clang(self, *arguments: object) -> str:
        library = self._unpacked("llvm/usr/lib/*-linux-gnu")
        compiler = self._unpacked("llvm/usr/lib/llvm-*/bin/clang")
        return output_of(compiler, *arguments, LD_LIBRARY_PATH=str(library))
