// Adds partial sums in order and drops the padding: target[offset + r, j] = sum over chunks of partial[chunk, r, j].
//
//   partial      [chunks, rows, padded]   in
//   target       [rows, count]            out, from element `offset`
//
// ND-range: rows work-items.
// Host: MDLSTMOpenCL/Recurrent/WeightGradient.swift. Test: LayerParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void sum_chunks(const int chunks, const int rows, const int count, const int padded, const int offset,
                       const __global real *restrict partial, __global real *restrict target) {
  const int row = (int)get_global_id(0);
  if (row >= rows) return;
  for (int j = 0; j < count; j++) {
    real sum = 0;
    for (int p = 0; p < chunks; p++) sum += partial[at(p * rows + row, padded) + j];
    target[offset + at(row, count) + j] = sum;
  }
}
