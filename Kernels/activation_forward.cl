// Sigmoid, tanh or relu of every element: y = phi(x).
//
//   x            [count]                  in
//   y            [count]                  out
//
// ND-range: ceil(count / V) work-items.
// Host: MDLSTMOpenCL/Model/Stages/ActivationStage.swift. Reference: MDLSTM/Reference/Models/ActivationReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

// 0 sigmoid, 1 tanh, 2 relu.
#ifndef ACTIVATION
#define ACTIVATION 0
#endif

KERNEL void activation_forward(const int count, const __global real *restrict x, __global real *restrict y) {
  const int first = (int)get_global_id(0) * V;
  if (first >= count) return;
  const vec value = load_tail(x + first, count - first);
#if ACTIVATION == 0
  store_tail(sigmoid(value), y + first, count - first);
#elif ACTIVATION == 2
  store_tail(SELECT_VEC(value, (vec)0, value < (vec)0), y + first, count - first);
#else
  store_tail(hyperbolic_tangent(value), y + first, count - first);
#endif
}
