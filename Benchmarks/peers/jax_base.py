"""A layer in JAX around a scan of one direction."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from peers.jax_grid import flipped
from peers.peer import GRADIENTS, Peer
from peers.problem import Problem


class JaxPeer(Peer):
    """Both passes under one jit each; subclasses say how one direction is scanned."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.workload = problem.workload
        self.arguments = tuple(jnp.asarray(getattr(problem, name)) for name in GRADIENTS)
        self.output_gradient = jnp.asarray(problem.output_gradient)
        self._forward = jax.jit(self.layer)
        self._training = jax.jit(self.layer_and_gradients)

    @abstractmethod
    def scan(self, sites: Array, weight_ih: Array, weight_hh: Array, bias: Array) -> Array:
        """One direction over `[E1, .., EN, B, I]`, to `[E1, .., EN, B, H]`; the weights are those of one set."""

    def layer(self, x: Array, weight_ih: Array, weight_hh: Array, bias: Array) -> Array:
        """`[B, E1, .., EN, I]` to `[B, E1, .., EN, D*H]`."""
        outputs = []
        for index, direction in enumerate(self.workload.directions):
            backward = self.problem.backward_axes(direction)
            sites = jnp.moveaxis(flipped(x, backward), 0, self.workload.axes)
            hidden = self.scan(sites, weight_ih[index], weight_hh[index], bias[index])
            outputs.append(flipped(jnp.moveaxis(hidden, self.workload.axes, 0), backward))
        return jnp.concatenate(outputs, -1)

    def layer_and_gradients(self, output_gradient: Array, *arguments: Array) -> tuple[Array, tuple[Array, ...]]:
        """The output, and dL/d of every argument of `layer`."""
        output, pull_back = jax.vjp(self.layer, *arguments)
        return output, pull_back(output_gradient)

    def forward(self) -> Any:
        return jax.block_until_ready(self._forward(*self.arguments))

    def training(self) -> Any:
        return jax.block_until_ready(self._training(self.output_gradient, *self.arguments))
