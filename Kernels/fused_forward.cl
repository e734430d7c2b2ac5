// One wavefront forward, everything in one kernel: gather of the predecessors' h, products, gates, cell update.
//
// Buffers as in forward_tile.cl. `first` is the wavefront's first row, `rows` those of each set.
// ND-range: (HP/V * ceil(rows / ROWS), S) work-items, the block of units fastest; each computes one tile.
// Host: MDLSTMOpenCL/Recurrent/RecurrentForward.swift. Test: LayerParityTests.

#ifdef LINT
#include "forward_tile.cl"
#endif

KERNEL void fused_forward(const int first, const int rows, const int input_size, const int padded_size,
                          const __global real *restrict x, const __global real *restrict packed,
                          const __global real *restrict peepholes, const __global int *restrict sites,
                          const __global int *restrict predecessors, __global real *h, __global real *c,
                          __global real *restrict gates) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int start = item / blocks * ROWS;
  if (start >= rows) return;

  int row[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) row[r] = first + set * rows + min(start + r, rows - 1);
  forward_tile(row, rows - start, set, item % blocks, input_size, padded_size, x, packed, peepholes, sites,
               predecessors, h, c, gates);
}
