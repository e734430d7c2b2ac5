// Mean squared error and its gradient: L = scale * sum w (y - t)^2, dL/dy = 2 scale w (y - t).
//
//   y, target    [sites, width]           in
//   weights      [sites]                  in, 0 where a ragged sample has no site; only with WEIGHTED
//   dy           [sites, width]           out
//   partial      [parts]                  out, the loss of each part of the sites; finish_step adds them
//
// ND-range: parts work-items, `per_part` sites each, in order.
// Host: MDLSTMOpenCL/Training/LossKernels.swift. Reference: MDLSTM/Reference/Models/LossReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef WEIGHTED
#define WEIGHTED 1
#endif

KERNEL void mean_squared_error(const int sites, const int width, const int per_part, const real scale,
                               const __global real *restrict y, const __global real *restrict target,
                               const __global real *restrict weights, __global real *restrict dy,
                               __global real *restrict partial) {
  const int part = (int)get_global_id(0);
  const int first = part * per_part;
  if (first >= sites) return;
  real sum = 0;
  for (int site = first; site < min(first + per_part, sites); site++) {
#if WEIGHTED
    // What stands in the padding of a ragged batch must not matter, NaN neither.
    if (weights[site] == 0) {
      for (int j = 0; j < width; j++) dy[at(site, width) + j] = 0;
      continue;
    }
    const real weight = scale * weights[site];
#else
    const real weight = scale;
#endif
    for (int j = 0; j < width; j++) {
      const long element = at(site, width) + j;
      const real difference = y[element] - target[element];
      sum += weight * difference * difference;
      dy[element] = (real)2 * weight * difference;
    }
  }
  partial[part] = sum;
}
