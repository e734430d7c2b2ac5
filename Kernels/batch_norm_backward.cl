// Gradient through a batch norm, of sites that belong to no sample 0:
//   dx = gain / sqrt(variance + epsilon) (dy - mean of dy - n * mean of dy n), n the normalised value
//
//   marks        [sites]                  in, 1 for a site that belongs to a sample, else 0
//   x, dy        [sites, width]           in
//   statistics   [4, width]               in, of batch_norm_statistics
//   means        [2, width]               in, of batch_norm_gradients
//   parameters                            in, from `weights` on the gain, [width]
//   dx           [sites, width]           out
//
// V divides the width. ND-range: count = sites * width / V work-items, the features fastest.
// Host: MDLSTMOpenCL/Model/Stages/BatchNormStage.swift. Reference: MDLSTM/Models/Layers/BatchNormLayer.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void batch_norm_backward(const int count, const int width, const int weights,
                                const __global int *restrict marks, const __global real *restrict x,
                                const __global real *restrict dy, const __global real *restrict statistics,
                                const __global real *restrict means, const __global real *restrict parameters,
                                __global real *restrict dx) {
  const int item = (int)get_global_id(0);
  if (item >= count) return;
  const int blocks = width / V, column = item % blocks * V;
  vec gradient = (vec)0;
  if (marks[item / blocks]) {
    const vec inverse = LOAD(statistics + width + column);
    const vec normalized = (LOAD(x + at(item, V)) - LOAD(statistics + column)) * inverse;
    gradient = LOAD_ANYWHERE(parameters + weights + column) * inverse *
               (LOAD(dy + at(item, V)) - LOAD(means + column) - normalized * LOAD(means + width + column));
  }
  STORE(gradient, dx + at(item, V));
}
