"""Skewed grids in TensorFlow, as in jax_grid.py."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf


def with_axes_first(values: tf.Tensor, first: int, second: int) -> tuple[tf.Tensor, list[int]]:
    """Two axes in front of the others, and the permutation that takes them back."""
    order = [first, second, *(axis for axis in range(values.shape.rank) if axis not in (first, second))]
    return tf.transpose(values, order), np.argsort(order).tolist()


def skewed(sites: tf.Tensor, axes: int) -> tf.Tensor:
    """`[E1, .., EN, ..]` to `[W, E1, .., E(N-1), ..]`, wavefront d at d."""
    for axis in range(axes - 1):
        moved, back = with_axes_first(sites, axis, axes - 1)
        rows, columns, *rest = moved.shape
        padded = tf.pad(moved, [(0, 0), (0, rows)] + [(0, 0)] * len(rest))
        width = columns + rows - 1
        flat = tf.reshape(padded, (rows * (columns + rows), *rest))[: rows * width]
        sites = tf.transpose(tf.reshape(flat, (rows, width, *rest)), back)
    return tf.transpose(sites, [axes - 1, *range(axes - 1), *range(axes, sites.shape.rank)])


def unskewed(wavefronts: tf.Tensor, axes: int) -> tf.Tensor:
    """The inverse of `skewed`."""
    sites = tf.transpose(wavefronts, [*range(1, axes), 0, *range(axes, wavefronts.shape.rank)])
    for axis in range(axes - 1):
        moved, back = with_axes_first(sites, axis, axes - 1)
        rows, width, *rest = moved.shape
        flat = tf.pad(tf.reshape(moved, (rows * width, *rest)), [(0, rows)] + [(0, 0)] * len(rest))
        cut = tf.reshape(flat, (rows, width + 1, *rest))[:, : width - rows + 1]
        sites = tf.transpose(cut, back)
    return sites


def predecessors(state: tf.Tensor, axes: int) -> list[tf.Tensor]:
    """The state one step back along each axis, from the wavefront before; zero outside."""
    shifted = []
    for axis in range(axes - 1):
        padding = [(0, 0)] * state.shape.rank
        padding[axis] = (1, 0)
        rows = [slice(None)] * axis + [slice(0, state.shape[axis])]
        shifted.append(tf.pad(state, padding)[tuple(rows)])
    return [*shifted, state]


def rows_times(rows: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """A matrix product over the last axis, all others taken as one."""
    flat = tf.reshape(rows, (math.prod(rows.shape[:-1]), rows.shape[-1]))
    return tf.reshape(flat @ weights, (*rows.shape[:-1], weights.shape[1]))


def gate(values: tf.Tensor, slot: int, hidden_size: int) -> tf.Tensor:
    """One gate of `[.., G*H]`."""
    return values[..., slot * hidden_size : (slot + 1) * hidden_size]
