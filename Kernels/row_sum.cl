// Sums vectors over the rows of each chunk: gradients of peepholes, gains and shifts from what every row adds to them.
//
//   order        [S, R/S]                 in, the rows of each set
//   rows         [R, Q, HP]               in
//   partial      [chunks, S, Q, HP]       out; sum_partials adds the chunks
//
// ND-range: (HP/V * Q * chunks, S) work-items, the block of units fastest.
// Host: MDLSTMOpenCL/Recurrent/WeightGradient.swift. Test: LayerParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void row_sum(const int rows_per_set, const int rows_per_chunk, const int chunks, const int vectors,
                    const int padded_size, const __global int *restrict order, const __global real *restrict rows,
                    __global real *restrict partial) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int column = item % blocks * V;
  const int vector = item / blocks % vectors;
  const int chunk = item / blocks / vectors;
  if (chunk >= chunks) return;

  vec sum = (vec)0;
  const int last = min((chunk + 1) * rows_per_chunk, rows_per_set);
  for (int q = chunk * rows_per_chunk; q < last; q++) {
    const int row = order[at(set, rows_per_set) + q];
    sum += LOAD(rows + at(row * vectors + vector, padded_size) + column);
  }
  const int target = (chunk * (int)get_global_size(1) + set) * vectors + vector;
  STORE(sum, partial + at(target, padded_size) + column);
}
