// Of each feature how many sites of a chunk belong to a sample, their mean, and the sum of squares about it.
//
//   marks        [sites]                  in, 1 for a site that belongs to a sample, else 0
//   x            [sites, width]           in
//   partial      [chunks, 3, width]       out; batch_norm_statistics brings the chunks together
//
// V divides the width. ND-range: width / V * chunks work-items, the features fastest.
// Host: MDLSTMOpenCL/Model/Stages/BatchNormStage.swift. Reference: MDLSTM/Models/Layers/BatchNormLayer.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void batch_norm_moments(const int sites, const int per_chunk, const int chunks, const int width,
                               const __global int *restrict marks, const __global real *restrict x,
                               __global real *restrict partial) {
  const int blocks = width / V, item = (int)get_global_id(0);
  const int chunk = item / blocks, column = item % blocks * V;
  if (chunk >= chunks) return;
  const int first = chunk * per_chunk, end = min(first + per_chunk, sites);
  int count = 0;
  vec sum = (vec)0;
  for (int site = first; site < end; site++) {
    if (!marks[site]) continue;
    sum += LOAD(x + at(site, width) + column);
    count++;
  }
  const vec mean = sum / (vec)(real)max(count, 1);
  vec squares = (vec)0;
  for (int site = first; site < end; site++) {
    if (!marks[site]) continue;
    const vec distance = LOAD(x + at(site, width) + column) - mean;
    squares += distance * distance;
  }
  __global real *own = partial + at(3 * chunk, width) + column;
  STORE((vec)(real)count, own);
  STORE(mean, own + width);
  STORE(squares, own + 2 * width);
}
