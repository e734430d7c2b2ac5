// The `stable` cell: V hidden units of one row.
//
//   i, f, o = sigma(a_y),   g = tanh(a_g)
//   c = i * g + f * s,   s = sum_k l_k * c_(p-k)
//   h = o * tanh(c)                      Leifert et al. 2016 (JMLR 17:97)
//
// The functions are those of graves_forward.cl, where their arguments are described.
// Host: MDLSTMOpenCL/Recurrent/CellKernels.swift. Reference: MDLSTM/Reference/Cells/StableEquations.swift.

#ifdef LINT
#include "shares.cl"
#endif

#ifndef GATE_I
#define GATE_I 0
#define GATE_F 1
#define GATE_G 3
#define GATE_O 4
#endif

static inline vec cell_state(const vec *gates, const vec *previous) {
  return clip_cell(gates[GATE_I] * gates[GATE_G] + gates[GATE_F] * mean_state(gates, previous));
}

static inline vec cell_update(vec *gates, const vec *previous, const __global real *peepholes, int stride) {
  activate_shares(gates);
  gates[GATE_I] = sigmoid(gates[GATE_I]);
  gates[GATE_F] = sigmoid(gates[GATE_F]);
  gates[GATE_G] = hyperbolic_tangent(gates[GATE_G]);
  gates[GATE_O] = sigmoid(gates[GATE_O]);
  return cell_state(gates, previous);
}

static inline vec cell_output(const vec *gates, vec cell, const vec *previous) {
  return gates[GATE_O] * hyperbolic_tangent(cell);
}
