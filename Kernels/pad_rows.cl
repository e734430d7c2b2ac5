// Copies rows of `count` elements into rows of `padded` elements, zeros behind them.
//
//   source       [rows, count]            in, from element `offset`
//   target       [rows, padded]           out, from row `first`
//
// ND-range: rows work-items.
// Host: MDLSTMOpenCL/Recurrent/PackWeights.swift. Test: LayerParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void pad_rows(const int rows, const int count, const int padded, const int offset, const int first,
                     const __global real *restrict source, __global real *restrict target) {
  const int row = (int)get_global_id(0);
  if (row >= rows) return;
  for (int j = 0; j < padded; j++)
    target[at(first + row, padded) + j] = j < count ? source[offset + at(row, count) + j] : (real)0;
}
