// The neighbourhoods of the pixels of a front, with indicators of padding behind them where there is any.
//
//   elements     [R]                      in, where the pixel of each row lies on the pictures
//   offsets      [D + P]                  in, from a pixel to each number of its neighbourhood, then to each of its pixels
//   pictures     [B, height, width, CHANNELS]    in
//   windows      [rows, D], with indicators [rows, D + P]    out, of the rows from `first` on
//
// PADDED 0 | 1  rows `above` and `below` and columns `beside` a picture, which lie on it, are none of it.
// ND-range: rows work-items.
// Host: MDLSTMOpenCL/Drawing/OpenCLPainter.swift. Reference: MDLSTM/Densities/Drawing/ReferencePainter.swift.
// Test: PictureParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef PADDED
#define PADDED 0
#endif
#ifndef CHANNELS
#define CHANNELS 1
#endif

KERNEL void picture_windows(const int first, const int rows, const int inputs, const int places, const int height,
                            const int width, const int above, const int beside, const int below,
                            const __global int *restrict elements, const __global int *restrict offsets,
                            const __global real *restrict pictures, __global real *restrict windows) {
  const int row = (int)get_global_id(0);
  if (row >= rows) return;
  const int element = elements[first + row];
  __global real *out = windows + at(row, inputs + places);
  for (int k = 0; k < inputs; k++) out[k] = pictures[element + offsets[k]];
#if PADDED
  for (int k = 0; k < places; k++) {
    const int pixel = (element + offsets[inputs + k]) / CHANNELS;
    const int line = pixel / width % height, column = pixel % width;
    const bool inside = line >= above && line < height - below && column >= beside && column < width - beside;
    out[inputs + k] = inside ? (real)0 : (real)1;
  }
#else
  (void)height, (void)width, (void)above, (void)beside, (void)below;
#endif
}
