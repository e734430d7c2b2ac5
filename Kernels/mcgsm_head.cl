// The tensors of a density in the layout of mcgsm.cl, with what follows from them alone.
//
//   priors, scales [K, S]; betas [K, F]; cholesky [K, O, O]   in, from these elements of `parameters`
//   head                                  out
//
// ND-range: K work-items.
// Host: MDLSTMOpenCL/Model/Stages/MCGSMStage.swift. Reference: MDLSTM/Densities/MCGSMReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "mcgsm.cl"
#endif

// Of alpha.
#ifndef LARGEST_SCALE
#define LARGEST_SCALE 12
#endif
#define LOG_TWO_PI (real)1.8378770664093454836

KERNEL void mcgsm_head(const int priors, const int scales, const int betas, const int cholesky,
                       const __global real *restrict parameters, __global real *restrict head) {
  const int k = (int)get_global_id(0);
  if (k >= COMPONENTS) return;
  const __global real *factor = parameters + cholesky + k * OUTPUTS * OUTPUTS;
  real determinant = 0;
  for (int o = 0; o < OUTPUTS; o++) {
    for (int p = 0; p < OUTPUTS; p++)
      head[FACTORS + (o * OUTPUTS + p) * COMPONENTS + k] = p <= o ? factor[o * OUTPUTS + p] : (real)0;
    determinant += log(fabs(factor[o * OUTPUTS + o]));
    head[INVERSES + o * COMPONENTS + k] = (real)1 / factor[o * OUTPUTS + o];
  }
  for (int s = 0; s < SCALES; s++) {
    const real given = parameters[scales + k * SCALES + s];
    const real scale = fmin(fmax(given, (real)-LARGEST_SCALE), (real)LARGEST_SCALE);
    const int place = s * COMPONENTS + k;
    head[PRIORS + place] = parameters[priors + k * SCALES + s];
    head[PRECISIONS + place] = exp(scale);
    head[CONSTANTS + place] = OUTPUTS * (scale - LOG_TWO_PI) / 2 + determinant;
    head[LEARNT + place] = fabs(given) < LARGEST_SCALE ? (real)1 : (real)0;
  }
  for (int f = 0; f < FEATURE_BLOCKS * V; f++) {
    const real beta = f < FEATURES ? parameters[betas + k * FEATURES + f] : (real)0;
    head[WEIGHTS + k * (FEATURE_BLOCKS * V) + f] = beta;
    if (f < FEATURES) head[SQUARES + f * COMPONENTS + k] = beta * beta;
  }
}
