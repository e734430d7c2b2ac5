"""torch.nn.LSTM, for layers over one axis."""

from __future__ import annotations

from typing import Any

import torch

from peers.device import peer_device
from peers.peer import Peer
from peers.problem import Problem
from peers.torch_layer import finish, on_device, prepare_torch


class TorchLSTM(Peer):
    """PyTorch's own kernels; a batch in front, as every side has it."""

    def __init__(self, problem: Problem) -> None:
        prepare_torch()
        w = problem.workload
        if w.directions != ("+",):
            raise ValueError(f"torch.nn.LSTM is compared over one axis, forwards; found {w}")
        self.module = torch.nn.LSTM(w.input_size, w.hidden_size, batch_first=True)
        self.module.load_state_dict(
            {
                "weight_ih_l0": torch.from_numpy(problem.weight_ih[0]),
                "weight_hh_l0": torch.from_numpy(problem.weight_hh[0, 0]),
                "bias_ih_l0": torch.from_numpy(problem.bias[0]),
                "bias_hh_l0": torch.zeros(4 * w.hidden_size),
            }
        )
        self.module.to(peer_device())
        self.input = on_device(problem.input)
        self.differentiable_input = self.input.clone().requires_grad_()
        self.output_gradient = on_device(problem.output_gradient)

    def forward(self) -> Any:
        with torch.inference_mode():
            output = self.module(self.input)[0]
        finish()
        return output

    def training(self) -> Any:
        output, _ = self.module(self.differentiable_input)
        by = [self.differentiable_input, *self.module.parameters()]
        x, weight_ih, weight_hh, bias, _ = torch.autograd.grad(output, by, self.output_gradient)
        finish()
        return output.detach(), (x, weight_ih[None], weight_hh[None, None], bias[None])
