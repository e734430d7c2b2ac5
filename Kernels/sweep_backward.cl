// Many wavefronts backward in one launch: each work-item walks the wavefronts of its own samples, block of sites and
// direction, the last first.
//
// Arguments as in sweep_forward.cl, buffers as in backward_tile.cl.
// ND-range: `count` work-items, those of a stage from `first` on. They share nothing, so nothing has to wait.
// Host: MDLSTMOpenCL/Recurrent/Ways/Sweep.swift. Test: LayerParityTests.

#ifdef LINT
#include "backward_tile.cl"
#endif

KERNEL void sweep_backward(const int first, const int count, const int directions,
                           const __global int *restrict items, const __global int *restrict starts,
                           const __global int *restrict sets, const __global int *restrict rows,
                           const int hidden_size, const int padded_size, const int output_stride,
                           const int direction_stride, const __global real *restrict dy,
                           const __global real *restrict packed, BACKWARD_STATE) {
#if NORM
  SHARED real sums[ITEMS];
#endif
  if ((int)get_global_id(0) >= count) return;
  const int spans = padded_size / (V * SPAN);
  const __global int *item = items + 3 * (first + (int)get_global_id(0));
  const int direction = item[2];
  for (int w = item[1] - 1; w >= item[0]; w--) {
    const __global int *own = rows + starts[w];
    const int size = starts[w + 1] - starts[w], tiles = tile_count(size), set = sets[w];
    // Tile after tile of one span of units, so that its weights stay in cache.
    for (int part = POSITIONS * spans - 1; part >= 0; part--) {
      for (int tile = 0; tile < tiles; tile++) {
        const int start = tile_start(tile, tiles, size), height = tile_start(tile + 1, tiles, size) - start;
        int row[ROWS];
        for (int r = 0; r < height; r++) row[r] = own[start + r];
        backward_tile(row, height, direction, set, part / spans, part % spans * SPAN, hidden_size, padded_size,
                      output_stride, direction_stride, dy, packed, BACKWARD_STATE_OF);
      }
    }
#if NORM
    for (int r = 0; r < size; r++)
      finish_row_backward(own[r], set, directions, hidden_size, padded_size, sums, BACKWARD_STATE_OF);
#endif
  }
}
