// Copies parameters to where the kernels read them: packed[i] = parameters[places[i]], 0 where the place is negative.
//
//   places       [count]                  in, tables of MDLSTMOpenCL/Recurrent/WeightLayout.swift; what all depths of a grid
//                                         share is in several places
//   parameters                            in
//   packed       [count]                  out
//
// ND-range: count work-items.
// Host: MDLSTMOpenCL/Recurrent/PlaceTable.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void pack(const int count, const __global int *restrict places, const __global real *restrict parameters,
                 __global real *restrict packed) {
  const int item = (int)get_global_id(0);
  if (item >= count) return;
  const int place = places[item];
  packed[item] = place < 0 ? (real)0 : parameters[place];
}
