// Gathers gate gradients as an operand of a product.
//
// With FROM_SUCCESSORS: for rows start + set * set_stride + index, [da_(p+1) ; .. ; da_(p+N)] (zero row where none).
// Without: da of the row rows_of[start + set * set_stride + index].
//
//   index_table  [R + 1 + Q, N] successors, or [S, R/S] rows by set     in
//   gates        [R + 1, G*HP]                                         in
//   out          [sets, count, N*G*HP] or [sets, count, G*HP]          out
//
// ND-range: (count, sets) work-items.
// Host: MDLSTMOpenCL/Recurrent/RecurrentBackward.swift, WeightGradient.swift. Test: LayerParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef FROM_SUCCESSORS
#define FROM_SUCCESSORS 1
#endif
#if FROM_SUCCESSORS
#define PARTS AXES
#else
#define PARTS 1
#endif

KERNEL void gather_gates(const int start, const int count, const int set_stride, const int padded_size,
                         const __global int *restrict index_table, const __global real *restrict gates,
                         __global real *restrict out) {
  const int index = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  if (index >= count) return;
  const int width = GATES * padded_size;
  const int entry = start + set * set_stride + index;
  for (int k = 0; k < PARTS; k++) {
    const __global real *in = gates + at(index_table[entry * PARTS + k], width);
    __global real *target = out + at((set * count + index) * PARTS + k, width);
    for (int m = 0; m < width; m += V) STORE(LOAD(in + m), target + m);
  }
}
