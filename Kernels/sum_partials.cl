// Adds partial sums in order and stores them in the layout of the parameters:
// gradients[places[i]] = sum_p partial[p, i]; what has a negative place is padding. With `adding` the sum begins with what
// is there.
//
//   places       [count]                  in, tables of MDLSTMOpenCL/Recurrent/WeightLayout.swift; no place twice
//   partial      [chunks, count]          in; of what all depths of a grid share, each chunk is a chunk for every depth
//   gradients                             out, with `adding` in too
//
// ND-range: count work-items.
// Host: MDLSTMOpenCL/Recurrent/PlaceTable.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void sum_partials(const int count, const int chunks, const int adding,
                         const __global int *restrict places,
                         const __global real *restrict partial, __global real *restrict gradients) {
  const int item = (int)get_global_id(0);
  if (item >= count) return;
  const int place = places[item];
  if (place < 0) return;
  real sum = adding ? gradients[place] : (real)0;
  for (int p = 0; p < chunks; p++) sum += partial[at(p, count) + item];
  gradients[place] = sum;
}
