// Takes a batch into the running mean and variance of a batch norm: running += momentum (batch - running).
//
//   statistics   [4, width]               in, of batch_norm_statistics; of no sites changes nothing
//   parameters                            in and out, from `running` on the two, [width] each
//
// ND-range: 2 * width work-items.
// Host: MDLSTMOpenCL/Model/Stages/BatchNormStage.swift. Reference: MDLSTM/Models/Layers/BatchNormLayer.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void batch_norm_running(const int width, const int running, const real momentum,
                               const __global real *restrict statistics, __global real *restrict parameters) {
  const int item = (int)get_global_id(0);
  if (item >= 2 * width || statistics[3 * width] == 0) return;
  const real batch = statistics[item < width ? item : item + width];
  parameters[running + item] += momentum * (batch - parameters[running + item]);
}
