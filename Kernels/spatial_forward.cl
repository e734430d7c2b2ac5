// The `spatial` cell: V hidden units of one row.
//
//   i, f_k, o = sigma(a_y),   g = tanh(a_g)
//   c = i * g + SHARE * sum_k f_k * c_(p-k)
//   h = tanh(o * c)                      Theis, Bethge 2015 (arXiv 1506.03478)
//
// The functions are those of graves_forward.cl, where their arguments are described.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/SpatialEquations.swift.
//
// lint | -DMORE=1 -DFEEDBACK=2 -DPEEP_VECTORS=0
// lint norm | -DNORM=3 -DPEEP_VECTORS=17

#ifdef LINT
#include "lstm_gates.cl"
#endif

#ifndef SHARE
#define SHARE 1
#endif

static inline vec cell_state(const vec *gates, const vec *previous) {
  vec c = gates[GATE_I] * gates[GATE_G];
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) c += (real)SHARE * gates[GATE_F + k] * previous[k];
  return clip_cell(c);
}

static inline vec cell_update(vec *gates, const vec *previous, const __global real *peepholes, int stride) {
  gates[GATE_I] = activate_gate(gates[GATE_I]);
  activate_candidate(gates);
  gates[GATE_O] = activate_gate(gates[GATE_O]);
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) gates[GATE_F + k] = activate_gate(gates[GATE_F + k]);
  return cell_state(gates, previous);
}

static inline vec cell_output(const vec *gates, vec cell, const vec *previous) {
  return hyperbolic_tangent(gates[GATE_O] * cell);
}
