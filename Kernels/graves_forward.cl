// The cell of `graves`, `lstm` and its variants, and of every axis of a `grid`: V hidden units of one row.
//
//   i   = sigma(a_i  + P_i * sum_k c_(p-k))
//   f_k = sigma(a_fk + P_fk * c_(p-k))
//   g   = tanh(a_g)
//   c   = i * g + SHARE * sum_k f_k * c_(p-k)
//         FORGET_MAX 1: i * g + f_m * c_(p-m), m = argmax_k f_k, of equal gates the first
//   o   = sigma(a_o + P_o * c)
//   h   = o * tanh(c)                    Graves, Fernandez, Schmidhuber 2007 (arXiv 0705.2011)
//
// i, g and o are in lstm_gates.cl, h in lstm_output.cl. A forget gate without a slot is 1 (NFG of Greff et al. 2017, arXiv
// 1503.04069) or, with COUPLED, 1 - i.
//
// The files of a cell define, of V hidden units of one row:
//
//   cell_update            the gates and c from the pre-activations
//   cell_state             c from the gates
//   cell_output            h from the gates and c, as a layer norm left it
//   cell_output_backward, cell_update_backward    their backward pass: graves_backward.cl
//
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/GravesEquations.swift.
//
// lint | -DPEEP_I=-1 -DPEEP_F=-1 -DPEEP_O=-1 -DPEEP_VECTORS=0 -DOUTPUT=3 -DCLIP=1
// lint | -DCANDIDATE=1 -DOUTPUT=1 -DGATE_SLOPE=1 -DGATE_LEAST=0 -DGATE_MOST=1
// lint | -DPRE_CLIP=1 -DGATE_LEAST=0 -DGATE_MOST=1 -DCANDIDATE_MOST=1
// lint | -DAXES=1 -DGATES=3 -DGATE_I=0 -DGATE_F=-1 -DGATE_G=1 -DGATE_O=2 -DCOUPLED=1 -DPEEP_I=0 -DPEEP_F=-1 -DPEEP_O=1 -DPEEP_VECTORS=2
// lint | -DAXES=1 -DGATES=3 -DGATE_I=-1 -DGATE_F=0 -DGATE_G=1 -DGATE_O=2 -DPEEP_I=-1 -DPEEP_F=0 -DPEEP_O=1 -DPEEP_VECTORS=2 -DCANDIDATE=3
// lint | -DAXES=1 -DGATES=3 -DGATE_I=0 -DGATE_F=1 -DGATE_G=2 -DGATE_O=-1 -DPEEP_I=0 -DPEEP_F=1 -DPEEP_O=-1 -DPEEP_VECTORS=2
// lint | -DAXES=1 -DGATES=4 -DGATE_I=0 -DGATE_F=1 -DGATE_G=2 -DGATE_O=3 -DMORE=2 -DFEEDBACK=4
// lint zoneout | -DZONEOUT=1 -DV=4
// lint grid | -DGRID=1 -DAXES=3 -DGATES=12 -DFEEDBACK=3 -DAXIS_ORDER=0x120 -DPRIORITY=2 -DEARLY=2 -DAXIS_FUNCTIONS=0x010 -DSETS=2 -DDEPTH_SETS=0 -DPEEP_VECTORS=9 -DGATE_I=0 -DGATE_F=1 -DGATE_G=2 -DGATE_O=3 -DPEEP_I=0 -DPEEP_F=1 -DPEEP_O=2 -DOF_PRODUCT=1
// lint norm | -DNORM=1 -DPEEP_I=-1 -DPEEP_F=-1 -DPEEP_O=-1 -DPEEP_VECTORS=12

#ifndef GRAVES_FORWARD_CL
#define GRAVES_FORWARD_CL

#ifdef LINT
#include "lstm_output.cl"
#endif

// The rows of the peepholes; -1 where there is none.
#ifndef PEEP_I
#define PEEP_I 0
#define PEEP_F 1
#define PEEP_O (CELL_AXES + 1)
#endif
#ifndef SHARE
#define SHARE 1
#endif
#ifndef FORGET_MAX
#define FORGET_MAX 0
#endif

static inline vec forget_gate(const vec *gates, int k) {
#if GATE_F >= 0
  return gates[GATE_F + k];
#elif COUPLED
  return (real)1 - gates[GATE_I];
#else
  return (vec)1;
#endif
}

// Term v of axis k, or 0 where its forget gate is not the one that is kept.
#if FORGET_MAX
static inline vec kept_term(const vec *gates, int k, vec v) {
  const vec f = forget_gate(gates, k);
#pragma unroll
  for (int j = 0; j < CELL_AXES; j++) {
    if (j < k) v = SELECT_VEC(v, (vec)0, forget_gate(gates, j) >= f);
    if (j > k) v = SELECT_VEC(v, (vec)0, forget_gate(gates, j) > f);
  }
  return v;
}
#define KEPT(k, v) kept_term(gates, k, v)
#else
#define KEPT(k, v) v
#endif

// c from the activated gates. previous [CELL_AXES]: c of the predecessors.
static inline vec cell_state(const vec *gates, const vec *previous) {
  vec c = input_gate(gates) * gates[GATE_G];
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) c += KEPT(k, (real)SHARE * forget_gate(gates, k) * previous[k]);
  return clip_cell(c);
}

// gates [CELL_GATES] in: pre-activations, out: activations. peepholes in: weight_ch of this set at this block of units,
// rows `stride` apart. Returns c.
static inline vec cell_update(vec *gates, const vec *previous, const __global real *peepholes, int stride) {
#if GATE_I >= 0
#if PEEP_I >= 0
  vec sum = previous[0];
#pragma unroll
  for (int k = 1; k < CELL_AXES; k++) sum += previous[k];
  gates[GATE_I] += LOAD(peepholes + PEEP_I * stride) * sum;
#endif
  gates[GATE_I] = activate_gate(gates[GATE_I]);
#endif
#if GATE_F >= 0
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) {
#if PEEP_F >= 0
    gates[GATE_F + k] += LOAD(peepholes + (PEEP_F + k) * stride) * previous[k];
#endif
    gates[GATE_F + k] = activate_gate(gates[GATE_F + k]);
  }
#endif
  activate_candidate(gates);
  const vec c = cell_state(gates, previous);
#if GATE_O >= 0
#if PEEP_O >= 0
  gates[GATE_O] += LOAD(peepholes + PEEP_O * stride) * c;
#endif
  gates[GATE_O] = activate_gate(gates[GATE_O]);
#endif
  return c;
}

#endif
