// Cross entropy of a softmax over the features of one site, from the values before the softmax. Joined before loss.cl.
//
//   L = weight * sum_j t_j (log sum_i e^y_i - y_j),   dL/dy_j = weight (softmax(y)_j sum_i t_i - t_j)
//
// The target is a distribution over the features or, with LABELS, the number of the feature that has all of it. A site
// whose distribution is zero is unlabelled: it adds nothing, whatever y is.
// Host: MDLSTMOpenCL/Training/LossKernels.swift. Reference: MDLSTM/Reference/Models/LossReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef LABELS
#define LABELS 0
#endif

#if LABELS
#define WANTED(j) ((j) == label ? (real)1 : (real)0)
#else
#define WANTED(j) target[j]
#endif

static inline real site_loss(real sum, real weight, int width, const __global real *y, const __global real *target,
                             int label, __global real *dy) {
  (void)label, (void)target;
  real largest = y[0];
  for (int j = 1; j < width; j++) largest = fmax(largest, y[j]);
  real powers = 0, mass = 0;
  for (int j = 0; j < width; j++) {
    powers += exp(y[j] - largest);
    mass += WANTED(j);
  }
  const real normaliser = largest + log(powers);
  for (int j = 0; j < width; j++) {
    const real wanted = WANTED(j);
    sum += mass == 0 ? (real)0 : weight * wanted * (normaliser - y[j]);
    dy[j] = mass == 0 ? (real)0 : weight * (exp(y[j] - normaliser) * mass - wanted);
  }
  return sum;
}
