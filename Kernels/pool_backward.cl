// Gradient through a pool, from dL/dy at the one output that each site belongs to.
//
//   POOL 0 dy, 1 dy / the sites of the output, 2 dy at the chosen site, 3 dy at the last site; else 0
//
//   starts, sites, chosen                 in, as in pool_forward.cl
//   outputs      [inputs]                 in, the output of each site; negative for none
//   dy           [outputs, width]         in
//   dx           [inputs, width]          out
//
// V divides the width. ND-range: inputs * width / V work-items, the features fastest.
// Host: MDLSTMOpenCL/Model/Stages/PoolStage.swift. Reference: MDLSTM/Reference/Models/PoolReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "pool.cl"
#endif

KERNEL void pool_backward(const int count, const int width, const __global int *restrict starts,
                          const __global int *restrict sites, const __global int *restrict outputs,
                          const __global int *restrict chosen, const __global real *restrict dy,
                          __global real *restrict dx) {
  const int item = (int)get_global_id(0);
  if (item >= count) return;
  const int blocks = width / V, site = item / blocks, output = outputs[site];
  vec value = (vec)0;
  if (output >= 0) {
    const long place = at(output, width) + item % blocks * V;
#if POOL == 0
    value = LOAD(dy + place);
#elif POOL == 1
    value = LOAD(dy + place) / (vec)(real)(starts[output + 1] - starts[output]);
#elif POOL == 2
    const whole from = *(const __global whole *)(chosen + place);
    value = SELECT_VEC((vec)0, LOAD(dy + place), AS_CONDITION(from == (whole)site));
#else
    if (sites[starts[output + 1] - 1] == site) value = LOAD(dy + place);
#endif
  }
  STORE(value, dx + at(item, V));
}
