"""What a side of the comparison must do, and where each is found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib import import_module
from typing import Any

import numpy as np

from peers.problem import PARAMETERS, Array, Problem

# A name for tables and charts, with the module and the class that compute it.
PEERS = {
    "jax": "jax_layer:JaxLayer",
    "jax-plain": "jax_plain:PlainJaxLayer",
    "torch-eager": "torch_layer:EagerTorchLayer",
    "torch-compile": "torch_layer:CompiledTorchLayer",
    "keras": "keras_layer:KerasGridLayer",
    "torch.nn.LSTM": "torch_lstm:TorchLSTM",
}

# What gradients are taken by, in the order in which `training` returns them.
GRADIENTS = ("input", *PARAMETERS)


class Peer(ABC):
    """One layer with its numbers on the framework's own device, ready to be timed.

    Both passes return only when the framework has finished, results in its own tensors.
    """

    @abstractmethod
    def __init__(self, problem: Problem) -> None: ...

    @abstractmethod
    def forward(self) -> Any:
        """The output `[B, E1, .., EN, D*H]`."""

    @abstractmethod
    def training(self) -> tuple[Any, tuple[Any, ...]]:
        """The output, and the gradients by input, weight_ih, weight_hh and bias, in their own shapes."""

    def results(self) -> dict[str, Array]:
        """Everything both passes compute, by name."""
        output, gradients = self.training()
        named = {"output": self.forward(), "output in training": output, **dict(zip(GRADIENTS, gradients, strict=True))}
        return {name: host_array(value) for name, value in named.items()}


def host_array(value: Any) -> Array:
    """A result in the host's memory: PyTorch does not copy from a GPU unasked."""
    return np.asarray(value.cpu() if hasattr(value, "cpu") else value)


def make_peer(name: str, problem: Problem) -> Peer:
    """Imports only the framework that is asked for: two in one process share and spoil their thread pools."""
    module, kind = PEERS[name].split(":")
    peer: Peer = getattr(import_module(f"peers.{module}"), kind)(problem)
    return peer


def peers_of(axes: int) -> list[str]:
    """The peers that can compute a layer over so many axes."""
    return [name for name in PEERS if axes == 1 or name != "torch.nn.LSTM"]
