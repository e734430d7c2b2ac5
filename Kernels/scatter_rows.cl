// Puts rows where a table says, or adds them to what is there: out[places[r]] = in[r] or += in[r]; a row with a negative
// place goes nowhere.
//
//   places       [rows]                   in, no place twice
//   source       [rows, width]            in
//   target       [.., target_stride]      out, from element `offset` of each row
//
// Takes the results of a band of a grid to where those of the whole grid are. V divides the width.
// ND-range: ITEMS work-items for each row.
// Host: MDLSTMOpenCL/Recurrent/Rows/GatherRows.swift. Test: RecomputeTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void scatter_rows(const int rows, const int width, const int target_stride, const int offset, const int adding,
                         const __global int *restrict places, const __global real *restrict source,
                         __global real *restrict target) {
  const int row = shared_row();
  if (row >= rows || places[row] < 0) return;
  const __global real *in = source + at(row, width);
  __global real *out = target + offset + at(places[row], target_stride);
  for (int j = place_in_row() * V; j < width; j += ITEMS * V) {
    const vec value = adding ? LOAD_ANYWHERE(out + j) + LOAD_ANYWHERE(in + j) : LOAD_ANYWHERE(in + j);
    STORE_UNALIGNED(value, out + j);
  }
}
