// Gate gradients of one wavefront from the finished product sum_k U_k^T da_(p+k): the `gemm` way.
//
//   dh           [S, rows, HP]            in, from the batched product
//   the rest as in backward_tile.cl
//
// ND-range: (HP/V * rows, S) work-items, the block of units fastest; each computes V units of one row.
// Host: MDLSTMOpenCL/Recurrent/RecurrentBackward.swift. Test: LayerParityTests.

#ifdef LINT
#include "backward_row.cl"
#endif

KERNEL void gemm_backward(const int first, const int rows, const int hidden_size, const int padded_size,
                          const int output_stride, const int set_stride, const __global real *restrict dy,
                          const __global real *restrict dh, const __global real *restrict peepholes,
                          const __global int *restrict sites, const __global int *restrict predecessors,
                          const __global int *restrict successors, const __global real *restrict c,
                          __global real *gates, __global real *handed) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int block = item % blocks;
  const int local_row = item / blocks;
  if (local_row >= rows) return;

  const int offset = set * rows + local_row;
  const int row = first + offset;
  const long column = set * set_stride + block * V;
  const vec total =
      LOAD(dh + at(offset, padded_size) + block * V) +
      load_tail(dy + at(sites[row], output_stride) + column, hidden_size - block * V);
  const __global real *peephole = peepholes + at(set * PEEP_VECTORS, padded_size) + block * V;
  backward_row(row, padded_size, block, predecessors, successors, c, peephole, total, gates, handed);
}
