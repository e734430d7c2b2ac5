"""Inputs and weights that every side computes with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peers.workload import Workload

Array = NDArray[np.float32]

PARAMETERS = ("weight_ih", "weight_hh", "bias")


@dataclass(frozen=True)
class Problem:
    """A workload with its numbers, in float32 and in the layouts of a layer file.

    input `[B, E1, .., EN, I]`, output_gradient `[B, E1, .., EN, D*H]`, weight_ih `[S, G*H, I]`,
    weight_hh `[S, N, G*H, H]`, bias `[S, G*H]`.
    """

    workload: Workload
    input: Array
    output_gradient: Array
    weight_ih: Array
    weight_hh: Array
    bias: Array

    @staticmethod
    def make(workload: Workload, seed: int = 1) -> Problem:
        """Normal inputs, weights uniform within 1/sqrt(H), biases zero but the forget gates'."""
        random = np.random.default_rng(seed)
        w = workload
        width = w.gates * w.hidden_size
        count = len(w.directions)

        def normal(*shape: int) -> Array:
            return random.standard_normal(shape, np.float32)

        def uniform(*shape: int) -> Array:
            return random.uniform(-1, 1, shape).astype(np.float32) / np.float32(w.hidden_size**0.5)

        bias = np.zeros((count, width), np.float32)
        bias[:, w.hidden_size : (w.axes + 1) * w.hidden_size] = w.forget_bias
        return Problem(
            workload=w,
            input=normal(w.batch, *w.extents, w.input_size),
            output_gradient=normal(w.batch, *w.extents, count * w.hidden_size),
            weight_ih=uniform(count, width, w.input_size),
            weight_hh=uniform(count, w.axes, width, w.hidden_size),
            bias=bias,
        )

    def parameters(self) -> dict[str, Array]:
        """The tensors of the layer file by name."""
        return {name: getattr(self, name) for name in PARAMETERS}

    def backward_axes(self, direction: str) -> tuple[int, ...]:
        """The axes of the input, from 1, that the direction walks backwards."""
        return tuple(axis + 1 for axis, sign in enumerate(direction) if sign == "-")
