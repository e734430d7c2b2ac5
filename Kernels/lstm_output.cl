// The output of the LSTM, in `graves` and `stable`: h = o * tanh(c).
//
//   do = dh * tanh(c),   dc += dh * o * (1 - tanh(c)^2)
//
// OF_PRODUCT 1: h = tanh(o * c), of a `grid` as Kalchbrenner et al. 2016 (arXiv 1507.01526) have it.
//
//   dq = dh * (1 - h^2),   do = dq * c,   dc += dq * o
//
// OUTPUT: another function of c, by its number in squash.cl; h = o * c is variant NOAF of Greff et al. 2017 (arXiv 1503.04069).
// The arguments are described in graves_forward.cl and graves_backward.cl.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/LSTMGates.swift.

#ifndef LSTM_OUTPUT_CL
#define LSTM_OUTPUT_CL

#ifdef LINT
#include "lstm_gates.cl"
#endif

#ifndef OUTPUT
#define OUTPUT 2
#endif
#ifndef OF_PRODUCT
#define OF_PRODUCT 0
#endif

static inline vec cell_output(const vec *gates, vec cell, const vec *previous) {
#if OF_PRODUCT
  return squash(OUTPUT, output_gate(gates) * cell);
#else
  return output_gate(gates) * squash(OUTPUT, cell);
#endif
}

static inline void cell_output_backward(const vec *gates, vec cell, const vec *previous, vec dh, vec *d, vec *dc,
                                        vec *ds) {
#if OF_PRODUCT
  const vec dq = dh * squash_slope(OUTPUT, cell_output(gates, cell, previous));
#if GATE_O >= 0
  d[GATE_O] += dq * cell;
#endif
  *dc += dq * output_gate(gates);
#else
  const vec squashed = squash(OUTPUT, cell);
#if GATE_O >= 0
  d[GATE_O] += dh * squashed;
#endif
  *dc += dh * output_gate(gates) * squash_slope(OUTPUT, squashed);
#endif
}

#endif
