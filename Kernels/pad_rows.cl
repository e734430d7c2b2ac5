// Copies rows of `count` elements into vectors of `padded` elements, zeros behind them.
//
//   source       rows `source_stride` apart, from element `offset`            in
//   target       vectors of `padded`, `vectors` of them a row, from vector `first`    out
//
// ND-range: ITEMS work-items for each row.
// Host: MDLSTMOpenCL/Recurrent/Rows/PadRows.swift. Test: LayerParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void pad_rows(const int rows, const int count, const int padded, const int offset, const int source_stride,
                     const int first, const int vectors, const __global real *restrict source,
                     __global real *restrict target) {
  const int row = shared_row();
  if (row >= rows) return;
  for (int j = place_in_row(); j < padded; j += ITEMS)
    target[at(first + row * vectors, padded) + j] = j < count ? source[offset + at(row, source_stride) + j] : (real)0;
}
