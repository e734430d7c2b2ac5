// The causal neighbourhoods of the pixels of a front, with indicators of padding behind them where there is any.
//
//   elements     [R]                      in, where the pixel of each row lies on the canvases
//   offsets      [D]                      in, from a pixel to each of its neighbours
//   canvas       [B, height, width]       in
//   windows      [rows, D], with indicators [rows, 2 D]    out, of the rows from `first` on
//
// PADDED 0 | 1  a border of `padding` pixels above and beside a canvas is none of the picture.
// ND-range: rows work-items.
// Host: MDLSTMOpenCL/Drawing/OpenCLPainter.swift. Reference: MDLSTM/Densities/Drawing/ReferencePainter.swift.
// Test: PictureParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef PADDED
#define PADDED 0
#endif

KERNEL void picture_windows(const int first, const int rows, const int inputs, const int height, const int width,
                            const int padding, const __global int *restrict elements,
                            const __global int *restrict offsets, const __global real *restrict canvas,
                            __global real *restrict windows) {
  const int row = (int)get_global_id(0);
  if (row >= rows) return;
  const int element = elements[first + row];
  __global real *out = windows + at(row, inputs * (PADDED + 1));
  for (int k = 0; k < inputs; k++) {
    const int place = element + offsets[k];
    out[k] = canvas[place];
#if PADDED
    const int column = place % width;
    const bool inside = place / width % height >= padding && column >= padding && column < width - padding;
    out[inputs + k] = inside ? (real)0 : (real)1;
#else
    (void)height, (void)padding;
#endif
  }
}
