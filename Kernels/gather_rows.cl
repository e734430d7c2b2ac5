// Gathers rows by index: out[r] = sum over t of in[index[r, t]]. A negative index counts as a row of zeros.
//
//   index        [rows, terms]            in
//   source       [.., source_stride]      in
//   target       [rows, width]            out
//
// Serves the output of a layer (terms = 1 to concatenate the directions, S to sum them), the final states, and the
// windows of a patch layer in both directions. Terms are added in order.
// ND-range: rows work-items.
// Host: MDLSTMOpenCL/GatherRows.swift. Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void gather_rows(const int rows, const int terms, const int width, const int source_stride,
                        const __global int *restrict index, const __global real *restrict source,
                        __global real *restrict target) {
  const int row = (int)get_global_id(0);
  if (row >= rows) return;
  __global real *out = target + at(row, width);
  for (int t = 0; t < terms; t++) {
    const int from = index[at(row, terms) + t];
    const __global real *in = source + at(max(from, 0), source_stride);
    const bool inside = from >= 0;
    for (int j = 0; j < width; j++) {
      const real value = inside ? in[j] : (real)0;
      out[j] = t == 0 ? value : out[j] + value;
    }
  }
}
