// The backward pass of leaky_forward.cl: V hidden units of one row.
//
//   dq = dh * (1 - h^2)                  by o1 * s + o2 * c
//   do1 = dq * s,   do2 = dq * c,   ds = dq * o1,   dc += dq * o2
//
//   da_o = do * o (1 - o),   dc += P_o * da_o              for o1 and o2
//   da_k = dc * (g - s) * k (1 - k),   da_g = dc * k * (1 - g^2),   ds += dc * (1 - k),   then shares.cl
//   e_k += sum_j P_lj,k * da_lj
//
// The arguments are described in graves_backward.cl.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/LeakyEquations.swift.

#ifdef LINT
#include "leaky_forward.cl"
#endif

static inline void cell_output_backward(const vec *gates, vec cell, const vec *previous, vec dh, vec *d, vec *dc,
                                        vec *ds) {
  const vec h = cell_output(gates, cell, previous);
  const vec dq = dh * ((real)1 - h * h);
  d[GATE_O1] += dq * mean_state(gates, previous);
  d[GATE_O2] += dq * cell;
  *ds += dq * gates[GATE_O1];
  *dc += dq * gates[GATE_O2];
}

static inline void cell_update_backward(const vec *gates, vec cell, const vec *previous,
                                        const __global real *peepholes, int stride, vec dc, vec ds, vec *d,
                                        vec *given, vec *dp) {
  d[GATE_O1] *= gates[GATE_O1] * ((real)1 - gates[GATE_O1]);
  d[GATE_O2] *= gates[GATE_O2] * ((real)1 - gates[GATE_O2]);
#if PEEP_O1 >= 0
  dp[PEEP_O1] = d[GATE_O1] * cell;
  dp[PEEP_O2] = d[GATE_O2] * cell;
  dc += LOAD(peepholes + PEEP_O1 * stride) * d[GATE_O1] + LOAD(peepholes + PEEP_O2 * stride) * d[GATE_O2];
#endif
  dc = clip_gradient(dc, cell);
  const vec k = gates[GATE_K], g = gates[GATE_G];
  d[GATE_K] = dc * (g - mean_state(gates, previous)) * k * ((real)1 - k);
  d[GATE_G] = dc * k * ((real)1 - g * g);
  shares_backward(gates, previous, ds + dc * ((real)1 - k), d, given);
#if PEEP_O1 >= 0
#pragma unroll
  for (int j = 0; j < CELL_AXES - 1; j++) {
#pragma unroll
    for (int axis = 0; axis < CELL_AXES; axis++) {
      dp[PEEP_L + j * CELL_AXES + axis] = d[GATE_L + j] * previous[axis];
      given[axis] += LOAD(peepholes + (PEEP_L + j * CELL_AXES + axis) * stride) * d[GATE_L + j];
    }
  }
#endif
}
