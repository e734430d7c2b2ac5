// The backward pass of stable_forward.cl: V hidden units of one row.
//
//   da_f = dc * s * f (1 - f),   ds = dc * f,   then shares.cl; the rest as graves_backward.cl without peepholes, where
//   the arguments are described.
//
// Host: MDLSTMOpenCL/Recurrent/CellKernels.swift. Reference: MDLSTM/Reference/Cells/StableEquations.swift.

#ifdef LINT
#include "stable_forward.cl"
#endif

static inline void cell_output_backward(const vec *gates, vec cell, const vec *previous, vec dh, vec *d, vec *dc,
                                        vec *ds) {
  const vec squashed = hyperbolic_tangent(cell);
  d[GATE_O] += dh * squashed;
  *dc += dh * gates[GATE_O] * ((real)1 - squashed * squashed);
}

static inline void cell_update_backward(const vec *gates, vec cell, const vec *previous,
                                        const __global real *peepholes, int stride, vec dc, vec ds, vec *d,
                                        vec *given, vec *dp) {
  const vec i = gates[GATE_I], f = gates[GATE_F], g = gates[GATE_G], o = gates[GATE_O];
  dc = clip_gradient(dc, cell);
  d[GATE_O] *= o * ((real)1 - o);
  d[GATE_G] = dc * i * ((real)1 - g * g);
  d[GATE_I] = dc * g * i * ((real)1 - i);
  d[GATE_F] = dc * mean_state(gates, previous) * f * ((real)1 - f);
  shares_backward(gates, previous, dc * f, d, given);
}
