// Lays out the transposed recurrent weights for the backward product.
//
//   parameters                                in: the tensors of weight_layout.cl at their offsets
//   packed       [S, N', HP/W, C, A*G*HP, W]  out; W is V for tiles, HP for the batched product
//
// A block has C components, vectors of h, each with the gates it leads to: axis by axis (A = N), or in a grid, where
// h_k is multiplied along axis k alone, those of all positions (A = 1, N' components one by one).
// ND-range: S * N' * HP/W * C * A*G*HP work-items, the last fastest.
// Host: MDLSTMOpenCL/Recurrent/PackWeights.swift. Test: LayerParityTests.

#ifdef LINT
#include "weight_layout.cl"
#endif

KERNEL void pack_backward(const int sets, const int hidden_size, const int padded_size, const int width,
                          const int weight_hh, const int weight_more, const __global real *restrict parameters,
                          __global real *restrict packed) {
  const int blocks = padded_size / width;
  const int depth = CELL_AXES * GATES * padded_size;
  const int item = (int)get_global_id(0);
  if (item >= sets * POSITIONS * blocks * COMPONENTS * depth) return;
  const int unit = item % padded_size;
  const int gate = item / padded_size % GATES;
  const int axis = item / padded_size / GATES % CELL_AXES;
  const int component = item / depth % COMPONENTS;
  const int block = item / depth / COMPONENTS % blocks;
  const int set = item / depth / COMPONENTS / blocks / POSITIONS;

#if GRID
  const int t = axis_at(item / depth / COMPONENTS / blocks % POSITIONS);
#else
  const int t = axis * FEEDBACK + component;
#endif
  const unit_weights w = recurrent_weights(set, gate / CELL_GATES, gate % CELL_GATES, t, 0, hidden_size, weight_hh,
                                           weight_more);
  __global real *target = packed + at(item, width);
  for (int v = 0; v < width; v++) {
    const int column = block * width + v;
    target[v] = w.first >= 0 && unit < hidden_size && column < hidden_size
                    ? parameters[w.first + at(unit, w.stride) + column]
                    : (real)0;
  }
}
