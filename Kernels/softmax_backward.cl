// Gradient through softmax, from its output: dx_j = y_j * (dy_j - sum_i y_i dy_i).
//
//   y            [sites, width]           in, the output of softmax_forward
//   dy           [sites, width]           in
//   dx           [sites, width]           out
//
// ND-range: sites work-items. The sum runs in the order of the features.
// Host: MDLSTMOpenCL/Model/Stages/ActivationStage.swift. Reference: MDLSTM/Reference/Models/ActivationReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void softmax_backward(const int sites, const int width, const __global real *restrict y,
                             const __global real *restrict dy, __global real *restrict dx) {
  const int site = (int)get_global_id(0);
  if (site >= sites) return;
  const long first = at(site, width);
  real sum = 0;
  for (int j = 0; j < width; j++) sum += y[first + j] * dy[first + j];
  for (int j = 0; j < width; j++) dx[first + j] = y[first + j] * (dy[first + j] - sum);
}
