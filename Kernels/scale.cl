// Multiplies by a number: x = factor * x.
//
//   x            [count]                  in and out
//
// ND-range: count work-items.
// Host: MDLSTMOpenCL/Training/LossKernels.swift. Reference: MDLSTM/Reference/Models/ReferenceTrainer.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void scale(const int count, const real factor, __global real *restrict x) {
  const int index = (int)get_global_id(0);
  if (index < count) x[index] *= factor;
}
