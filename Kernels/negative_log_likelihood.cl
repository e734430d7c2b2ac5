// Negative log-likelihood of one site: L = -weight * sum_j t_j y_j, dL/dy_j = -weight t_j. Joined before loss.cl.
//
// What has no weight adds nothing, whatever y is.
// Host: MDLSTMOpenCL/Training/LossKernels.swift. Reference: MDLSTM/Reference/Models/LossReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

static inline real site_loss(real sum, real weight, int width, const __global real *y, const __global real *target,
                             int label, __global real *dy) {
  (void)label;
  for (int j = 0; j < width; j++) {
    sum -= target[j] == 0 ? (real)0 : weight * target[j] * y[j];
    dy[j] = -weight * target[j];
  }
  return sum;
}
