// The scalars of one training step: what the optimizer looks at and the host reads.
//
//   scalars[0] = loss, scalars[1] = norm of all gradients, scalars[2] = mean squared error at the probed elements
//
//   losses       [loss_parts]             in
//   squares      [square_parts]           in, from squared_norm
//   y, target    [.., ..]                 in, the model's output and what it should be
//   probes       [probe_count]            in, elements of y to watch; scalars[2] is 0 without any
//   scalars      [3]                      out
//
// ND-range: one work-item. Sums run in order.
// Host: MDLSTMOpenCL/Training/LossKernels.swift. Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void finish_step(const int loss_parts, const int square_parts, const int probe_count,
                        const __global real *restrict losses, const __global real *restrict squares,
                        const __global real *restrict y, const __global real *restrict target,
                        const __global int *restrict probes, __global real *restrict scalars) {
  if (get_global_id(0) > 0) return;
  real loss = 0, square = 0, error = 0;
  for (int part = 0; part < loss_parts; part++) loss += losses[part];
  for (int part = 0; part < square_parts; part++) square += squares[part];
  for (int index = 0; index < probe_count; index++) {
    const real difference = y[probes[index]] - target[probes[index]];
    error += difference * difference;
  }
  scalars[0] = loss;
  scalars[1] = sqrt(square);
  scalars[2] = probe_count > 0 ? error / (real)probe_count : (real)0;
}
