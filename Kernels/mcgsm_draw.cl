// Draws the pixels of a front: component and scale by their probabilities, then the Gaussian, then back from whitened
// numbers to a pixel.
//
//   elements     [R]                      in, where the pixel of each row lies on the canvases
//   z            [rows, WIDTH]            in, the products of each row for y = 0: mcgsm.cl
//   head                                  in, the tensors
//   u            [rows, u_stride]         in, the whitened neighbourhoods
//   predictor    [inputs]                 in, what is predicted from u
//   canvas       [B, size]                out
//
// The random bits of a pixel are those of its picture and its place: no order changes them.
// OUTPUTS is 1. ND-range: rows work-items.
// Host: MDLSTMOpenCL/Drawing/OpenCLPictures.swift. Reference: MDLSTM/Densities/Drawing/ReferencePictures.swift.
// Test: PictureParityTests.

#ifdef LINT
#include "mcgsm.cl"
#include "philox.cl"
#endif

#ifndef STREAM
#define STREAM 5
#endif

KERNEL void mcgsm_draw(const int first, const int rows, const int size, const int inputs, const int u_stride,
                       const uint seed_low, const uint seed_high, const real spread_of_v, const real least,
                       const real most, const __global int *restrict elements, const __global real *restrict z,
                       const __global real *restrict head, const __global real *restrict u,
                       const __global real *restrict predictor, __global real *restrict canvas) {
  const int row = (int)get_global_id(0);
  if (row >= rows) return;
  const __global real *own = z + at(row, WIDTH);
  vec w[BLOCKS], q[BLOCKS], projected[OUTPUTS * BLOCKS];
  energies(own, head, w, q, projected);
  vec largest = 0;
  for (int s = 0; s < SCALES; s++) {
    for (int b = 0; b < BLOCKS; b++) {
      const vec G = HEAD(PRIORS, s, b) - HEAD(PRECISIONS, s, b) * w[b];
      largest = b + s == 0 ? G : fmax(largest, G);
    }
  }
  const real most_likely = largest_lane(largest);
  real powers[SCALES * COMPONENTS], sum = 0;
  for (int s = 0; s < SCALES; s++) {
    for (int b = 0; b < BLOCKS; b++) {
      const vec G = HEAD(PRIORS, s, b) - HEAD(PRECISIONS, s, b) * w[b];
      spread(power_of_e(G - most_likely), powers + s * COMPONENTS + b * V);
    }
  }
  for (int j = 0; j < SCALES * COMPONENTS; j++) sum += powers[j];

  const int element = elements[first + row];
  const uint4 words = philox((uint4)((uint)(element % size), (uint)(element / size), 0u, (uint)STREAM),
                             (uint2)(seed_low, seed_high));
  const real unit = (real)1 / (1 << 24);
  real rest = (real)(words.x >> 8) * unit * sum;
  int chosen = SCALES * COMPONENTS - 1;
  for (int j = 0; j < SCALES * COMPONENTS; j++) {
    rest -= powers[j];
    if (rest < 0) {
      chosen = j;
      break;
    }
  }
  const int k = chosen % COMPONENTS, s = chosen / COMPONENTS;
  const real radius = sqrt((real)-2 * log((real)1 - (real)(words.y >> 8) * unit));
  const real normal = radius * cospi((real)2 * (real)(words.z >> 8) * unit);
  const real deviation = (real)1 / sqrt(head[PRECISIONS + s * COMPONENTS + k]) * head[INVERSES + k];
  real value = spread_of_v * (deviation * normal + own[FEATURES + k]);
  for (int j = 0; j < inputs; j++) value += predictor[j] * u[at(row, u_stride) + j];
  value = value < least ? least : value > most ? most : value;
  canvas[element] = value;
}
