// A batch norm at every site: y = gain (x - mean) / sqrt(variance + epsilon) + bias.
//
//   x, y         [sites, width]           in, out
//   statistics   [4, width]               in, of batch_norm_statistics
//   parameters                            in, from `weights` on the gain and the bias, [width] each
//
// V divides the width. ND-range: count = sites * width / V work-items, the features fastest.
// Host: MDLSTMOpenCL/Model/Stages/BatchNormStage.swift. Reference: MDLSTM/Models/Layers/BatchNormLayer.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void batch_norm_forward(const int count, const int width, const int weights,
                               const __global real *restrict x, const __global real *restrict statistics,
                               const __global real *restrict parameters, __global real *restrict y) {
  const int item = (int)get_global_id(0);
  if (item >= count) return;
  const int column = item % (width / V) * V;
  const __global real *gain = parameters + weights + column;
  const vec normalized = (LOAD(x + at(item, V)) - LOAD(statistics + column)) * LOAD(statistics + width + column);
  STORE(LOAD_ANYWHERE(gain) * normalized + LOAD_ANYWHERE(gain + width), y + at(item, V));
}
