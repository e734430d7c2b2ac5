"""The layer in PyTorch: a loop over wavefronts of just their own rows, eager and compiled."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import pad

from peers.device import peer_device
from peers.peer import GRADIENTS, Peer
from peers.problem import Problem
from peers.wavefronts import Wavefronts

# Unrolled, so many wavefronts take about a minute to compile.
UNROLLED_FORWARD = 64
UNROLLED_TRAINING = 16


def prepare_torch() -> None:
    """PyTorch takes physical cores alone where it can tell, and on a GPU less than float32 in cuDNN."""
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False


def on_device(values: NDArray[Any]) -> Tensor:
    """A tensor of them on the peers' device."""
    return torch.from_numpy(values).to(peer_device())


def finish() -> None:
    """Waits for the device."""
    if peer_device() == "cuda":
        torch.cuda.synchronize()


class TorchPeer(Peer):
    """Gradients by autograd; subclasses say what `layer` computes."""

    def __init__(self, problem: Problem) -> None:
        prepare_torch()
        self.problem = problem
        self.arguments = [on_device(getattr(problem, name)) for name in GRADIENTS]
        self.differentiable = [argument.clone().requires_grad_() for argument in self.arguments]
        self.output_gradient = on_device(problem.output_gradient)

    def layer(self, *arguments: Tensor) -> Tensor:
        """The output from input, weight_ih, weight_hh and bias."""
        raise NotImplementedError

    def layer_in_training(self, *arguments: Tensor) -> Tensor:
        """The same, where a version differs if gradients are to follow."""
        return self.layer(*arguments)

    def forward(self) -> Any:
        with torch.inference_mode():
            output = self.layer(*self.arguments)
        finish()
        return output

    def training(self) -> Any:
        output = self.layer_in_training(*self.differentiable)
        gradients = torch.autograd.grad(output, self.differentiable, self.output_gradient)
        finish()
        return output.detach(), gradients


class EagerTorchLayer(TorchPeer):
    """Per wavefront: one gather of h, one product with the addition, one gather of c, and the cell."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        w = problem.workload
        grid = Wavefronts.of(w.extents)
        self.order, self.place = on_device(grid.order), on_device(grid.place)
        self.sizes = [size * w.batch for size in grid.sizes]
        self.rows = [on_device(rows) for rows in grid.rows(w.batch)]
        self.axes, self.hidden_size = w.axes, w.hidden_size
        self.cell: Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]] = self.graves_cell

    def layer(self, *arguments: Tensor) -> Tensor:
        x, weight_ih, weight_hh, bias = arguments
        outputs = []
        for index, direction in enumerate(self.problem.workload.directions):
            backward = self.problem.backward_axes(direction)
            hidden = self.scan(x.flip(backward), weight_ih[index], weight_hh[index], bias[index])
            outputs.append(hidden.flip(backward))
        return outputs[0] if len(outputs) == 1 else torch.cat(outputs, -1)

    def scan(self, x: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias: Tensor) -> Tensor:
        """One direction, from `[B, E1, .., EN, I]` to `[B, E1, .., EN, H]`."""
        batch, *extents, input_size = x.shape
        sites = x.reshape(batch, -1, input_size).transpose(0, 1)[self.order]
        projected = torch.addmm(bias, sites.reshape(-1, input_size), weight_ih.T).split(self.sizes)
        recurrent = weight_hh.transpose(1, 2).reshape(self.axes * self.hidden_size, -1)
        # The last row of both is zero and stands for what is outside the grid.
        h = c = x.new_zeros(1, self.hidden_size)
        hidden = []
        for pre_activations, rows in zip(projected, self.rows):
            before = h.index_select(0, rows).view(-1, self.axes * self.hidden_size)
            h, c = self.cell(torch.addmm(pre_activations, before, recurrent), c, rows)
            hidden.append(h[:-1])
        output = torch.cat(hidden).view(-1, batch, self.hidden_size)[self.place]
        return output.transpose(0, 1).reshape(batch, *extents, self.hidden_size)

    def graves_cell(self, a: Tensor, c: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
        """h and c of a wavefront with a row of zeros after them, from its pre-activations `[rows, G*H]`."""
        axes, size = self.axes, self.hidden_size
        before = c.index_select(0, rows).view(-1, axes, size)
        sigma = torch.sigmoid(a)
        forget = sigma[:, size : (axes + 1) * size].view(-1, axes, size)
        g = torch.tanh(a[:, (axes + 1) * size : (axes + 2) * size])
        c = sigma[:, :size] * g + (forget * before).sum(1)
        h = sigma[:, (axes + 2) * size :] * torch.tanh(c)
        return pad(h, (0, 0, 0, 1)), pad(c, (0, 0, 0, 1))


class CompiledTorchLayer(TorchPeer):
    """torch.compile: of the whole loop unrolled where that compiles in time, else of the cell for any size."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        unrolled = torch.compile(EagerTorchLayer(problem).layer, dynamic=False)
        loop = EagerTorchLayer(problem)
        loop.cell = torch.compile(loop.graves_cell, dynamic=True)
        wavefronts = problem.workload.timed_wavefronts
        # On a GPU the unrolled loop takes minutes to compile, whatever its length.
        unrolls = peer_device() == "cpu"
        self.fastest = unrolled if unrolls and wavefronts <= UNROLLED_FORWARD else loop.layer
        self.fastest_in_training = unrolled if unrolls and wavefronts <= UNROLLED_TRAINING else loop.layer

    def layer(self, *arguments: Tensor) -> Tensor:
        return self.fastest(*arguments)

    def layer_in_training(self, *arguments: Tensor) -> Tensor:
        return self.fastest_in_training(*arguments)
