// The multiply-add rate a device can reach: CHAINS sums in registers that do not wait for one another, no memory.
//
//   sums         [items, V]               out, so that no compiler leaves the work out
//
// CHAINS  enough to hide the latency of a multiply-add: on a processor 4 cycles x 2 units, and some.
// fma, since mad() may be a product and a sum: pocl makes it two instructions.
// ND-range: a multiple of WG work-items; each does rounds * CHAINS * V multiply-adds.
// Host: MDLSTMOpenCL/Benchmark/MultiplyAddPeak.swift. Test: BenchmarkTests, mdlstm parity.

#ifdef LINT
#include "common.cl"
#endif

#ifndef CHAINS
#define CHAINS 12
#endif

KERNEL void multiply_add_peak(const int rounds, const real factor, const real addend, __global real *restrict sums) {
  const int item = (int)get_global_id(0);
  vec sum[CHAINS];
#pragma unroll
  for (int k = 0; k < CHAINS; k++) sum[k] = (vec)((real)(item + k));
  for (int r = 0; r < rounds; r++) {
#pragma unroll
    for (int k = 0; k < CHAINS; k++) sum[k] = fma(sum[k], (vec)factor, (vec)addend);
  }
  vec total = (vec)0;
#pragma unroll
  for (int k = 0; k < CHAINS; k++) total += sum[k];
  STORE(total, sums + at(item, V));
}
