// Adds the partial weight gradients in order and stores them in the layout of the parameters.
//
//   partial      [chunks, S, K, G*HP]     in, from weight_gradient or the batched product
//   weight_ih    [S, G*H, I]              out
//   weight_hh    [S, N, G*H, H]           out, unused when AXES is 0 (a dense layer)
//   bias         [S, G*H]                 out
//
// All gradients are in one buffer at the given offsets.
// ND-range: (K, S) work-items.
// Host: MDLSTMOpenCL/Recurrent/WeightGradient.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void unpack_gradient(const int sets, const int chunks, const int input_size, const int hidden_size,
                            const int padded_size, const int weight_ih, const int weight_hh, const int bias,
                            const __global real *restrict partial, __global real *restrict gradients) {
  const int depth = input_size + AXES * padded_size + 1;
  const int m = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  if (m >= depth) return;

  const int units = GATES * hidden_size;
  __global real *target = gradients + bias + at(set, units);
  int stride = 1;
  if (m < input_size) {
    target = gradients + weight_ih + at(set * units, input_size) + m;
    stride = input_size;
  } else if (m < depth - 1) {
    const int axis = (m - input_size) / padded_size;
    const int column = (m - input_size) % padded_size;
    if (column >= hidden_size) return;
    target = gradients + weight_hh + at((set * AXES + axis) * units, hidden_size) + column;
    stride = hidden_size;
  }
  for (int y = 0; y < GATES; y++) {
    for (int j = 0; j < hidden_size; j++) {
      real sum = 0;
      for (int p = 0; p < chunks; p++)
        sum += partial[at((p * sets + set) * depth + m, GATES * padded_size) + y * padded_size + j];
      target[at(y * hidden_size + j, stride)] = sum;
    }
  }
}
