// Rows made of parts of the rows of two others: y[site, j] = a[site, a_first + j - a_place] where a has a part there, plus
// the same of b; 0 where neither has.
//
//   a            [sites, a_width]         in
//   b            [sites, b_width]         in; the same as a where there is none, with b_count 0
//   y            [sites, width]           out
//
// ND-range: sites * width work-items.
// Host: MDLSTMOpenCL/Model/Stages/SkipStage.swift. Reference: MDLSTM/Models/Layers/SkipLayer.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void join_columns(const int sites, const int width, const int a_width, const int a_first, const int a_place,
                         const int a_count, const int b_width, const int b_first, const int b_place, const int b_count,
                         const __global real *restrict a, const __global real *restrict b,
                         __global real *restrict y) {
  const long item = (long)get_global_id(0);
  const int site = (int)(item / width), j = (int)(item % width);
  if (site >= sites) return;
  real value = 0;
  if (j >= a_place && j < a_place + a_count) value += a[at(site, a_width) + a_first + j - a_place];
  if (j >= b_place && j < b_place + b_count) value += b[at(site, b_width) + b_first + j - b_place];
  y[at(site, width) + j] = value;
}
