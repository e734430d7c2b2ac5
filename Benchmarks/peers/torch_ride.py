"""A spatial LSTM image density (RIDE) in PyTorch, and the plain mixture: whitening, a spatial layer or none, MCGSM.

Sites lie in the order of their diagonals, so that a diagonal is a slab `[sites * B, ..]` and its predecessors are two
slices of the slab before it. H units, K components, S scales, F features.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from peers.wavefronts import Wavefronts

NEIGHBOURHOOD, SIDE, LARGEST_SCALE = 9, 32, 12.0
MARGIN = NEIGHBOURHOOD // 2
Scan = Callable[[Tensor, Tensor, Tensor, list[int], int], Tensor]
Head = Callable[..., Tensor]


class Ride(nn.Module):
    """From pixels `[B, SIDE + MARGIN, SIDE + 2 * MARGIN]` to nats of the sites, whitened values of them."""

    def __init__(self, tensors: dict[str, Tensor], batch: int, scan: Scan, head: Head) -> None:
        super().__init__()
        self.scan, self.head, self.batch = scan, head, batch
        self.own = nn.ParameterDict(
            {
                name.replace(".", "_"): nn.Parameter(tensor.clone())
                for name, tensor in tensors.items()
                if not name.startswith("whitening.") and name != "head.cholesky"
            }
        )
        self.whiten(tensors)
        self.log_factor = tensors["head.cholesky"].flatten().abs().log()[:, None]
        grid = Wavefronts.of((SIDE, SIDE))
        self.sizes = grid.sizes
        order = torch.from_numpy(grid.order)
        self.rows = (order[:, None] + SIDE * SIDE * torch.arange(batch)).flatten()
        self.place = torch.from_numpy(grid.place)

    def whiten(self, tensors: dict[str, Tensor]) -> None:
        """The map from a window of pixels to u and v, made in float64."""
        names = ("input_mean", "input_whitening", "output_mean", "output_whitening", "predictor")
        mx, wx, my, wy, p = (tensors[f"whitening.{name}"].double() for name in names)
        inputs = len(mx)
        matrix = torch.zeros(inputs + 1, inputs + 1, dtype=torch.float64)
        matrix[:inputs, :inputs], matrix[inputs:, :inputs], matrix[inputs:, inputs:] = wx, -wy @ p @ wx, wy
        self.center = my.item()
        self.whitening = matrix.T.float().contiguous()
        self.offset = (matrix @ (my - torch.cat([mx, my]))).float()
        self.log_jacobian = wy.abs().log().item()
        self.inputs = inputs

    def forward(self, pixels: Tensor) -> Tensor:
        """log p(v | h, u) `[sites * B]`, by diagonals."""
        windows = pixels.unfold(1, MARGIN + 1, 1).unfold(2, NEIGHBOURHOOD, 1).reshape(len(self.rows), -1)
        sites = windows[:, : self.inputs + 1].index_select(0, self.rows)
        uv = torch.addmm(self.offset, sites, self.whitening)
        u, v = uv[:, : self.inputs], uv[:, self.inputs]
        own: dict[str, Tensor] = dict(self.own.items())
        seen = torch.cat([own["head_features"].T, own["head_predictors"].squeeze(1)])
        if "layers_0_bias" in own:
            size = own["layers_0_weight_hh"].shape[-1]
            projected = torch.addmm(own["layers_0_bias"][0], u, own["layers_0_weight_ih"][0].T)
            above, left = own["layers_0_weight_hh"][0]
            h = self.scan(projected, above, left, self.sizes, self.batch)
            seen_h, seen_u = seen[:, :size], seen[:, size:]
            z = torch.addmm(seen_u @ u.T, seen_h, h.T)
        else:
            z = seen @ u.T
        return self.head(
            z, v, own["head_priors"], own["head_scales"], own["head_weights"], own["head_means"], self.log_factor
        )

    def pixel_nats(self, pixels: Tensor) -> Tensor:
        """log p of every pixel that has one, `[B, SIDE, SIDE]`."""
        nats = self(pixels - self.center) + self.log_jacobian
        return nats.view(-1, self.batch)[self.place].T.reshape(self.batch, SIDE, SIDE)


def mixture(
    z: Tensor, v: Tensor, priors: Tensor, scales: Tensor, weights: Tensor, means: Tensor, log_factor: Tensor
) -> Tensor:
    """log p(v | h) `[sites]` of features and predictions z `[F + K, sites]`: sites innermost, all K * S at once."""
    filtered, predicted = z.split([weights.shape[1], weights.shape[0]])
    w = weights.square() @ filtered.square()
    q = (v - predicted - means).square() * (2 * log_factor).exp()
    alpha = scales.clamp(-LARGEST_SCALE, LARGEST_SCALE)
    precision = -0.5 * alpha.exp()
    gate = torch.addcmul(priors[:, :, None], precision[:, :, None], w[:, None])
    shift = 0.5 * (alpha - math.log(2 * math.pi)) + log_factor
    joint = torch.addcmul(gate + shift[:, :, None], precision[:, :, None], q[:, None])
    return joint.flatten(0, 1).logsumexp(0) - gate.flatten(0, 1).logsumexp(0)


def neighbours(slab: Tensor, size: int, rows: int) -> tuple[Tensor, Tensor]:
    """What is above and to the left of a diagonal of `size` rows, in the one before with `rows` zeros at both ends."""
    first = rows if slab.shape[0] - 2 * rows > size else 0
    return slab[first : first + size], slab[first + rows : first + rows + size]


def cell(a: Tensor, c: Tensor, rows: int) -> tuple[Tensor, Tensor]:
    """h and c of a diagonal from its pre-activations `[rows, 5 H]`, with rows of zeros around them."""
    above, left = neighbours(c, a.shape[0], rows)
    i, f1, f2, g, o = a.chunk(5, 1)
    kept = torch.sigmoid(f1) * above + torch.sigmoid(f2) * left
    c = torch.sigmoid(i) * torch.tanh(g) + 0.5 * kept
    h = torch.tanh(torch.sigmoid(o) * c)
    return pad(h, (0, 0, rows, rows)), pad(c, (0, 0, rows, rows))


class Autograd:
    """The layer as one writes it: one product a diagonal, gradients by autograd."""

    def __init__(self, step: Callable[[Tensor, Tensor, int], tuple[Tensor, Tensor]] = cell) -> None:
        self.cell = step

    def __call__(self, projected: Tensor, above: Tensor, left: Tensor, sizes: list[int], batch: int) -> Tensor:
        weights = torch.cat([above, left], 1).T
        h = c = projected.new_zeros(2 * batch, above.shape[1])
        hidden = []
        for a in projected.split([size * batch for size in sizes]):
            before = torch.cat(neighbours(h, a.shape[0], batch), 1)
            h, c = self.cell(torch.addmm(a, before, weights), c, batch)
            hidden.append(h[batch:-batch])
        return torch.cat(hidden)


class SpatialScan(torch.autograd.Function):
    """The same with gradients by hand: everything in place, and those of the weights as products over all sites."""

    @staticmethod
    def forward(ctx: Any, projected: Tensor, above: Tensor, left: Tensor, sizes: list[int], batch: int) -> Tensor:
        size = above.shape[1]
        ends = 2 * batch
        extents = [n * batch + ends for n in sizes]
        h, c = (projected.new_zeros(sum(extents), size).split(extents) for _ in range(2))
        # Nothing else reads the projection: the gates take its place.
        gates = projected.split([n * batch for n in sizes])
        for t, a in enumerate(gates):
            if t:
                h_above, h_left = neighbours(h[t - 1], len(a), batch)
                a.addmm_(h_above, above.T).addmm_(h_left, left.T)
            a[:, : 3 * size].sigmoid_()
            a[:, 3 * size : 4 * size].tanh_()
            a[:, 4 * size :].sigmoid_()
            i, f1, f2, g, o = a.chunk(5, 1)
            state, output = c[t][batch:-batch], h[t][batch:-batch]
            torch.mul(i, g, out=state)
            if t:
                c_above, c_left = neighbours(c[t - 1], len(a), batch)
                state.addcmul_(f1, c_above, value=0.5).addcmul_(f2, c_left, value=0.5)
            torch.mul(o, state, out=output)
            output.tanh_()
        ctx.save_for_backward(above, left)
        ctx.states = (h, c, gates, batch)
        return torch.cat([slab[batch:-batch] for slab in h])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        above, left = ctx.saved_tensors
        h, c, gates, batch = ctx.states
        ctx.states = None
        size = above.shape[1]
        lengths = [len(a) for a in gates]
        (output_gradient,) = gradients
        from_output = output_gradient.split(lengths)
        by_a = torch.empty(sum(lengths), 5 * size)
        slabs = by_a.split(lengths)
        dh, dc = (torch.zeros_like(h[-1]) for _ in range(2))
        for t in reversed(range(len(gates))):
            a, da = gates[t], slabs[t]
            i, f1, f2, g, o = a.chunk(5, 1)
            di, df1, df2, dg, do = da.chunk(5, 1)
            state, output = c[t][batch:-batch], h[t][batch:-batch]
            ds = torch.ops.aten.tanh_backward(dh[batch:-batch].add_(from_output[t]), output)
            own = dc[batch:-batch].addcmul_(ds, o)
            torch.mul(ds, state, out=do)
            torch.mul(own, g, out=di)
            torch.mul(own, i, out=dg)
            if t:
                half = 0.5 * own
                c_above, c_left = neighbours(c[t - 1], len(a), batch)
                torch.mul(half, c_above, out=df1)
                torch.mul(half, c_left, out=df2)
                dh, dc = (torch.zeros_like(h[t - 1]) for _ in range(2))
                dc_above, dc_left = neighbours(dc, len(a), batch)
                dc_above.addcmul_(half, f1)
                dc_left.addcmul_(half, f2)
            else:
                df1.zero_()
                df2.zero_()
            backward_of_sigmoid(da[:, : 3 * size], a[:, : 3 * size])
            torch.ops.aten.tanh_backward.grad_input(dg, g, grad_input=dg)
            backward_of_sigmoid(do, o)
            if t:
                dh_above, dh_left = neighbours(dh, len(a), batch)
                dh_above.addmm_(da, above)
                dh_left.addmm_(da, left)
        # Over all diagonals but the first, which has nothing before it.
        before = [neighbours(slab, length, batch) for slab, length in zip(h, lengths[1:])]
        later = by_a[lengths[0] :].T
        by_weights = [later @ torch.cat(slices) for slices in zip(*before)]
        return by_a, *by_weights, None, None


def backward_of_sigmoid(gradient: Tensor, output: Tensor) -> None:
    """In place."""
    torch.ops.aten.sigmoid_backward.grad_input(gradient, output, grad_input=gradient)


def by_hand(projected: Tensor, above: Tensor, left: Tensor, sizes: list[int], batch: int) -> Tensor:
    """The layer with gradients by hand."""
    hidden: Tensor = SpatialScan.apply(projected, above, left, sizes, batch)
    return hidden
