"""Where peers compute: on the processor, or on a GPU through CUDA."""

from __future__ import annotations

import os

VARIABLE = "MDLSTM_PEER_DEVICE"


def peer_device() -> str:
    """`cpu` or `cuda`."""
    return os.environ.get(VARIABLE, "cpu")


def choose(device: str) -> None:
    """For this process and those it starts; before a framework is imported."""
    os.environ[VARIABLE] = device
    os.environ["JAX_PLATFORMS"] = device
    # XLA takes three quarters of a GPU's memory otherwise, and PyTorch needs some of it.
    os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"
    # Every peer has a process of its own already.
    os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
    # XLA's products on a GPU have less than float32 unless asked.
    os.environ["JAX_DEFAULT_MATMUL_PRECISION"] = "highest"
