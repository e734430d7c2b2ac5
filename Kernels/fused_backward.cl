// One wavefront backward, everything in one kernel: gather from the successors, products, gate gradients.
//
// Arguments as in fused_forward.cl, but that the axes of a `grid` with priority come first; buffers as in
// backward_tile.cl. In a layer norm the rows are finished by norm_backward.cl.
// ND-range: (positions * HP/(V*SPAN) * ceil(rows / ROWS), directions) work-items; each computes one tile.
// Host: MDLSTMOpenCL/Recurrent/Ways/Fused.swift. Test: LayerParityTests.

#ifdef LINT
#include "backward_tile.cl"
#endif

KERNEL void fused_backward(const int first, const int rows, const int first_set, const int first_position,
                           const int positions, const int hidden_size, const int padded_size,
                           const int output_stride, const int direction_stride, const __global real *restrict dy,
                           const __global real *restrict packed, BACKWARD_STATE) {
  const int spans = padded_size / (V * SPAN), tiles = tile_count(rows);
  const int item = (int)get_global_id(0);
  const int direction = (int)get_global_id(1);
  const int tile = item / TILE_STEP(spans) % tiles, span = item / BLOCK_STEP(tiles) % spans;
  const int position = item / (spans * tiles);
  if (position >= positions) return;

  const int start = tile_start(tile, tiles, rows), count = tile_start(tile + 1, tiles, rows) - start;
  int row[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) row[r] = first + direction * rows + start + r;
  backward_tile(row, count, direction, first_set + direction, first_position + position, span * SPAN, hidden_size,
                padded_size, output_stride, direction_stride, dy, packed, BACKWARD_STATE_OF);
}
