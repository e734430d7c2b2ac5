// Layer normalisation of vectors of H units: n = (x - mean) / sqrt(variance + epsilon).
//
// Its gradient is factor * (d - mean(d) - n * mean(d * n)), the factor 1 / sqrt(variance + epsilon), but 0 where the
// variance is that of rounding: see MDLSTM/Reference/LayerNormReference.swift.
// ITEMS work-items share a row: each has every ITEMS-th of its vectors, the same in all loops, so that it reads only what it
// wrote. Sums run vector by vector, in each lane first, then over the lanes as a tree, then over the items.
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

// The columns of a row that an item has.
#define FOR_EACH_COLUMN(j) for (int j = place_in_row() * V; j < padded_size; j += ITEMS * V)

static inline ALWAYS real sum_of_row(vec sum, SHARED real *sums) { return sum_of_items(sum_lanes(sum), sums); }

// Of `vectors` vectors that follow one another; their padding is zero. The moments are an argument since oclgrind does not
// know what a result of several numbers leaves in a kernel.
static inline ALWAYS void find_moments(moments *m, const __global real *x, int vectors, int hidden_size, int padded_size,
                                       SHARED real *sums) {
  const real count = (real)(vectors * hidden_size);
  vec sum = (vec)0;
  for (int y = 0; y < vectors; y++) FOR_EACH_COLUMN(j) sum += LOAD(x + y * padded_size + j);
  m->mean = sum_of_row(sum, sums) / count;
  sum = (vec)0;
  for (int y = 0; y < vectors; y++) {
    FOR_EACH_COLUMN(j) {
      const vec apart = (LOAD(x + y * padded_size + j) - m->mean) * lanes_below(hidden_size - j);
      sum += apart * apart;
    }
  }
  const real variance = sum_of_row(sum, sums) / count, rounding = (real)ROUNDING * fabs(m->mean);
  m->inverse = (real)1 / sqrt(variance + (real)NORM_EPSILON);
  m->factor = variance <= rounding * rounding ? (real)0 : m->inverse;
}

#endif
