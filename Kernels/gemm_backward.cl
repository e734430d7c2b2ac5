// Gate gradients of one wavefront from the finished products of its successors: the `gemm` way.
//
//   product      [directions, rows, C, HP] in, from the batched product
//   the rest as in backward_tile.cl
//
// ND-range: (HP/V * rows, directions) work-items, the block of units fastest; each computes V units of one row.
// Host: MDLSTMOpenCL/Recurrent/Ways/Gemm.swift. Test: LayerParityTests.

#ifdef LINT
#include "backward_row.cl"
#include "output_gradient.cl"
#endif

KERNEL void gemm_backward(const int first, const int rows, const int first_set, const int position,
                          const int hidden_size, const int padded_size, const int output_stride,
                          const int direction_stride, const __global real *restrict dy,
                          const __global real *restrict product, BACKWARD_STATE) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int direction = (int)get_global_id(1);
  const int block = item % blocks;
  if (item / blocks >= rows) return;

  const int offset = direction * rows + item / blocks, row = first + offset;
  vec total[COMPONENTS];
#pragma unroll
  for (int q = 0; q < COMPONENTS; q++) {
    total[q] = LOAD(product + at(offset * COMPONENTS + q, padded_size) + block * V) +
               output_gradient(row, direction, position, q, block, hidden_size, output_stride, direction_stride, dy,
                               sites);
    if (returning) total[q] += returned_hidden(row, position, q, block * V, padded_size, leaving, returned);
  }
  backward_row(total, row, direction, first_set + direction, position, block, padded_size, BACKWARD_STATE_OF);
}
