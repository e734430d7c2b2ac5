// What a batch norm takes off every feature and what it multiplies it by.
//
//   RUNNING 0  from the moments of chunks, which are brought together in order (Chan, Golub and LeVeque 1979)
//   RUNNING 1  from the running numbers of the layer
//
//   partial      [chunks, 3, width]       in, of batch_norm_moments
//   parameters                            in, from `running` on the running mean and variance, [width] each
//   statistics   [4, width]               out: mean, 1 / sqrt(variance + epsilon), variance over one site less, sites;
//                                         the last two 0 with RUNNING
//
// V divides the width. ND-range: width / V work-items.
// Host: MDLSTMOpenCL/Model/Stages/BatchNormStage.swift. Reference: MDLSTM/Models/Layers/BatchNormLayer.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef RUNNING
#define RUNNING 0
#endif

KERNEL void batch_norm_statistics(const int chunks, const int width, const int running, const real epsilon,
                                  const __global real *restrict partial, const __global real *restrict parameters,
                                  __global real *restrict statistics) {
  const int column = (int)get_global_id(0) * V;
  if (column >= width) return;
  vec mean = (vec)0, variance = (vec)0, unbiased = (vec)0;
  real count = 0;
#if RUNNING
  mean = LOAD_ANYWHERE(parameters + running + column);
  variance = LOAD_ANYWHERE(parameters + running + width + column);
#else
  vec squares = (vec)0;
  for (int chunk = 0; chunk < chunks; chunk++) {
    const __global real *own = partial + at(3 * chunk, width) + column;
    const real added = *own;
    if (added == 0) continue;
    const real total = count + added;
    const vec distance = LOAD(own + width) - mean;
    mean += distance * (added / total);
    squares += LOAD(own + 2 * width) + distance * distance * (count * (added / total));
    count = total;
  }
  variance = squares / fmax(count, (real)1);
  unbiased = squares / fmax(count - 1, (real)1);
#endif
  __global real *own = statistics + column;
  STORE(mean, own);
  STORE((real)1 / sqrt(variance + epsilon), own + width);
  STORE(unbiased, own + 2 * width);
  STORE((vec)count, own + 3 * width);
}
