// All wavefronts forward in one launch: samples and directions do not depend on one another, so each work-item walks
// all wavefronts of its own samples in one direction.
//
//   rows         [R]                      in, by direction, group of samples and wavefront
//   starts       [directions, groups, D + 1]  in, first entry of each wavefront in `rows` and the end of the last
//   the rest as in forward_tile.cl
//
// Wavefront d uses the parameter set d / per_depth * directions + direction.
// ND-range: (groups, directions) work-items. They share nothing, so nothing has to wait.
// Host: MDLSTMOpenCL/Recurrent/RecurrentForward.swift. Test: LayerParityTests.

#ifdef LINT
#include "forward_tile.cl"
#endif

KERNEL void sweep_forward(const int groups, const int wavefronts, const int per_depth, const int input_size,
                          const int hidden_size, const int padded_size, const __global int *restrict rows,
                          const __global int *restrict starts, const __global real *restrict x,
                          const __global real *restrict packed, FORWARD_STATE) {
  const int group = (int)get_global_id(0);
  const int direction = (int)get_global_id(1);
  const int directions = (int)get_global_size(1);
  if (group >= groups) return;
  const __global int *own = starts + at(direction * groups + group, wavefronts + 1);
  for (int d = 0; d < wavefronts; d++) {
    const __global int *row_of = rows + own[d];
    const int count = own[d + 1] - own[d], tiles = (count + ROWS - 1) / ROWS;
    const int set = d / per_depth * directions + direction;
    // Tile after tile of one block of units, so that its weights stay in cache.
    for (int part = 0; part < POSITIONS * (padded_size / V); part++) {
      for (int tile = 0; tile < tiles; tile++) {
        const int start = part_start(count, tiles, tile), size = part_start(count, tiles, tile + 1) - start;
        int row[ROWS];
        for (int r = 0; r < size; r++) row[r] = row_of[start + r];
        forward_tile(row, size, direction, set, part / (padded_size / V), part % (padded_size / V), input_size,
                     padded_size, x, packed, FORWARD_STATE_OF);
      }
    }
#if NORM
    for (int r = 0; r < count; r++)
      finish_row(row_of[r], set, directions, hidden_size, padded_size, FORWARD_STATE_OF);
#endif
  }
}
