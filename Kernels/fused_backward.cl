// One wavefront backward, everything in one kernel: gather from the successors, products, gate gradients.
//
// Arguments as in fused_forward.cl, but that the axes of a `grid` with priority come first; buffers as in
// backward_tile.cl. In a layer norm the rows are finished by norm_backward.cl.
// ND-range: (positions * HP/V * ceil(rows / ROWS), directions) work-items, the block of units fastest; each computes one
// tile.
// Host: MDLSTMOpenCL/Recurrent/RecurrentBackward.swift. Test: LayerParityTests.

#ifdef LINT
#include "backward_tile.cl"
#endif

KERNEL void fused_backward(const int first, const int rows, const int first_set, const int first_position,
                           const int positions, const int hidden_size, const int padded_size,
                           const int output_stride, const int direction_stride, const __global real *restrict dy,
                           const __global real *restrict packed, BACKWARD_STATE) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int direction = (int)get_global_id(1);
  const int position = item / blocks % positions;
  const int start = item / blocks / positions * ROWS;
  if (start >= rows) return;

  int row[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) row[r] = first + direction * rows + min(start + r, rows - 1);
  backward_tile(row, rows - start, direction, first_set + direction, first_position + position, item % blocks,
                hidden_size, padded_size, output_stride, direction_stride, dy, packed, BACKWARD_STATE_OF);
}
