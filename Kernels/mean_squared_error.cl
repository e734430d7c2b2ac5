// Mean squared error of one site: L = weight * sum_j (y_j - t_j)^2, dL/dy_j = 2 weight (y_j - t_j). Joined before loss.cl.
//
// Host: MDLSTMOpenCL/Training/LossKernels.swift. Reference: MDLSTM/Reference/Models/LossReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

static inline real site_loss(real sum, real weight, int width, const __global real *y, const __global real *target,
                             int label, __global real *dy) {
  (void)label;
  for (int j = 0; j < width; j++) {
    const real difference = y[j] - target[j];
    sum += weight * difference * difference;
    dy[j] = (real)2 * weight * difference;
  }
  return sum;
}
