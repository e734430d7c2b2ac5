// Of each feature the sums over the sites of a chunk that belong to a sample of dy and of dy times the normalised value.
//
//   marks        [sites]                  in, 1 for a site that belongs to a sample, else 0
//   x, dy        [sites, width]           in
//   statistics   [4, width]               in, of batch_norm_statistics
//   partial      [chunks, 2, width]       out; batch_norm_gradients brings the chunks together
//
// V divides the width. ND-range: width / V * chunks work-items, the features fastest.
// Host: MDLSTMOpenCL/Model/Stages/BatchNormStage.swift. Reference: MDLSTM/Models/Layers/BatchNormLayer.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void batch_norm_products(const int sites, const int per_chunk, const int chunks, const int width,
                                const __global int *restrict marks, const __global real *restrict x,
                                const __global real *restrict dy, const __global real *restrict statistics,
                                __global real *restrict partial) {
  const int blocks = width / V, item = (int)get_global_id(0);
  const int chunk = item / blocks, column = item % blocks * V;
  if (chunk >= chunks) return;
  const vec mean = LOAD(statistics + column), inverse = LOAD(statistics + width + column);
  vec sum = (vec)0, along = (vec)0;
  for (int site = chunk * per_chunk, end = min(site + per_chunk, sites); site < end; site++) {
    if (!marks[site]) continue;
    const vec d = LOAD(dy + at(site, width) + column);
    sum += d;
    along += d * ((LOAD(x + at(site, width) + column) - mean) * inverse);
  }
  __global real *own = partial + at(2 * chunk, width) + column;
  STORE(sum, own);
  STORE(along, own + width);
}
