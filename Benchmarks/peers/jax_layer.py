"""The layer in JAX, as fast as we could make it; methodology.md says what was tried."""

from __future__ import annotations

from functools import partial

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from peers.jax_base import JaxPeer
from peers.jax_grid import gate, predecessors, rows_times, skewed, unskewed

State = tuple[Array, Array]
Window = tuple[tuple[int, int], ...]

# More cost more to compile than they save; fewer wavefronts than four to a segment save nothing.
SEGMENTS = 16
SHORTEST_SEGMENT = 4


class JaxLayer(JaxPeer):
    """Scans over segments of the wavefronts, each over only the rows of sites that its wavefronts meet."""

    def scan(self, sites: Array, weight_ih: Array, weight_hh: Array, bias: Array) -> Array:
        axes = self.workload.axes
        ones = jnp.ones((*sites.shape[:-1], 1), sites.dtype)
        wavefronts = skewed(jnp.concatenate([sites, ones], -1), axes)
        matrices = [weight_ih.T, bias[None], *(matrix.T for matrix in weight_hh)]
        weights = jnp.concatenate(matrices) * self.gate_scale()

        count = wavefronts.shape[0]
        length = max(SHORTEST_SEGMENT, -(-count // SEGMENTS)) if axes > 1 else count
        hidden: list[Array] = []
        window = self.window(0, length)
        state = self.initial(window)
        for start in range(0, count, length):
            previous, window = window, self.window(start, min(start + length, count))
            rows = wavefronts[(slice(start, start + length), *(slice(*bounds) for bounds in window))]
            state = moved(state, previous, window)
            state, outputs = lax.scan(partial(self.step, weights), state, rows)
            around = [(first, extent - end) for (first, end), extent in zip(window, self.workload.extents)]
            hidden.append(jnp.pad(outputs, [(0, 0), *around, (0, 0), (0, 0)]))
        return unskewed(jnp.concatenate(hidden), axes)

    def gate_scale(self) -> Array:
        """sigma(a) = (1 + tanh(a / 2)) / 2: with halved weights, one tanh serves all gates but for that."""
        scale = np.full((self.workload.gates, self.workload.hidden_size), 0.5, np.float32)
        scale[self.workload.axes + 1] = 1
        return jnp.asarray(scale.reshape(-1))

    def window(self, start: int, end: int) -> Window:
        """The coordinates along each axis but the last that wavefronts start..<end meet, and those just before."""
        bounds = []
        for extent in self.workload.extents[:-1]:
            reach = self.workload.wavefronts - extent
            bounds.append((max(0, start - reach - 1), min(extent, end)))
        return tuple(bounds)

    def initial(self, window: Window) -> State:
        """Zero states."""
        rows = (end - start for start, end in window)
        zeros = jnp.zeros((*rows, self.workload.batch, self.workload.hidden_size))
        return zeros, zeros

    def step(self, weights: Array, state: State, row: Array) -> tuple[State, Array]:
        """One wavefront: input, bias and recurrence in one product."""
        axes, hidden_size = self.workload.axes, self.workload.hidden_size
        h, c = state
        a = rows_times(jnp.concatenate([row, *predecessors(h, axes)], -1), weights)
        # XLA vectorises a loop with one tanh, but not one with all that follows: the barriers keep them apart.
        activated = lax.optimization_barrier(jnp.tanh(a))

        def sigma(slot: int) -> Array:
            return 0.5 * gate(activated, slot, hidden_size) + 0.5

        c_new = sigma(0) * gate(activated, axes + 1, hidden_size)
        for axis, c_before in enumerate(predecessors(c, axes)):
            c_new += sigma(axis + 1) * c_before
        c_new = lax.optimization_barrier(c_new)
        h_new = sigma(axes + 2) * jnp.tanh(c_new)
        return (h_new, c_new), h_new


def moved(state: State, previous: Window, window: Window) -> State:
    """The states of one window in the next: coordinates that are over fall out, new ones start at zero."""
    kept = tuple(slice(new[0] - old[0], None) for old, new in zip(previous, window))
    added = [(0, new[1] - old[1]) for old, new in zip(previous, window)]
    h, c = (jnp.pad(values[kept], [*added, (0, 0), (0, 0)]) for values in state)
    return h, c
