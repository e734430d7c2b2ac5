// Cross entropy of a softmax over the features of every site, from the values before the softmax.
//
//   L = scale * sum_p w sum_j t_j (log sum_i e^x_i - x_j),   dL/dx_j = scale w (softmax(x)_j sum_i t_i - t_j)
//
//   x, target    [sites, width]           in; a target is a distribution over the features, or one-hot
//   weights      [sites]                  in, 0 where a ragged sample has no site; only with WEIGHTED
//   dx           [sites, width]           out
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

KERNEL void softmax_cross_entropy(const int sites, const int width, const int per_part, const real scale,
                                  const __global real *restrict x, const __global real *restrict target,
                                  const __global real *restrict weights, __global real *restrict dx,
                                  __global real *restrict partial) {
  const int part = (int)get_global_id(0);
  const int first = part * per_part;
  if (first >= sites) return;
  real loss = 0;
  for (int site = first; site < min(first + per_part, sites); site++) {
#if WEIGHTED
    // What stands in the padding of a ragged batch must not matter, NaN neither.
    if (weights[site] == 0) {
      for (int j = 0; j < width; j++) dx[at(site, width) + j] = 0;
      continue;
    }
    const real weight = scale * weights[site];
#else
    const real weight = scale;
#endif
    const long row = at(site, width);
    real largest = x[row];
    for (int j = 1; j < width; j++) largest = fmax(largest, x[row + j]);
    real sum = 0, mass = 0;
    for (int j = 0; j < width; j++) {
      sum += exp(x[row + j] - largest);
      mass += target[row + j];
    }
    const real normaliser = largest + log(sum);
    for (int j = 0; j < width; j++) {
      const real wanted = target[row + j];
      loss += weight * wanted * (normaliser - x[row + j]);
      dx[row + j] = weight * (exp(x[row + j] - normaliser) * mass - wanted);
    }
  }
  partial[part] = loss;
}
