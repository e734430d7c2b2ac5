// Gradient through a pool, from dL/dy at the one output that each site belongs to.
//
//   POOL 0 dy, 1 dy / the sites of the output, 2 dy at the chosen site, 3 dy at the last site; else 0
//
//   starts, sites, chosen                 in, as in pool_forward.cl
//   outputs      [inputs]                 in, the output of each site; negative for none
//   dy           [outputs, width]         in
//   dx           [inputs, width]          out
//
// ND-range: inputs * width work-items, the features fastest.
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

KERNEL void pool_backward(const int count, const int width, const __global int *restrict starts,
                          const __global int *restrict sites, const __global int *restrict outputs,
                          const __global int *restrict chosen, const __global real *restrict dy,
                          __global real *restrict dx) {
  const int item = (int)get_global_id(0);
  if (item >= count) return;
  const int site = item / width, feature = item % width, output = outputs[site];
  real value = 0;
  if (output >= 0) {
    const int place = output * width + feature;
#if POOL == 0
    value = dy[place];
#elif POOL == 1
    value = dy[place] / (real)(starts[output + 1] - starts[output]);
#elif POOL == 2
    if (chosen[place] == site) value = dy[place];
#else
    if (sites[starts[output + 1] - 1] == site) value = dy[place];
#endif
  }
  dx[item] = value;
}
