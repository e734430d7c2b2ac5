// Lays out the weights of the forward product so that a work-item reads them in one stream.
//
//   parameters                            in: weight_ih [S, G*H, I], bias and the tensors of weight_layout.cl, at their
//                                         offsets; bias below 0 where there is none
//   packed       [S, N', HP/W, K, G', W]  out; N' positions of G' gates, K = I + T*HP + 1: input, the T sources' hidden
//                                         units, bias
//
// W is the width of a block: V for tiles, HP for the batched product, which then reads [S, N', K, G'*HP]. What has no
// weight (the padding of H to HP) is zero.
// ND-range: S * N' * HP/W * K work-items, K fastest.
// Host: MDLSTMOpenCL/Recurrent/PackWeights.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "weight_layout.cl"
#endif

KERNEL void pack_forward(const int sets, const int input_size, const int hidden_size, const int padded_size,
                         const int width, const int weight_ih, const int weight_hh, const int weight_more,
                         const int bias, const int bias_more, const __global real *restrict parameters,
                         __global real *restrict packed) {
  const int depth = input_size + SOURCES * padded_size + 1;
  const int blocks = padded_size / width;
  const int item = (int)get_global_id(0);
  if (item >= sets * POSITIONS * blocks * depth) return;
  const int m = item % depth;
  const int block = item / depth % blocks;
  const int position = item / depth / blocks % POSITIONS;
  const int set = item / depth / blocks / POSITIONS;

  __global real *target = packed + at(item, CELL_GATES * width);
  for (int y = 0; y < CELL_GATES; y++) {
    const unit_weights w = product_weights(set, position, y, m, input_size, hidden_size, padded_size, weight_ih,
                                           weight_hh, weight_more, bias, bias_more);
    for (int v = 0; v < width; v++) {
      const int j = block * width + v;
      target[y * width + v] = w.first >= 0 && j < hidden_size ? parameters[w.first + at(j, w.stride)] : (real)0;
    }
  }
}
