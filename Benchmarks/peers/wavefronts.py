"""Sites in the order of their wavefronts, for versions that gather."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Wavefronts:
    """A grid's sites by wavefront, so that each wavefront is one slab.

    order: the site at each place; place: the place of each site; sizes: sites of each wavefront;
    predecessors: for each wavefront `[sites, N]`, places within the wavefront before, or its size where there is none.
    """

    order: Indices
    place: Indices
    sizes: list[int]
    predecessors: list[Indices]

    @staticmethod
    def of(extents: tuple[int, ...]) -> Wavefronts:
        """All sites of a grid, scanned forwards."""
        count = math.prod(extents)
        coordinates = np.stack(np.unravel_index(np.arange(count), extents), 1)
        number = coordinates.sum(1)
        order = np.argsort(number, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(count)
        sizes = np.bincount(number)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        strides = np.array([math.prod(extents[axis + 1 :]) for axis in range(len(extents))])

        predecessors = []
        for wavefront, size in enumerate(sizes):
            sites = order[starts[wavefront] : starts[wavefront] + size]
            before, outside = (starts[wavefront - 1], sizes[wavefront - 1]) if wavefront else (0, 0)
            inside = coordinates[sites] > 0
            source = np.where(inside, sites[:, None] - strides, 0)
            predecessors.append(np.where(inside, place[source] - before, outside))
        return Wavefronts(order, place, sizes.tolist(), predecessors)

    def rows(self, batch: int) -> list[Indices]:
        """The predecessors of rows of (site, sample): `[sites * B * N]` for each wavefront, axes innermost."""
        samples = np.arange(batch)[:, None]
        indices = []
        outside = 0
        for sites, size in zip(self.predecessors, self.sizes):
            rows = np.where(sites[:, None, :] < outside, sites[:, None, :] * batch + samples, outside * batch)
            indices.append(rows.reshape(-1))
            outside = size
        return indices
