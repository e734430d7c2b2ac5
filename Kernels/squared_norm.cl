// Sums of squares of parts of a buffer: partial[p] = sum of x^2 over part p. finish_step adds them.
//
//   x            [count]                  in
//   partial      [parts]                  out
//
// ND-range: parts work-items, `per_part` elements each, in order.
// Host: MDLSTMOpenCL/Training/LossKernels.swift. Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void squared_norm(const int count, const int per_part, const __global real *restrict x,
                         __global real *restrict partial) {
  const int part = (int)get_global_id(0);
  const int first = part * per_part;
  if (first >= count) return;
  real sum = 0;
  for (int index = first; index < min(first + per_part, count); index++) sum += x[index] * x[index];
  partial[part] = sum;
}
