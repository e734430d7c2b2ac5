// The gradients of a batch norm's gain and bias, and what its batch takes off the gradient by every value.
//
//   partial      [chunks, 2, width]       in, of batch_norm_products
//   statistics   [4, width]               in, of batch_norm_statistics
//   means        [2, width]               out, the sums over the sites that the statistics are of; 0 where they are of none
//   gradients                             with `writes` out, from `weights` on those of gain and bias, [width] each; with
//                                         `adding` in too
//
// V divides the width. ND-range: width / V work-items. The chunks are added in order.
// Host: MDLSTMOpenCL/Model/Stages/BatchNormStage.swift. Reference: MDLSTM/Models/Layers/BatchNormLayer.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void batch_norm_gradients(const int chunks, const int width, const int weights, const int writes, const int adding,
                                 const __global real *restrict partial, const __global real *restrict statistics,
                                 __global real *restrict means, __global real *restrict gradients) {
  const int column = (int)get_global_id(0) * V;
  if (column >= width) return;
  vec sum = (vec)0, along = (vec)0;
  for (int chunk = 0; chunk < chunks; chunk++) {
    const __global real *own = partial + at(2 * chunk, width) + column;
    sum += LOAD(own);
    along += LOAD(own + width);
  }
  const real count = statistics[3 * width + column];
  const real share = count > 0 ? (real)1 / count : (real)0;
  STORE(sum * share, means + column);
  STORE(along * share, means + width + column);
  if (!writes) return;
  __global real *gain = gradients + weights + column, *bias = gain + width;
  if (adding) {
    along += LOAD_ANYWHERE(gain);
    sum += LOAD_ANYWHERE(bias);
  }
  store_tail(along, gain, V);
  store_tail(sum, bias, V);
}
