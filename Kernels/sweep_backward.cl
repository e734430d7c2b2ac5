// All wavefronts backward in one launch: each work-item walks the wavefronts of its own samples in one direction, the
// last first.
//
//   rows         [R]                      in, by set, group of samples and wavefront
//   starts       [S, groups, D + 1]       in, first entry of each wavefront in `rows` and the end of the last
//   the rest as in backward_tile.cl
//
// ND-range: (groups, S) work-items. They share nothing, so nothing has to wait.
// Host: MDLSTMOpenCL/Recurrent/RecurrentBackward.swift. Test: LayerParityTests.

#ifdef LINT
#include "backward_tile.cl"
#endif

KERNEL void sweep_backward(const int groups, const int wavefronts, const int hidden_size, const int padded_size,
                           const int output_stride, const int set_stride, const __global int *restrict rows,
                           const __global int *restrict starts, const __global real *restrict dy,
                           const __global real *restrict packed, const __global real *restrict peepholes,
                           const __global int *restrict sites, const __global int *restrict predecessors,
                           const __global int *restrict successors, const __global real *restrict c,
                           __global real *gates, __global real *handed) {
  const int group = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  if (group >= groups) return;
  const __global int *own = starts + at(set * groups + group, wavefronts + 1);
  for (int d = wavefronts - 1; d >= 0; d--) {
    const int last = own[d + 1];
    for (int start = own[d]; start < last; start += ROWS) {
      int row[ROWS];
#pragma unroll
      for (int r = 0; r < ROWS; r++) row[r] = rows[min(start + r, last - 1)];
      for (int block = 0; block < padded_size / V; block++)
        backward_tile(row, last - start, set, block, hidden_size, padded_size, output_stride, set_stride, dy,
                      packed, peepholes, sites, predecessors, successors, c, gates, handed);
    }
  }
}
