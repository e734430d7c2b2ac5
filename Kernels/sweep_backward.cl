// All wavefronts backward in one launch: each work-item walks the wavefronts of its own samples in one direction, the
// last first.
//
// Arguments as in sweep_forward.cl, buffers as in backward_tile.cl.
// ND-range: (groups, directions) work-items. They share nothing, so nothing has to wait.
// Host: MDLSTMOpenCL/Recurrent/RecurrentBackward.swift. Test: LayerParityTests.

#ifdef LINT
#include "backward_tile.cl"
#endif

KERNEL void sweep_backward(const int groups, const int wavefronts, const int per_depth, const int hidden_size,
                           const int padded_size, const int output_stride, const int direction_stride,
                           const __global int *restrict rows, const __global int *restrict starts,
                           const __global real *restrict dy, const __global real *restrict packed, BACKWARD_STATE) {
  const int group = (int)get_global_id(0);
  const int direction = (int)get_global_id(1);
  const int directions = (int)get_global_size(1);
  if (group >= groups) return;
  const __global int *own = starts + at(direction * groups + group, wavefronts + 1);
  for (int d = wavefronts - 1; d >= 0; d--) {
    const int last = own[d + 1], set = d / per_depth * directions + direction;
    for (int start = own[d]; start < last; start += ROWS) {
      int row[ROWS];
#pragma unroll
      for (int r = 0; r < ROWS; r++) row[r] = rows[min(start + r, last - 1)];
      for (int position = POSITIONS - 1; position >= 0; position--) {
        for (int block = 0; block < padded_size / V; block++)
          backward_tile(row, last - start, direction, set, position, block, hidden_size, padded_size, output_stride,
                        direction_stride, dy, packed, BACKWARD_STATE_OF);
      }
#if NORM
      for (int r = 0; r < min(ROWS, last - start); r++)
        finish_row_backward(row[r], set, directions, hidden_size, padded_size, BACKWARD_STATE_OF);
#endif
    }
  }
}
