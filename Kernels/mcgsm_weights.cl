// The weights of the products of a density: out[i] = parameters[places[i]], or places[i] + 1 where the place is negative.
//
//   places       [count]                  in; -1 stands for 0, and -2 for -1: the weight of y in A_k h + mu_k - y
//   parameters                            in
//   weights      [count]                  out
//
// ND-range: count work-items.
// Host: MDLSTMOpenCL/Model/Stages/MCGSMStage.swift. Reference: MDLSTM/Densities/MCGSMReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void mcgsm_weights(const int count, const __global int *restrict places,
                          const __global real *restrict parameters, __global real *restrict weights) {
  const int item = (int)get_global_id(0);
  if (item >= count) return;
  const int place = places[item];
  weights[item] = place < 0 ? (real)(place + 1) : parameters[place];
}
