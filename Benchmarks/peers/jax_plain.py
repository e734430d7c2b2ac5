"""The layer in JAX as one would first write it well."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array, lax

from peers.jax_base import JaxPeer
from peers.jax_grid import gate, predecessors, rows_times, skewed, unskewed

State = tuple[Array, Array]


class PlainJaxLayer(JaxPeer):
    """One scan over the wavefronts of a skewed grid, input products before it, one product a wavefront."""

    def scan(self, sites: Array, weight_ih: Array, weight_hh: Array, bias: Array) -> Array:
        axes, hidden_size = self.workload.axes, self.workload.hidden_size
        # Zeros outside the grid keep h and c there at zero: g = tanh(0).
        projected = skewed(rows_times(sites, weight_ih.T) + bias, axes)
        recurrent = jnp.concatenate([matrix.T for matrix in weight_hh])

        def step(state: State, pre_activations: Array) -> tuple[State, Array]:
            h, c = state
            before = jnp.concatenate(predecessors(h, axes), -1)
            a = pre_activations + rows_times(before, recurrent)
            c_new = jax.nn.sigmoid(gate(a, 0, hidden_size)) * jnp.tanh(gate(a, axes + 1, hidden_size))
            for axis, c_before in enumerate(predecessors(c, axes)):
                c_new += jax.nn.sigmoid(gate(a, axis + 1, hidden_size)) * c_before
            h_new = jax.nn.sigmoid(gate(a, axes + 2, hidden_size)) * jnp.tanh(c_new)
            return (h_new, c_new), h_new

        zeros = jnp.zeros((*projected.shape[1:-1], hidden_size), projected.dtype)
        _, hidden = lax.scan(step, (zeros, zeros), projected)
        return unskewed(hidden, axes)
