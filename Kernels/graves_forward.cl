// The `graves` cell (and `lstm`, its case of one axis), from pre-activations to h: V hidden units of one row.
//
//   i   = sigma(a_i  + sum_k P_i * c_(p-k))
//   f_k = sigma(a_fk + P_fk * c_(p-k))
//   g   = tanh(a_g)
//   c   = i * g + sum_k f_k * c_(p-k)
//   o   = sigma(a_o + P_o * c)
//   h   = o * tanh(c)                    Graves, Fernandez, Schmidhuber 2007 (arXiv 0705.2011)
//
// A cell file defines `cell_forward` for forward_tile.cl (ways `fused` and `sweep`) and gemm_forward.cl.
// Host: MDLSTMOpenCL/Recurrent/RecurrentForward.swift. Reference: MDLSTM/Reference/GravesForward.swift.

#ifdef LINT
#include "common.cl"
#endif

// The slots of the gates, i, f_1 .. f_N, g, o (here for N = 2), and whether there are peepholes.
#ifndef GATE_I
#define GATE_I 0
#define GATE_F 1
#define GATE_G 3
#define GATE_O 4
#endif
#ifndef PEEPHOLES
#define PEEPHOLES 1
#endif

// Rows of weight_ch: i, f_1 .. f_N, o.
#define PEEP_VECTORS (AXES + 2)
#define PEEP_I 0
#define PEEP_F 1
#define PEEP_O (AXES + 1)

// gates [G] in: pre-activations, out: activations. previous [N] in: c of the predecessors.
// peepholes in: weight_ch of this set at this block of units, rows `stride` apart. cell out. Returns h.
static inline vec cell_forward(vec *gates, const vec *previous, const __global real *peepholes, int stride,
                               vec *cell) {
#if PEEPHOLES
  vec sum = previous[0];
#pragma unroll
  for (int k = 1; k < AXES; k++) sum += previous[k];
  gates[GATE_I] += LOAD(peepholes + PEEP_I * stride) * sum;
#pragma unroll
  for (int k = 0; k < AXES; k++) gates[GATE_F + k] += LOAD(peepholes + (PEEP_F + k) * stride) * previous[k];
#endif
  gates[GATE_I] = sigmoid(gates[GATE_I]);
  gates[GATE_G] = hyperbolic_tangent(gates[GATE_G]);
  vec c = gates[GATE_I] * gates[GATE_G];
#pragma unroll
  for (int k = 0; k < AXES; k++) {
    gates[GATE_F + k] = sigmoid(gates[GATE_F + k]);
    c += gates[GATE_F + k] * previous[k];
  }
#if PEEPHOLES
  gates[GATE_O] += LOAD(peepholes + PEEP_O * stride) * c;
#endif
  gates[GATE_O] = sigmoid(gates[GATE_O]);
  *cell = c;
  return gates[GATE_O] * hyperbolic_tangent(c);
}
