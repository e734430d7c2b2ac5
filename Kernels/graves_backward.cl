// The backward pass of graves_forward.cl: V hidden units of one row.
//
//   do = dh * tanh(c),   dc += dh * o * (1 - tanh(c)^2)
//
//   da_o  = do * o (1 - o)                        dc += P_o * da_o
//   da_g  = dc * i * (1 - g^2)
//   da_i  = dc * g * i (1 - i)
//   da_fk = SHARE * dc * c_(p-k) * f_k (1 - f_k)
//   e_k   = SHARE * dc * f_k + P_i * da_i + P_fk * da_fk        what c_(p-k) receives from this row
//
// With COUPLED, what reaches the gate without a slot goes to the other with the opposite sign.
// Host: MDLSTMOpenCL/Recurrent/CellKernels.swift. Reference: MDLSTM/Reference/Cells/GravesEquations.swift.

#ifdef LINT
#include "graves_forward.cl"
#endif

// gates in: activations. cell in: c, as a layer norm left it. d [CELL_GATES] in and out: gradients by the activations.
// dc in and out. ds, the gradient by the mean of the predecessors, is for cells that let it out.
static inline void cell_output_backward(const vec *gates, vec cell, const vec *previous, vec dh, vec *d, vec *dc,
                                        vec *ds) {
  const vec squashed = squash_cell(cell);
#if GATE_O >= 0
  d[GATE_O] += dh * squashed;
#endif
#if OUTPUT_TANH
  *dc += dh * output_gate(gates) * ((real)1 - squashed * squashed);
#else
  *dc += dh * output_gate(gates);
#endif
}

// cell in: c. d in: gradients by the activations, out: by the pre-activations. given [CELL_AXES] out: e_k.
// dp [PEEP_VECTORS] out: gradients by the peepholes.
static inline void cell_update_backward(const vec *gates, vec cell, const vec *previous,
                                        const __global real *peepholes, int stride, vec dc, vec ds, vec *d,
                                        vec *given, vec *dp) {
#if GATE_O >= 0
  d[GATE_O] *= gates[GATE_O] * ((real)1 - gates[GATE_O]);
#if PEEP_O >= 0
  dp[PEEP_O] = d[GATE_O] * cell;
  dc += LOAD(peepholes + PEEP_O * stride) * d[GATE_O];
#endif
#endif
  dc = clip_gradient(dc, cell);
  const vec g = gates[GATE_G];
  vec di = dc * g;
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) {
    given[k] = (real)SHARE * dc * forget_gate(gates, k);
#if GATE_F >= 0
    const vec f = gates[GATE_F + k];
    d[GATE_F + k] += (real)SHARE * dc * previous[k];
#if COUPLED && GATE_I < 0
    d[GATE_F + k] -= di;
#endif
    d[GATE_F + k] *= f * ((real)1 - f);
#if PEEP_F >= 0
    dp[PEEP_F + k] = d[GATE_F + k] * previous[k];
    given[k] += LOAD(peepholes + (PEEP_F + k) * stride) * d[GATE_F + k];
#endif
#elif COUPLED
    di -= (real)SHARE * dc * previous[k];
#endif
  }
#if INPUT_TANH
  d[GATE_G] = dc * input_gate(gates) * ((real)1 - g * g);
#else
  d[GATE_G] = dc * input_gate(gates);
#endif
#if GATE_I >= 0
  d[GATE_I] = (d[GATE_I] + di) * gates[GATE_I] * ((real)1 - gates[GATE_I]);
#if PEEP_I >= 0
  vec sum = (vec)0;
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) {
    sum += previous[k];
    given[k] += LOAD(peepholes + PEEP_I * stride) * d[GATE_I];
  }
  dp[PEEP_I] = d[GATE_I] * sum;
#endif
#endif
}
