// The cell of `graves`, `lstm` and its variants, and of every axis of a `grid`: V hidden units of one row.
//
//   i   = sigma(a_i  + P_i * sum_k c_(p-k))
//   f_k = sigma(a_fk + P_fk * c_(p-k))
//   g   = tanh(a_g)
//   c   = i * g + SHARE * sum_k f_k * c_(p-k)
//   o   = sigma(a_o + P_o * c)
//   h   = o * tanh(c)                    Graves, Fernandez, Schmidhuber 2007 (arXiv 0705.2011)
//
// A gate without a slot is 1 (NIG, NFG, NOG of Greff et al. 2017, arXiv 1503.04069) or, with COUPLED, 1 - the other of
// i and f. INPUT_TANH 0: g = a_g (NIAF). OUTPUT_TANH 0: h = o * c (NOAF).
//
// A cell file defines cell_update, cell_state and cell_output; its twin the two functions of the backward pass.
// Host: MDLSTMOpenCL/Recurrent/CellKernels.swift. Reference: MDLSTM/Reference/Cells/GravesEquations.swift.

#ifndef GRAVES_FORWARD_CL
#define GRAVES_FORWARD_CL

#ifdef LINT
#include "layout.cl"
#endif

// The slots of the gates, i, f_1 .. f_N, g, o (here for N = 2), and the rows of their peepholes; -1 where there is none.
#ifndef GATE_I
#define GATE_I 0
#define GATE_F 1
#define GATE_G 3
#define GATE_O 4
#endif
#ifndef PEEP_I
#define PEEP_I 0
#define PEEP_F 1
#define PEEP_O (CELL_AXES + 1)
#endif
#ifndef SHARE
#define SHARE 1
#endif
#ifndef COUPLED
#define COUPLED 0
#endif
#ifndef INPUT_TANH
#define INPUT_TANH 1
#endif
#ifndef OUTPUT_TANH
#define OUTPUT_TANH 1
#endif

static inline vec input_gate(const vec *gates) {
#if GATE_I >= 0
  return gates[GATE_I];
#elif COUPLED
  return (real)1 - gates[GATE_F];
#else
  return (vec)1;
#endif
}

static inline vec forget_gate(const vec *gates, int k) {
#if GATE_F >= 0
  return gates[GATE_F + k];
#elif COUPLED
  return (real)1 - gates[GATE_I];
#else
  return (vec)1;
#endif
}

static inline vec output_gate(const vec *gates) {
#if GATE_O >= 0
  return gates[GATE_O];
#else
  return (vec)1;
#endif
}

static inline vec squash_cell(vec cell) {
#if OUTPUT_TANH
  return hyperbolic_tangent(cell);
#else
  return cell;
#endif
}

// c from the activated gates. previous [CELL_AXES]: c of the predecessors.
static inline vec cell_state(const vec *gates, const vec *previous) {
  vec c = input_gate(gates) * gates[GATE_G];
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) c += (real)SHARE * forget_gate(gates, k) * previous[k];
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
  gates[GATE_I] = sigmoid(gates[GATE_I]);
#endif
#if GATE_F >= 0
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) {
#if PEEP_F >= 0
    gates[GATE_F + k] += LOAD(peepholes + (PEEP_F + k) * stride) * previous[k];
#endif
    gates[GATE_F + k] = sigmoid(gates[GATE_F + k]);
  }
#endif
#if INPUT_TANH
  gates[GATE_G] = hyperbolic_tangent(gates[GATE_G]);
#endif
  const vec c = cell_state(gates, previous);
#if GATE_O >= 0
#if PEEP_O >= 0
  gates[GATE_O] += LOAD(peepholes + PEEP_O * stride) * c;
#endif
  gates[GATE_O] = sigmoid(gates[GATE_O]);
#endif
  return c;
}

// h from the activated gates and the cell state, as a layer norm left it.
static inline vec cell_output(const vec *gates, vec cell, const vec *previous) {
  return output_gate(gates) * squash_cell(cell);
}

#endif
