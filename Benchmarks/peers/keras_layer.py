"""The layer in Keras on TensorFlow: a loop over the wavefronts of a skewed grid, compiled by XLA."""

from __future__ import annotations

import os
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import tensorflow as tf

from peers.peer import Peer
from peers.problem import PARAMETERS, Problem
from peers.tensorflow_grid import gate, predecessors, rows_times, skewed, unskewed


class GridLSTMLayer(keras.layers.Layer):
    """`[B, E1, .., EN, I]` to `[B, E1, .., EN, D*H]`, with the weights of a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem
        for name, value in problem.parameters().items():
            setattr(self, name, self.add_weight(shape=value.shape, name=name))
        self.set_weights(list(problem.parameters().values()))

    def call(self, x: tf.Tensor) -> tf.Tensor:
        axes = self.problem.workload.axes
        to_front, to_back = [*range(1, axes + 1), 0, axes + 1], [axes, *range(axes), axes + 1]
        outputs = []
        for index, direction in enumerate(self.problem.workload.directions):
            backward = self.problem.backward_axes(direction)
            hidden = self.scan(tf.transpose(tf.reverse(x, backward), to_front), index)
            outputs.append(tf.reverse(tf.transpose(hidden, to_back), backward))
        return tf.concat(outputs, -1)

    def scan(self, sites: tf.Tensor, index: int) -> tf.Tensor:
        """One direction over `[E1, .., EN, B, I]`, to `[E1, .., EN, B, H]`."""
        axes, hidden_size = self.problem.workload.axes, self.problem.workload.hidden_size
        wavefronts = skewed(tf.concat([sites, tf.ones_like(sites[..., :1])], -1), axes)
        recurrent = tf.unstack(tf.transpose(self.weight_hh[index], (0, 2, 1)))
        weights = tf.concat([tf.transpose(self.weight_ih[index]), self.bias[index, None], *recurrent], 0)
        count, *row_shape, _ = wavefronts.shape

        def step(d: tf.Tensor, h: tf.Tensor, c: tf.Tensor, hidden: tf.TensorArray) -> tuple[Any, ...]:
            a = rows_times(tf.concat([wavefronts[d], *predecessors(h, axes)], -1), weights)
            c_new = tf.sigmoid(gate(a, 0, hidden_size)) * tf.tanh(gate(a, axes + 1, hidden_size))
            for axis, c_before in enumerate(predecessors(c, axes)):
                c_new += tf.sigmoid(gate(a, axis + 1, hidden_size)) * c_before
            h_new = tf.sigmoid(gate(a, axes + 2, hidden_size)) * tf.tanh(c_new)
            return d + 1, h_new, c_new, hidden.write(d, h_new)

        zeros = tf.zeros((*row_shape, hidden_size))
        stack = tf.TensorArray(tf.float32, count, element_shape=zeros.shape)
        *_, stack = tf.while_loop(
            lambda d, *_: d < count, step, (0, zeros, zeros, stack), maximum_iterations=count, parallel_iterations=1
        )
        return unskewed(stack.stack(), axes)


class KerasGridLayer(Peer):
    """Both passes as functions compiled by XLA; gradients by a tape."""

    def __init__(self, problem: Problem) -> None:
        self.grid = GridLSTMLayer(problem)
        self.input, self.output_gradient = tf.constant(problem.input), tf.constant(problem.output_gradient)
        self._forward = tf.function(self.grid, jit_compile=True)
        self._training = tf.function(self.output_and_gradients, jit_compile=True)

    def output_and_gradients(self, x: tf.Tensor, output_gradient: tf.Tensor) -> tuple[Any, Any]:
        """The output, and dL/d of the input and all weights."""
        with tf.GradientTape() as tape:
            tape.watch(x)
            output = self.grid(x)
        by = (x, *(getattr(self.grid, name).value for name in PARAMETERS))
        return output, tape.gradient(output, by, output_gradient)

    def forward(self) -> Any:
        return finished(self._forward(self.input))

    def training(self) -> Any:
        return finished(self._training(self.input, self.output_gradient))


def finished(tensors: Any) -> Any:
    """After TensorFlow has computed them; reading one on the host waits, and shares its memory."""
    for tensor in tf.nest.flatten(tensors):
        tensor.numpy()
    return tensors
