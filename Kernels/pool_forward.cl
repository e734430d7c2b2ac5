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
// V divides the width. ND-range: outputs * width / V work-items, the features fastest.
// Host: MDLSTMOpenCL/Model/Stages/PoolStage.swift. Reference: MDLSTM/Reference/Models/PoolReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "pool.cl"
#endif

KERNEL void pool_forward(const int count, const int width, const __global int *restrict starts,
                         const __global int *restrict sites, const __global real *restrict x,
                         __global real *restrict y, __global int *restrict chosen) {
  const int item = (int)get_global_id(0);
  if (item >= count) return;
  const int blocks = width / V, output = item / blocks;
  const __global real *from = x + item % blocks * V;
  const int first = starts[output], end = starts[output + 1];
  vec value = (vec)0;
#if POOL <= 1
  for (int i = first; i < end; i++) value += LOAD(from + at(sites[i], width));
  if (POOL == 1 && end > first) value /= (vec)(real)(end - first);
#elif POOL == 2
  whole best = (whole)-1;
  if (end > first) {
    value = LOAD(from + at(sites[first], width));
    best = (whole)sites[first];
  }
  for (int i = first + 1; i < end; i++) {
    const vec candidate = LOAD(from + at(sites[i], width));
    const CONDITION larger = (candidate > value) | ((candidate != candidate) & (value == value));
    value = SELECT_VEC(value, candidate, larger);
    best = SELECT_VEC(best, (whole)sites[i], AS_WHOLE(larger));
  }
  *(__global whole *)(chosen + at(item, V)) = best;
#else
  if (end > first) value = LOAD(from + at(sites[end - 1], width));
#endif
  STORE(value, y + at(item, V));
}
