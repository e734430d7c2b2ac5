// Zoneout: the share of its old value each unit keeps [Krueger et al. 2017, arXiv 1606.01305].
//
// In training 1 with the probability of ZONEOUT_H or ZONEOUT_C / 2^32, else 0; in inference the probability itself,
// MEAN_H or MEAN_C.
// noise: training, seed low, seed high, layer, step, stream, directions, H, the first direction of these rows, sites of a
// sample's storage, then the first site of each sample among all that masks are drawn for. Words 0 and 1 of the random
// block of element (site * directions + direction) * H + unit are for h and c.
// Host: MDLSTMOpenCL/Recurrent/RecurrentNoise.swift. Reference: MDLSTM/Reference/RecurrentReference.swift.

#ifdef LINT
#include "layout.cl"
#include "philox.cl"
#endif

#ifndef ZONEOUT_H
#define ZONEOUT_H 0u
#define ZONEOUT_C 0u
#define MEAN_H 0
#define MEAN_C 0
#endif

static inline void zoneout(int site, int direction, int block, const __global uint *noise, vec *kept_h,
                           vec *kept_c) {
  if (noise[0] == 0) {
    *kept_h = (vec)MEAN_H;
    *kept_c = (vec)MEAN_C;
  } else {
    const uint sample = (uint)site / noise[9], place = noise[10 + sample] + (uint)site % noise[9];
    const uint first = (place * noise[6] + noise[8] + (uint)direction) * noise[7] + (uint)(block * V);
#if WG == 1 && V > 1
    uints of_c;
    const uints of_h = philox_words((uint4)(first, noise[3], noise[4], noise[5]), (uint2)(noise[1], noise[2]), &of_c);
    *kept_h = SELECT_VEC((vec)0, (vec)1, AS_CONDITION(of_h < (uint)ZONEOUT_H));
    *kept_c = SELECT_VEC((vec)0, (vec)1, AS_CONDITION(of_c < (uint)ZONEOUT_C));
#else
    // So that on a GPU the lanes stay in registers.
    real of_h[V], of_c[V];
#pragma unroll
    for (int v = 0; v < V; v++) {
      const uint4 bits = philox((uint4)(first + (uint)v, noise[3], noise[4], noise[5]), (uint2)(noise[1], noise[2]));
      of_h[v] = bits.x < (uint)ZONEOUT_H ? (real)1 : (real)0;
      of_c[v] = bits.y < (uint)ZONEOUT_C ? (real)1 : (real)0;
    }
    *kept_h = LOAD_ANYWHERE(of_h);
    *kept_c = LOAD_ANYWHERE(of_c);
#endif
  }
}
