// Many wavefronts forward in one launch: each work-item walks the wavefronts of its own samples, block of sites and
// direction, which do not depend on those of the other items of a stage.
//
//   items        [items, 3]               in, first wavefront of each item, the end of its last, and its direction
//   starts       [W + 1]                  in, first entry of each wavefront in `rows`, and the end of the last
//   sets         [W]                      in, the parameter set of each wavefront
//   rows         [R]                      in, by item and wavefront
//   the rest as in forward_tile.cl
//
// ND-range: `count` work-items, those of a stage from `first` on. They share nothing, so nothing has to wait.
// Host: MDLSTMOpenCL/Recurrent/Ways/Sweep.swift. Test: LayerParityTests.

#ifdef LINT
#include "forward_tile.cl"
#endif

KERNEL void sweep_forward(const int first, const int count, const int directions, const int input_size,
                          const int hidden_size, const int padded_size, const __global int *restrict items,
                          const __global int *restrict starts, const __global int *restrict sets,
                          const __global int *restrict rows, const __global real *restrict x,
                          const __global real *restrict packed, FORWARD_STATE) {
#if NORM
  SHARED real sums[ITEMS];
#endif
  if ((int)get_global_id(0) >= count) return;
  const __global int *item = items + 3 * (first + (int)get_global_id(0));
  const int direction = item[2];
  for (int w = item[0]; w < item[1]; w++) {
    const __global int *own = rows + starts[w];
    const int size = starts[w + 1] - starts[w], tiles = tile_count(size), set = sets[w];
    // Tile after tile of one block of units, so that its weights stay in cache.
    for (int part = 0; part < POSITIONS * (padded_size / V); part++) {
      for (int tile = 0; tile < tiles; tile++) {
        const int start = tile_start(tile, tiles, size), height = tile_start(tile + 1, tiles, size) - start;
        int row[ROWS];
        for (int r = 0; r < height; r++) row[r] = own[start + r];
#if ASKS && !GRID
        // The inputs of the next tile, of this wavefront or the one after.
        if (part == 0) {
          const int end = min(start + 2 * height, starts[item[1]] - starts[w]);
          for (int r = start + height; r < end; r++) ask_for(x + at(sites[own[r]], input_size), input_size);
        }
#endif
        forward_tile(row, height, direction, set, part / (padded_size / V), part % (padded_size / V), input_size,
                     padded_size, x, packed, FORWARD_STATE_OF);
      }
    }
#if NORM
    for (int r = 0; r < size; r++)
      finish_row(own[r], set, directions, hidden_size, padded_size, sums, FORWARD_STATE_OF);
#endif
  }
}
