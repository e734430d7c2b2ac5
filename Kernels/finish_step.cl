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
// ND-range: ITEMS work-items. Sums run in order, each item's first.
// Host: MDLSTMOpenCL/Training/LossKernels.swift. Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void finish_step(const int loss_parts, const int square_parts, const int probe_count,
                        const __global real *restrict losses, const __global real *restrict squares,
                        const __global real *restrict y, const __global real *restrict target,
                        const __global int *restrict probes, __global real *restrict scalars) {
  SHARED real sums[ITEMS];
  if (shared_row() > 0) return;
  const int item = place_in_row();
  real loss = 0, square = 0, error = 0;
  for (int part = item; part < loss_parts; part += ITEMS) loss += losses[part];
  for (int part = item; part < square_parts; part += ITEMS) square += squares[part];
  for (int index = item; index < probe_count; index += ITEMS) {
    const real difference = y[probes[index]] - target[probes[index]];
    error += difference * difference;
  }
  loss = sum_of_items(loss, sums);
  square = sum_of_items(square, sums);
  error = sum_of_items(error, sums);
  if (item > 0) return;
  scalars[0] = loss;
  scalars[1] = sqrt(square);
  scalars[2] = probe_count > 0 ? error / (real)probe_count : (real)0;
}
