// The backward pass of stable_forward.cl: V hidden units of one row.
//
//   da_f = dc * s * f (1 - f),   ds = dc * f,   then shares.cl; the rest as graves_backward.cl without peepholes, where
//   the arguments are described.
//
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/StableEquations.swift.

#ifdef LINT
#include "stable_forward.cl"
#endif

static inline void cell_update_backward(const vec *gates, vec cell, const vec *previous,
                                        const __global real *peepholes, int stride, vec dc, vec ds, vec *d,
                                        vec *given, vec *dp) {
  const vec f = gates[GATE_F];
  dc = clip_gradient(dc, cell);
  output_gate_backward(gates, d);
  input_backward(gates, dc, dc * gates[GATE_G], d);
  d[GATE_F] = dc * mean_state(gates, previous) * gate_slope(f);
  shares_backward(gates, previous, dc * f, d, given);
}
