// Gradients of the peepholes of the `graves` cell, summed over the rows of each chunk.
//
//   dP_i  = sum_p da_i  * sum_k c_(p-k)
//   dP_fk = sum_p da_fk * c_(p-k)
//   dP_o  = sum_p da_o  * c_p
//
//   order        [S, R/S]                 in, the rows of each set
//   predecessors [R, N]                   in
//   c            [R + 1 + Q, HP]          in
//   gates        [R + 1, G, HP]           in, da
//   partial      [chunks, S, N+2, HP]     out; sum_chunks adds the chunks
//
// ND-range: (HP/V * chunks, S) work-items, the block of units fastest.
// Host: MDLSTMOpenCL/Recurrent/WeightGradient.swift. Test: LayerParityTests.

#ifdef LINT
#include "graves_forward.cl"
#endif

KERNEL void graves_peephole_gradient(const int rows_per_set, const int rows_per_chunk, const int chunks,
                                     const int padded_size, const __global int *restrict order,
                                     const __global int *restrict predecessors, const __global real *restrict c,
                                     const __global real *restrict gates, __global real *restrict partial) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int block = item % blocks;
  const int chunk = item / blocks;
  if (chunk >= chunks) return;

  vec sum[PEEP_VECTORS];
#pragma unroll
  for (int y = 0; y < PEEP_VECTORS; y++) sum[y] = (vec)0;
  const int last = min((chunk + 1) * rows_per_chunk, rows_per_set);
  for (int q = chunk * rows_per_chunk; q < last; q++) {
    const int row = order[at(set, rows_per_set) + q];
    const __global real *da = gates + at(row, GATES * padded_size) + block * V;
    const vec input = LOAD(da + GATE_I * padded_size);
#pragma unroll
    for (int k = 0; k < AXES; k++) {
      const vec previous = LOAD(c + at(predecessors[row * AXES + k], padded_size) + block * V);
      sum[PEEP_I] += input * previous;
      sum[PEEP_F + k] += LOAD(da + (GATE_F + k) * padded_size) * previous;
    }
    sum[PEEP_O] += LOAD(da + GATE_O * padded_size) * LOAD(c + at(row, padded_size) + block * V);
  }
  const int target = (chunk * (int)get_global_size(1) + set) * PEEP_VECTORS;
#pragma unroll
  for (int y = 0; y < PEEP_VECTORS; y++) STORE(sum[y], partial + at(target + y, padded_size) + block * V);
}
