// Adds partial sums in order and drops the padding, for some of the vectors of every set.
//
//   partial      [chunks, S, Q, padded]   in; vectors first .. first + count - 1 of each set are taken
//   target       [S, count, size]         out, from element `offset`
//
// ND-range: S * count work-items.
// Host: MDLSTMOpenCL/Recurrent/VectorGradient.swift. Test: LayerParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void sum_chunks(const int chunks, const int sets, const int vectors, const int first, const int count,
                       const int size, const int padded, const int offset, const __global real *restrict partial,
                       __global real *restrict target) {
  const int row = (int)get_global_id(0);
  if (row >= sets * count) return;
  const int vector = row / count * vectors + first + row % count;
  for (int j = 0; j < size; j++) {
    real sum = 0;
    for (int p = 0; p < chunks; p++) sum += partial[at(p * sets * vectors + vector, padded) + j];
    target[offset + at(row, size) + j] = sum;
  }
}
