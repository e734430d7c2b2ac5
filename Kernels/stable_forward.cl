// The `stable` cell: V hidden units of one row.
//
//   i, f, o = sigma(a_y),   g = tanh(a_g)
//   c = i * g + f * s,   s = sum_k l_k * c_(p-k)
//   h = o * tanh(c)                      Leifert et al. 2016 (JMLR 17:97)
//
// cell_output is in lstm_output.cl. The functions are described in graves_forward.cl.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/StableEquations.swift.
//
// lint | -DAXES=3 -DGATES=6 -DGATE_I=0 -DGATE_F=1 -DGATE_L=2 -DGATE_G=4 -DGATE_O=5 -DPEEP_VECTORS=0 -DCLIP=1
// lint norm | -DNORM=2 -DAXES=3 -DGATES=6 -DGATE_I=0 -DGATE_F=1 -DGATE_L=2 -DGATE_G=4 -DGATE_O=5 -DPEEP_VECTORS=14

#ifdef LINT
#include "shares.cl"
#include "lstm_output.cl"
#endif

static inline vec cell_state(const vec *gates, const vec *previous) {
  return clip_cell(gates[GATE_I] * gates[GATE_G] + gates[GATE_F] * mean_state(gates, previous));
}

static inline vec cell_update(vec *gates, const vec *previous, const __global real *peepholes, int stride) {
  activate_shares(gates);
  gates[GATE_I] = activate_gate(gates[GATE_I]);
  gates[GATE_F] = activate_gate(gates[GATE_F]);
  activate_candidate(gates);
  gates[GATE_O] = activate_gate(gates[GATE_O]);
  return cell_state(gates, previous);
}
