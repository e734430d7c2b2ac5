// Sums of squares of parts of a buffer: partial[p] = sum of x^2 over part p. finish_step adds them.
//
//   x            [count]                  in
//   partial      [parts]                  out
//
// ND-range: ITEMS work-items for each part of `per_part` elements, which are added in order, each item's first.
// Host: MDLSTMOpenCL/Training/LossKernels.swift. Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void squared_norm(const int count, const int per_part, const __global real *restrict x,
                         __global real *restrict partial) {
  SHARED real sums[ITEMS];
  const int part = shared_row(), item = place_in_row();
  const int first = part * per_part, last = min(first + per_part, count);
  if (first >= count) return;
  real sum = 0;
  for (int index = first + item; index < last; index += ITEMS) sum += x[index] * x[index];
  sum = sum_of_items(sum, sums);
  if (item == 0) partial[part] = sum;
}
