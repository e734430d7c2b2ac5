// Adds the partial weight gradients in order and stores them in the layout of the parameters.
//
//   partial      [chunks, S, N', K, G'*HP] in, from weight_gradient or the batched product
//   gradients                              out: weight_ih, bias and the tensors of weight_layout.cl at their offsets
//
// ND-range: (N' * K, S) work-items.
// Host: MDLSTMOpenCL/Recurrent/WeightGradient.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "weight_layout.cl"
#endif

KERNEL void unpack_gradient(const int sets, const int chunks, const int input_size, const int hidden_size,
                            const int padded_size, const int weight_ih, const int weight_hh, const int weight_more,
                            const int bias, const int bias_more, const __global real *restrict partial,
                            __global real *restrict gradients) {
  const int depth = input_size + SOURCES * padded_size + 1;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  if (item >= POSITIONS * depth) return;
  const int m = item % depth, position = item / depth;

  for (int y = 0; y < CELL_GATES; y++) {
    const unit_weights w = product_weights(set, position, y, m, input_size, hidden_size, padded_size, weight_ih,
                                           weight_hh, weight_more, bias, bias_more);
    if (w.first < 0) continue;
    for (int j = 0; j < hidden_size; j++) {
      real sum = 0;
      for (int p = 0; p < chunks; p++) {
        const int row = ((p * sets + set) * POSITIONS + position) * depth + m;
        sum += partial[at(row, CELL_GATES * padded_size) + y * padded_size + j];
      }
      gradients[w.first + at(j, w.stride)] = sum;
    }
  }
}
