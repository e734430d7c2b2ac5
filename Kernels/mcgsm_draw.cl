// Draws the pixels of a front: component and scale by their probabilities, then the Gaussian, then back from whitened
// numbers to a pixel.
//
//   elements     [R]                      in, where the pixel of each row lies on the pictures
//   z            [rows, WIDTH]            in, the products of each row for y = 0: mcgsm.cl
//   head                                  in, the tensors
//   u            [rows, u_stride]         in, the whitened neighbourhoods
//   scaling      [O, 2 O + 2 + inputs]    in, of each output its row of W_y^-1, of W_y and of P behind its least and largest
//   pictures     [B, size, CHANNELS]      in, out
//
// GIVEN 0 | 1   pixels of some rows are given, and the likelihoods of all are wanted:
//   drawn        [R]                      in, 1 where a pixel is drawn
//   nats         [R]                      out, log p of v; minus infinity where a pixel drawn was beyond its range
//   values       [R, O]                   out, the pixels
//
// The random bits of a pixel are those of its pass, its picture and its place: no order changes them.
// CHANNELS, FIRST  of a picture, and the first of those that are drawn. OUTPUTS is 1 or 2. ND-range: rows work-items.
// Host: MDLSTMOpenCL/Drawing/OpenCLPainter.swift. Reference: MDLSTM/Densities/Drawing/ReferencePainter.swift.
// Test: PictureParityTests.

#ifdef LINT
#include "mcgsm.cl"
#include "philox.cl"
#endif

#ifndef STREAM
#define STREAM 5
#endif
#ifndef GIVEN
#define GIVEN 1
#endif
#ifndef CHANNELS
#define CHANNELS 1
#endif
#ifndef FIRST
#define FIRST 0
#endif

KERNEL void mcgsm_draw(const int first, const int rows, const int size, const int inputs, const int u_stride,
                       const uint pass, const uint seed_low, const uint seed_high, const __global int *restrict elements,
                       const __global real *restrict z, const __global real *restrict head,
                       const __global real *restrict u, const __global real *restrict scaling,
                       __global real *restrict pictures
#if GIVEN
                       ,
                       const __global int *restrict drawn, __global real *restrict nats, __global real *restrict values
#endif
) {
  const int row = (int)get_global_id(0);
  if (row >= rows) return;
  const __global real *own = z + at(row, WIDTH);
  vec w[BLOCKS], q[BLOCKS], projected[OUTPUTS * BLOCKS];
  energies(own, head, w, q, projected);
  const int element = elements[first + row];
  __global real *pixel = pictures + element + FIRST;
  const int stride = 2 * OUTPUTS + 2 + inputs;
  real predicted[OUTPUTS];
  for (int o = 0; o < OUTPUTS; o++) {
    predicted[o] = 0;
    for (int j = 0; j < inputs; j++)
      predicted[o] += scaling[o * stride + 2 * OUTPUTS + 2 + j] * u[at(row, u_stride) + j];
  }
#if GIVEN
  bool beyond = false;
  if (drawn[first + row])
#endif
  {
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

    const int place = element / CHANNELS;
    const uint4 words = philox((uint4)((uint)(place % size), (uint)(place / size), pass, (uint)STREAM),
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
    const real deviation = (real)1 / sqrt(head[PRECISIONS + s * COMPONENTS + k]);
    real x[OUTPUTS], v[OUTPUTS];
    for (int o = OUTPUTS - 1; o >= 0; o--) {
      const real turns = (real)2 * (real)(words.z >> 8) * unit;
      real rest_of_x = deviation * radius * (o == 0 ? cospi(turns) : sinpi(turns));
      for (int p = o + 1; p < OUTPUTS; p++) rest_of_x -= head[FACTORS + (p * OUTPUTS + o) * COMPONENTS + k] * x[p];
      x[o] = rest_of_x * head[INVERSES + o * COMPONENTS + k];
      v[o] = x[o] + own[FEATURES + o * COMPONENTS + k];
    }
    for (int o = 0; o < OUTPUTS; o++) {
      real value = predicted[o];
      for (int p = 0; p < OUTPUTS; p++) value += scaling[o * stride + p] * v[p];
      const real least = scaling[o * stride + 2 * OUTPUTS], most = scaling[o * stride + 2 * OUTPUTS + 1];
#if GIVEN
      beyond = beyond || value < least || value > most;
#endif
      pixel[o] = value < least ? least : value > most ? most : value;
    }
  }
#if GIVEN
  // Of the pixel as it is.
  real y[OUTPUTS];
  for (int o = 0; o < OUTPUTS; o++) {
    y[o] = 0;
    for (int p = 0; p < OUTPUTS; p++) y[o] += scaling[o * stride + OUTPUTS + p] * (pixel[p] - predicted[p]);
    values[(first + row) * OUTPUTS + o] = pixel[o];
  }
#pragma unroll
  for (int b = 0; b < BLOCKS; b++) {
    q[b] = 0;
    for (int o = 0; o < OUTPUTS; o++) {
      vec residual = projected[o * BLOCKS + b];
      for (int p = o; p < OUTPUTS; p++) residual -= HEAD(FACTORS, p * OUTPUTS + o, b) * y[p];
      q[b] += residual * residual / 2;
    }
  }
  real prior, joint;
  log_sums(head, w, q, &prior, &joint);
  nats[first + row] = beyond ? (real)-INFINITY : joint - prior;
#endif
}
