// One wavefront backward, everything in one kernel: gather from the successors, products, gate gradients.
//
// Buffers as in backward_tile.cl. `first` is the wavefront's first row, `rows` those of each set.
// ND-range: (HP/V * ceil(rows / ROWS), S) work-items, the block of units fastest; each computes one tile.
// Host: MDLSTMOpenCL/Recurrent/RecurrentBackward.swift. Test: LayerParityTests.

#ifdef LINT
#include "backward_tile.cl"
#endif

KERNEL void fused_backward(const int first, const int rows, const int hidden_size, const int padded_size,
                           const int output_stride, const int set_stride, const __global real *restrict dy,
                           const __global real *restrict packed, const __global real *restrict peepholes,
                           const __global int *restrict sites, const __global int *restrict predecessors,
                           const __global int *restrict successors, const __global real *restrict c,
                           __global real *gates, __global real *handed) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int start = item / blocks * ROWS;
  if (start >= rows) return;

  int row[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) row[r] = first + set * rows + min(start + r, rows - 1);
  backward_tile(row, rows - start, set, item % blocks, hidden_size, padded_size, output_stride, set_stride, dy,
                packed, peepholes, sites, predecessors, successors, c, gates, handed);
}
