// All wavefronts forward in one launch: samples and directions do not depend on one another, so each work-item walks
// all wavefronts of its own samples in one direction.
//
//   rows         [R]                      in, by set, group of samples and wavefront
//   starts       [S, groups, D + 1]       in, first entry of each wavefront in `rows` and the end of the last
//   the rest as in forward_tile.cl
//
// ND-range: (groups, S) work-items. They share nothing, so nothing has to wait.
// Host: MDLSTMOpenCL/Recurrent/RecurrentForward.swift. Test: LayerParityTests.

#ifdef LINT
#include "forward_tile.cl"
#endif

KERNEL void sweep_forward(const int groups, const int wavefronts, const int input_size, const int padded_size,
                          const __global int *restrict rows, const __global int *restrict starts,
                          const __global real *restrict x, const __global real *restrict packed,
                          const __global real *restrict peepholes, const __global int *restrict sites,
                          const __global int *restrict predecessors, __global real *h, __global real *c,
                          __global real *restrict gates) {
  const int group = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  if (group >= groups) return;
  const __global int *own = starts + at(set * groups + group, wavefronts + 1);
  for (int d = 0; d < wavefronts; d++) {
    const int last = own[d + 1];
    for (int start = own[d]; start < last; start += ROWS) {
      int row[ROWS];
#pragma unroll
      for (int r = 0; r < ROWS; r++) row[r] = rows[min(start + r, last - 1)];
      for (int block = 0; block < padded_size / V; block++)
        forward_tile(row, last - start, set, block, input_size, padded_size, x, packed, peepholes, sites,
                     predecessors, h, c, gates);
    }
  }
}
