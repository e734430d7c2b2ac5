// Gradient through sigmoid, tanh or relu, from its output: dx = dy * y (1 - y), dy * (1 - y^2), or dy where y > 0.
//
//   y            [count]                  in, the output of activation_forward
//   dy           [count]                  in
//   dx           [count]                  out
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

KERNEL void activation_backward(const int count, const __global real *restrict y, const __global real *restrict dy,
                                __global real *restrict dx) {
  const int first = (int)get_global_id(0) * V;
  if (first >= count) return;
  const vec value = load_tail(y + first, count - first);
  const vec gradient = load_tail(dy + first, count - first);
#if ACTIVATION == 0
  store_tail(gradient * value * ((real)1 - value), dx + first, count - first);
#elif ACTIVATION == 2
  store_tail(SELECT_VEC((vec)0, gradient, value > (vec)0), dx + first, count - first);
#else
  store_tail(gradient * ((real)1 - value * value), dx + first, count - first);
#endif
}
