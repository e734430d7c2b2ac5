// The weighted mean of the predecessors' cell states in `stable` and `leaky`.
//
//   l = softmax(a_l1, .., a_l(N-1), 0),   s = sum_k l_k * c_(p-k)       Leifert et al. 2016 (JMLR 17:97)
//
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/ShareEquations.swift.

#ifdef LINT
#include "layout.cl"
#endif

// Slot of l_1; the shares follow one another.
#ifndef GATE_L
#define GATE_L 2
#endif

// l_k; the last is what the others leave of 1.
static inline vec share(const vec *gates, int k) {
  if (k < CELL_AXES - 1) return gates[GATE_L + k];
  vec rest = (vec)1;
#pragma unroll
  for (int j = 0; j < CELL_AXES - 1; j++) rest -= gates[GATE_L + j];
  return rest;
}

// s from the shares.
static inline vec mean_state(const vec *gates, const vec *previous) {
  vec s = (vec)0;
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) s += share(gates, k) * previous[k];
  return s;
}

// Replaces the pre-activations of the shares by the shares.
static inline void activate_shares(vec *gates) {
  vec largest = (vec)0;
#pragma unroll
  for (int k = 0; k < CELL_AXES - 1; k++) largest = fmax(largest, gates[GATE_L + k]);
  vec sum = exp(-largest);
#pragma unroll
  for (int k = 0; k < CELL_AXES - 1; k++) {
    gates[GATE_L + k] = exp(gates[GATE_L + k] - largest);
    sum += gates[GATE_L + k];
  }
#pragma unroll
  for (int k = 0; k < CELL_AXES - 1; k++) gates[GATE_L + k] /= sum;
}

// da_lk = ds * l_k * (c_(p-k) - s),   e_k = ds * l_k.
static inline void shares_backward(const vec *gates, const vec *previous, vec ds, vec *d, vec *given) {
  const vec s = mean_state(gates, previous);
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) {
    given[k] = ds * share(gates, k);
    if (k < CELL_AXES - 1) d[GATE_L + k] = given[k] * (previous[k] - s);
  }
}
