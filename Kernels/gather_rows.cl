// Gathers rows by index: out[r] = sum over t of in[index[r, t]]. A negative index counts as a row of zeros.
//
//   index        [rows, terms]            in
//   source       [.., source_stride]      in, from element `offset` of each row
//   target       [rows, width]            out
//
// Serves the output of a layer (terms = 1 to concatenate the directions, D to sum them), the final states, and the
// windows of patches and convolutions in both directions. Terms are added in order. V divides the width.
// ND-range: ITEMS work-items for each row.
// Host: MDLSTMOpenCL/Recurrent/Rows/GatherRows.swift. Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

// How many rows after the one that is gathered lies the one that is asked for.
#define AHEAD 16

KERNEL void gather_rows(const int rows, const int terms, const int width, const int source_stride,
                        const int offset, const __global int *restrict index,
                        const __global real *restrict source,
                        __global real *restrict target) {
  const int row = shared_row();
  if (row >= rows) return;
  const __global int *from = index + at(row, terms);
  if (ASKS && row + AHEAD < rows) {
    const __global int *next = from + AHEAD * terms;
    for (int t = 0; t < terms; t++)
      if (next[t] >= 0) ask_for(source + offset + at(next[t], source_stride), width);
  }
  __global real *out = target + at(row, width);
  for (int j = place_in_row() * V; j < width; j += ITEMS * V) {
    vec sum = (vec)0;
    for (int t = 0; t < terms; t++)
      if (from[t] >= 0) sum += LOAD_ANYWHERE(source + offset + at(from[t], source_stride) + j);
    STORE(sum, out + j);
  }
}
