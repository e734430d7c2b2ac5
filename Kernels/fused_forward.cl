// One wavefront forward, everything in one kernel: gather of the predecessors' h, products, gates, cell update.
//
// In a `grid`, the axes at `positions` positions from `first_position` on: those with priority need a launch of their
// own, after the others. In a layer norm the rows are finished by norm_forward.cl.
// Buffers as in forward_tile.cl. `first` is the wavefront's first row, `rows` those of each direction, `first_set` the
// parameter set of the first direction.
// ND-range: (positions * HP/V * ceil(rows / ROWS), directions) work-items; each computes one tile.
// Host: MDLSTMOpenCL/Recurrent/Ways/Fused.swift. Test: LayerParityTests.

#ifdef LINT
#include "forward_tile.cl"
#endif

KERNEL void fused_forward(const int first, const int rows, const int first_set, const int first_position,
                          const int positions, const int input_size, const int padded_size,
                          const __global real *restrict x, const __global real *restrict packed, FORWARD_STATE) {
  const int blocks = padded_size / V, tiles = tile_count(rows);
  const int item = (int)get_global_id(0);
  const int direction = (int)get_global_id(1);
  const int tile = item / TILE_STEP(blocks) % tiles, block = item / BLOCK_STEP(tiles) % blocks;
  const int position = item / (blocks * tiles);
  if (position >= positions) return;

  const int start = tile_start(tile, tiles, rows), count = tile_start(tile + 1, tiles, rows) - start;
  int row[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) row[r] = first + direction * rows + start + r;
  forward_tile(row, count, direction, first_set + direction, first_position + position, block, input_size, padded_size,
               x, packed, FORWARD_STATE_OF);
}
