// Sets the sites of a ragged batch that belong to no sample to zero.
//
//   extents      [1 + B, N]               in, of the storage, then of each sample
//   target       [B, E1, .., EN, width]   out
//
// ND-range: a work-item for each line of sites along the last axis.
// Host: MDLSTMOpenCL/Recurrent/Rows/ClearPadding.swift. Test: LayerParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void clear_padding(const int lines, const int axes, const int width, const __global int *restrict extents,
                          __global real *restrict target) {
  const int line = (int)get_global_id(0);
  if (line >= lines) return;
  int sample = line;
  for (int k = axes - 2; k >= 0; k--) sample /= extents[k];
  const __global int *own = extents + at(sample + 1, axes);
  const int length = extents[axes - 1];
  int begin = own[axes - 1];
  int rest = line;
  for (int k = axes - 2; k >= 0; k--) {
    if (rest % extents[k] >= own[k]) begin = 0;
    rest /= extents[k];
  }
  __global real *out = target + at(line, length * width);
  for (int j = begin * width; j < length * width; j++) out[j] = (real)0;
}
