// Softmax over the features of every site: y_j = e^(x_j - max x) / sum_i e^(x_i - max x).
//
//   x            [sites, width]           in
//   y            [sites, width]           out
//
// ND-range: sites work-items. The sum runs in the order of the features.
// Host: MDLSTMOpenCL/Model/Stages/ActivationStage.swift. Reference: MDLSTM/Reference/Models/ActivationReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void softmax_forward(const int sites, const int width, const __global real *restrict x,
                            __global real *restrict y) {
  const int site = (int)get_global_id(0);
  if (site >= sites) return;
  const __global real *in = x + at(site, width);
  __global real *out = y + at(site, width);
  real largest = in[0];
  for (int j = 1; j < width; j++) largest = fmax(largest, in[j]);
  real sum = 0;
  for (int j = 0; j < width; j++) {
    const real power = exp(in[j] - largest);
    out[j] = power;
    sum += power;
  }
  for (int j = 0; j < width; j++) out[j] /= sum;
}
