// Stochastic gradient descent with momentum: m = momentum m + g, p = p - rate m.
//
//   gradients    [count]                  in
//   scalars      [3]                      in, from finish_step
//   parameters, moments [count]           in and out
//
// ND-range: count work-items, for the elements from `first` on.
// Host: MDLSTMOpenCL/Training/OptimizerState.swift. Reference: MDLSTM/Reference/Models/OptimizerReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "clipping.cl"
#endif

KERNEL void sgd(const int first, const int count, const real norm_limit, const real value_limit, const real rate,
                const real momentum, const __global real *restrict gradients, const __global real *restrict scalars,
                __global real *restrict parameters, __global real *restrict moments) {
  const int index = first + (int)get_global_id(0);
  if (index >= first + count || !step_is_finite(scalars)) return;
  const real gradient = clipped(gradients[index], scalars, norm_limit, value_limit);
  const real moment = momentum * moments[index] + gradient;
  moments[index] = moment;
  parameters[index] -= rate * moment;
}
