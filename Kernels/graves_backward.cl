// The backward pass of graves_forward.cl: V hidden units of one row.
//
//   do, dc by h           lstm_output.cl
//   da_o, da_g, da_i      lstm_gates.cl           dc += P_o * da_o,   di = dc * g
//   da_fk = SHARE * dc * c_(p-k) * f_k (1 - f_k)
//   e_k   = SHARE * dc * f_k + P_i * da_i + P_fk * da_fk        what c_(p-k) receives from this row
//
// With FORGET_MAX only the kept axis has terms in SHARE. With COUPLED, what reaches the gate without a slot goes to the other
// with the opposite sign.
//
// Arguments of cell_output_backward: gates in: activations. cell in: c, as a layer norm left it. dh in: the gradient by h.
// d [CELL_GATES] in and out: gradients by the activations. dc in and out. ds in and out: the gradient by the mean of the
// predecessors, for cells that let it out.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/GravesEquations.swift.

#ifdef LINT
#include "graves_forward.cl"
#endif

// cell in: c. d in: gradients by the activations, out: by the pre-activations. given [CELL_AXES] out: e_k.
// dp [PEEP_VECTORS] out: gradients by the peepholes.
static inline void cell_update_backward(const vec *gates, vec cell, const vec *previous,
                                        const __global real *peepholes, int stride, vec dc, vec ds, vec *d,
                                        vec *given, vec *dp) {
  output_gate_backward(gates, d);
#if GATE_O >= 0 && PEEP_O >= 0
  dp[PEEP_O] = d[GATE_O] * cell;
  dc += LOAD(peepholes + PEEP_O * stride) * d[GATE_O];
#endif
  dc = clip_gradient(dc, cell);
  vec di = dc * gates[GATE_G];
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) {
    given[k] = KEPT(k, (real)SHARE * dc * forget_gate(gates, k));
#if GATE_F >= 0
    d[GATE_F + k] += KEPT(k, (real)SHARE * dc * previous[k]);
#if COUPLED && GATE_I < 0
    d[GATE_F + k] -= di;
#endif
    d[GATE_F + k] *= gate_slope(gates[GATE_F + k]);
#if PEEP_F >= 0
    dp[PEEP_F + k] = d[GATE_F + k] * previous[k];
    given[k] += LOAD(peepholes + (PEEP_F + k) * stride) * d[GATE_F + k];
#endif
#elif COUPLED
    di -= (real)SHARE * dc * previous[k];
#endif
  }
#if GATE_I >= 0
  di = d[GATE_I] + di;
#endif
  input_backward(gates, dc, di, d);
#if GATE_I >= 0 && PEEP_I >= 0
  vec sum = (vec)0;
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) {
    sum += previous[k];
    given[k] += LOAD(peepholes + PEEP_I * stride) * d[GATE_I];
  }
  dp[PEEP_I] = d[GATE_I] * sum;
#endif
}
