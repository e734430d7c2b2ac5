// The `leaky` cell, LeakyLP: V hidden units of one row.
//
//   l  = softmax(a_l1 + sum_k P_l1,k * c_(p-k), .., 0),   s = sum_k l_k * c_(p-k)
//   k  = sigma(a_k),   g = tanh(a_g)
//   c  = k * g + (1 - k) * s
//   o1 = sigma(a_o1 + P_o1 * c),   o2 = sigma(a_o2 + P_o2 * c)
//   h  = tanh(o1 * s + o2 * c)           Leifert et al. 2016 (JMLR 17:97)
//
// The functions are those of graves_forward.cl, where their arguments are described. Peepholes: those of l_1 along
// every axis, then of l_2, .., then o1, o2.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/LeakyEquations.swift.
//
// lint | -DGATES=5 -DGATE_L=1 -DPEEP_VECTORS=4
// lint | -DGATES=5 -DGATE_L=1 -DPEEP_L=-1 -DPEEP_O1=-1 -DPEEP_O2=-1 -DPEEP_VECTORS=0

#ifdef LINT
#define GATE_L 1
#include "shares.cl"
#endif

#ifndef GATE_K
#define GATE_K 0
#define GATE_O1 3
#define GATE_O2 4
#endif
#ifndef GATE_G
#define GATE_G 2
#endif
#ifndef PEEP_L
#define PEEP_L 0
#endif
#ifndef PEEP_O1
#define PEEP_O1 ((CELL_AXES - 1) * CELL_AXES)
#define PEEP_O2 (PEEP_O1 + 1)
#endif

static inline vec cell_state(const vec *gates, const vec *previous) {
  const vec k = gates[GATE_K];
  return clip_cell(k * gates[GATE_G] + ((real)1 - k) * mean_state(gates, previous));
}

static inline vec cell_update(vec *gates, const vec *previous, const __global real *peepholes, int stride) {
#if PEEP_O1 >= 0
#pragma unroll
  for (int j = 0; j < CELL_AXES - 1; j++) {
#pragma unroll
    for (int k = 0; k < CELL_AXES; k++)
      gates[GATE_L + j] += LOAD(peepholes + (PEEP_L + j * CELL_AXES + k) * stride) * previous[k];
  }
#endif
  activate_shares(gates);
  gates[GATE_K] = sigmoid(gates[GATE_K]);
  gates[GATE_G] = hyperbolic_tangent(gates[GATE_G]);
  const vec c = cell_state(gates, previous);
#if PEEP_O1 >= 0
  gates[GATE_O1] += LOAD(peepholes + PEEP_O1 * stride) * c;
  gates[GATE_O2] += LOAD(peepholes + PEEP_O2 * stride) * c;
#endif
  gates[GATE_O1] = sigmoid(gates[GATE_O1]);
  gates[GATE_O2] = sigmoid(gates[GATE_O2]);
  return c;
}

static inline vec cell_output(const vec *gates, vec cell, const vec *previous) {
  return hyperbolic_tangent(gates[GATE_O1] * mean_state(gates, previous) + gates[GATE_O2] * cell);
}
