// Layer normalisation of vectors of H units: n = (x - mean) / sqrt(variance + epsilon).
//
// Its gradient is factor * (d - mean(d) - n * mean(d * n)), the factor 1 / sqrt(variance + epsilon), but 0 where the
// variance is that of rounding: see MDLSTM/Reference/LayerNormReference.swift.
// Sums run vector by vector, in each lane first, then over the lanes as a tree.
// Test: LayerParityTests.

#ifndef NORM_CL
#define NORM_CL

#ifdef LINT
#include "layout.cl"
#endif

#ifndef NORM_EPSILON
#define NORM_EPSILON 1e-5f
#endif
// 32 units in the last place.
#if DOUBLE
#define ROUNDING 7.105427357601002e-15
#else
#define ROUNDING 3.814697265625e-06f
#endif

typedef struct {
  real mean, inverse, factor;
} moments;

// 1 in the first `count` lanes, 0 in the padding.
static inline vec lanes_below(int count) {
  real lanes[V];
  for (int v = 0; v < V; v++) lanes[v] = v < count ? (real)1 : (real)0;
  return LOAD_ANYWHERE(lanes);
}

// Of `vectors` vectors that follow one another; their padding is zero.
static inline moments moments_of(const __global real *x, int vectors, int hidden_size, int padded_size) {
  const real count = (real)(vectors * hidden_size);
  vec sum = (vec)0;
  for (int e = 0; e < vectors * padded_size; e += V) sum += LOAD(x + e);
  moments m;
  m.mean = sum_lanes(sum) / count;
  sum = (vec)0;
  for (int y = 0; y < vectors; y++) {
    for (int j = 0; j < padded_size; j += V) {
      const vec apart = (LOAD(x + y * padded_size + j) - m.mean) * lanes_below(hidden_size - j);
      sum += apart * apart;
    }
  }
  const real variance = sum_lanes(sum) / count, rounding = (real)ROUNDING * fabs(m.mean);
  m.inverse = (real)1 / sqrt(variance + (real)NORM_EPSILON);
  m.factor = variance <= rounding * rounding ? (real)0 : m.inverse;
  return m;
}

#endif
