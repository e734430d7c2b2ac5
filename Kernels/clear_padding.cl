// Sets the sites of a ragged batch that belong to no sample to zero.
//
//   extents      [1 + B, N]               in, of the storage, then of each sample
//   target       [B, E1, .., EN, width]   out
//
// ND-range: a work-item for each site.
// Host: MDLSTMOpenCL/Recurrent/Rows/ClearPadding.swift. Test: LayerParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void clear_padding(const int sites, const int axes, const int width, const __global int *restrict extents,
                          __global real *restrict target) {
  const int site = (int)get_global_id(0);
  if (site >= sites) return;
  int sample = site;
  for (int k = 0; k < axes; k++) sample /= extents[k];
  const __global int *own = extents + at(sample + 1, axes);
  int rest = site;
  bool is_padding = false;
  for (int k = axes - 1; k >= 0; k--) {
    is_padding = is_padding || rest % extents[k] >= own[k];
    rest /= extents[k];
  }
  if (!is_padding) return;
  __global real *out = target + at(site, width);
  for (int j = 0; j < width; j++) out[j] = (real)0;
}
