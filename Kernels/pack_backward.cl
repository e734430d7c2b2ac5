// Lays out the transposed recurrent weights for the backward product.
//
//   weight_hh    [S, N, G*H, H]           in, at its offset in the buffer of all parameters
//   packed       [S, HP/W, N*G*HP, W]     out; W is V for fused_backward, HP for the batched product
//
// ND-range: S * HP/W * N*G*HP work-items, the last fastest.
// Host: MDLSTMOpenCL/Recurrent/PackWeights.swift. Test: LayerParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void pack_backward(const int sets, const int hidden_size, const int padded_size, const int width,
                          const int weight_hh, const __global real *restrict parameters,
                          __global real *restrict packed) {
  const int blocks = padded_size / width;
  const int depth = AXES * GATES * padded_size;
  const int item = (int)get_global_id(0);
  if (item >= sets * blocks * depth) return;
  const int unit = item % padded_size;
  const int y = item / padded_size % GATES;
  const int axis = item / padded_size / GATES % AXES;
  const int block = item / depth % blocks;
  const int set = item / depth / blocks;

  const int row = ((set * AXES + axis) * GATES + y) * hidden_size + unit;
  const __global real *source = parameters + weight_hh + at(row, hidden_size) + block * width;
  __global real *target = packed + at(item, width);
  for (int v = 0; v < width; v++)
    target[v] = unit < hidden_size && block * width + v < hidden_size ? source[v] : (real)0;
}
