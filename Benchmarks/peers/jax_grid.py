"""Skewed grids in JAX: what both JAX versions of the layer share."""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax import Array, lax


def skewed(sites: Array, axes: int) -> Array:
    """Moves every site along the last grid axis by the sum of its other coordinates.

    `[E1, .., EN, ..]` becomes `[W, E1, .., E(N-1), ..]`: entry d holds wavefront d, and zeros where a row of sites
    has not begun or is over. By padding and reshaping alone, with nothing gathered.
    """
    for axis in range(axes - 1):
        moved = jnp.moveaxis(sites, (axis, axes - 1), (0, 1))
        rows, columns, *rest = moved.shape
        padded = jnp.pad(moved, [(0, 0), (0, rows)] + [(0, 0)] * len(rest))
        width = columns + rows - 1
        flat = padded.reshape(rows * (columns + rows), *rest)[: rows * width]
        sites = jnp.moveaxis(flat.reshape(rows, width, *rest), (0, 1), (axis, axes - 1))
    return jnp.moveaxis(sites, axes - 1, 0)


def unskewed(wavefronts: Array, axes: int) -> Array:
    """The inverse of `skewed`."""
    sites = jnp.moveaxis(wavefronts, 0, axes - 1)
    for axis in range(axes - 1):
        moved = jnp.moveaxis(sites, (axis, axes - 1), (0, 1))
        rows, width, *rest = moved.shape
        flat = jnp.pad(moved.reshape(rows * width, *rest), [(0, rows)] + [(0, 0)] * len(rest))
        cut = flat.reshape(rows, width + 1, *rest)[:, : width - rows + 1]
        sites = jnp.moveaxis(cut, (0, 1), (axis, axes - 1))
    return sites


def predecessors(state: Array, axes: int) -> list[Array]:
    """The state one step back along each axis, from the wavefront before, `[E1, .., E(N-1), B, H]`; zero outside.

    Along the last axis that is the same entry: it moved by one with the wavefront.
    """
    shifted = []
    for axis in range(axes - 1):
        padding = [(0, 0)] * state.ndim
        padding[axis] = (1, 0)
        shifted.append(lax.slice_in_dim(jnp.pad(state, padding), 0, state.shape[axis], axis=axis))
    return [*shifted, state]


def rows_times(rows: Array, weights: Array) -> Array:
    """A matrix product over the last axis, all others taken as one."""
    flat = rows.reshape(math.prod(rows.shape[:-1]), rows.shape[-1])
    return (flat @ weights).reshape(*rows.shape[:-1], weights.shape[1])


def gate(values: Array, slot: int, hidden_size: int) -> Array:
    """One gate of `[.., G*H]`."""
    return values[..., slot * hidden_size : (slot + 1) * hidden_size]


def flipped(values: Array, axes: tuple[int, ...]) -> Array:
    """As the scan of a direction meets the sites."""
    return jnp.flip(values, axes) if axes else values
