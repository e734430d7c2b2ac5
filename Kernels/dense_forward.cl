// A dense layer at every site: y = W x + b.
//
//   x            [sites, I]               in
//   packed       [OP/V, I + 1, V]         in; the last row is the bias, OP is O padded to a multiple of V
//   y            [sites, O]               out
//
// TAIL 0 | 1  V divides O or not.
// ND-range: OP/V * ceil(sites / ROWS) work-items, the block of outputs fastest.
// Sums run over the inputs in order, onto the bias.
// Host: MDLSTMOpenCL/Model/Stages/Dense.swift. Reference: MDLSTM/Reference/Models/DenseReference.swift. Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef ROWS
#define ROWS 8
#endif
#ifndef TAIL
#define TAIL 0
#endif

KERNEL void dense_forward(const int sites, const int input_size, const int output_size,
                          const __global real *restrict x, const __global real *restrict packed,
                          __global real *restrict y) {
  const int blocks = (output_size + V - 1) / V;
  const int item = (int)get_global_id(0);
  const int block = item % blocks;
  const int start = item / blocks * ROWS;
  if (start >= sites) return;

  const __global real *w = packed + at(block, (input_size + 1) * V);
  const __global real *source[ROWS];
  vec sum[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    source[r] = x + at(min(start + r, sites - 1), input_size);
    sum[r] = LOAD(w + at(input_size, V));
  }
  for (int m = 0; m < input_size; m++, w += V) {
    const vec weight = LOAD(w);
#pragma unroll
    for (int r = 0; r < ROWS; r++) sum[r] += source[r][m] * weight;
  }
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    if (start + r >= sites) continue;
    __global real *target = y + at(start + r, output_size) + block * V;
    if (TAIL) {
      store_tail(sum[r], target, output_size - block * V);
    } else {
      STORE(sum[r], target);
    }
  }
}
