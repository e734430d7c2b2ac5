// The backward pass of the `graves` cell: V hidden units of one row.
//
//   da_o  = dh * tanh(c) * o (1 - o)
//   dc    = dc_in + dh * o * (1 - tanh(c)^2) + P_o * da_o
//   da_g  = dc * i * (1 - g^2)
//   da_i  = dc * g * i (1 - i)
//   da_fk = dc * c_(p-k) * f_k (1 - f_k)
//   e_k   = dc * f_k + P_i * da_i + P_fk * da_fk        what c_(p-k) receives from this row
//
// A cell file defines `cell_backward` for backward_row.cl, which all ways share.
// Host: MDLSTMOpenCL/Recurrent/RecurrentBackward.swift. Reference: MDLSTM/Reference/GravesBackward.swift.

#ifdef LINT
#include "graves_forward.cl"
#endif

// gates [G] in: activations, out: gradients by the pre-activations. cell, previous [N] in: c of the row and of its
// predecessors. dh, dc in: gradients that reached h and c. handed [N] out: e_k.
static inline void cell_backward(vec *gates, vec cell, const vec *previous, const __global real *peepholes,
                                 int stride, vec dh, vec dc, vec *handed) {
  const vec squashed = hyperbolic_tangent(cell);
  const vec i = gates[GATE_I], g = gates[GATE_G], o = gates[GATE_O];
  gates[GATE_O] = dh * squashed * o * ((real)1 - o);
  dc += dh * o * ((real)1 - squashed * squashed);
#if PEEPHOLES
  dc += LOAD(peepholes + PEEP_O * stride) * gates[GATE_O];
#endif
  gates[GATE_G] = dc * i * ((real)1 - g * g);
  gates[GATE_I] = dc * g * i * ((real)1 - i);
#pragma unroll
  for (int k = 0; k < AXES; k++) {
    const vec f = gates[GATE_F + k];
    gates[GATE_F + k] = dc * previous[k] * f * ((real)1 - f);
    handed[k] = dc * f;
#if PEEPHOLES
    handed[k] += LOAD(peepholes + PEEP_I * stride) * gates[GATE_I] +
                 LOAD(peepholes + (PEEP_F + k) * stride) * gates[GATE_F + k];
#endif
  }
}
