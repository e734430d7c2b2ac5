// Pools the values of a feature over the sites that make up one site of a coarser grid.
//
//   POOL 0 sum, 1 mean, 2 largest (of equal ones the first; NaN if there is one), 3 last
//
//   starts       [outputs + 1]            in, the first site of each output in `sites`
//   sites        [..]                     in
//   x            [inputs, width]          in
//   y            [outputs, width]         out; 0 where an output has no site
//   chosen       [outputs, width]         out with POOL 2, the site of the value
//
// ND-range: outputs * width work-items, the features fastest.
// Host: MDLSTMOpenCL/Model/Stages/PoolStage.swift. Reference: MDLSTM/Reference/Models/PoolReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#undef V
#define V 1
#include "common.cl"
#endif

#ifndef POOL
#define POOL 0
#endif

KERNEL void pool_forward(const int count, const int width, const __global int *restrict starts,
                         const __global int *restrict sites, const __global real *restrict x,
                         __global real *restrict y, __global int *restrict chosen) {
  const int item = (int)get_global_id(0);
  if (item >= count) return;
  const int output = item / width, feature = item % width;
  const int first = starts[output], end = starts[output + 1];
  real value = 0;
#if POOL <= 1
  for (int i = first; i < end; i++) value += x[at(sites[i], width) + feature];
  if (POOL == 1 && end > first) value /= (real)(end - first);
#elif POOL == 2
  int best = -1;
  for (int i = first; i < end; i++) {
    const real candidate = x[at(sites[i], width) + feature];
    if (best < 0 || candidate > value || (candidate != candidate && value == value)) {
      value = candidate;
      best = sites[i];
    }
  }
  chosen[item] = best;
#else
  if (end > first) value = x[at(sites[end - 1], width) + feature];
#endif
  y[item] = value;
}
