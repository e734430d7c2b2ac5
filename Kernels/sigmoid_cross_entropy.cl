// Cross entropy of the independent sigmoids of one site, from the values before the sigmoid. Joined before loss.cl.
//
//   L = weight * sum_j (max(y_j, 0) - y_j t_j + log(1 + e^-|y_j|)),   dL/dy_j = weight (sigma(y_j) - t_j)
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
    const real value = y[j];
    const real power = exp(-fabs(value));
    const real positive = (real)1 / ((real)1 + power);
    sum += weight * (fmax(value, (real)0) - value * target[j] + log1p(power));
    dy[j] = weight * ((value < 0 ? power * positive : positive) - target[j]);
  }
  return sum;
}
