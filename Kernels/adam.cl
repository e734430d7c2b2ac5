// Adam (Kingma and Ba 2015, arXiv 1412.6980):
//   m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
//   p = p - rate m / correction1 / (sqrt(v / correction2) + epsilon)
// with correction_i = 1 - beta_i^step from the host.
//
//   gradients    [count]                  in
//   scalars      [3]                      in, from finish_step
//   parameters, moments, squares [count]  in and out
//
// ND-range: count work-items, for the elements from `first` on.
// Host: MDLSTMOpenCL/Training/OptimizerState.swift. Reference: MDLSTM/Reference/Models/OptimizerReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "clipping.cl"
#endif

KERNEL void adam(const int first, const int count, const real norm_limit, const real value_limit, const real rate, const real beta1,
                 const real beta2, const real epsilon, const real correction1, const real correction2,
                 const __global real *restrict gradients, const __global real *restrict scalars,
                 __global real *restrict parameters, __global real *restrict moments,
                 __global real *restrict squares) {
  const int index = first + (int)get_global_id(0);
  if (index >= first + count || !step_is_finite(scalars)) return;
  const real gradient = clipped(gradients[index], scalars, norm_limit, value_limit);
  const real moment = beta1 * moments[index] + ((real)1 - beta1) * gradient;
  const real square = beta2 * squares[index] + ((real)1 - beta2) * gradient * gradient;
  moments[index] = moment;
  squares[index] = square;
  parameters[index] -= rate * (moment / correction1) / (sqrt(square / correction2) + epsilon);
}
