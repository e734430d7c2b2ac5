// The output of the LSTM, in `graves` and `stable`: h = o * tanh(c).
//
//   do = dh * tanh(c),   dc += dh * o * (1 - tanh(c)^2)
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

static inline vec cell_output(const vec *gates, vec cell, const vec *previous) {
  return output_gate(gates) * squash(OUTPUT, cell);
}

static inline void cell_output_backward(const vec *gates, vec cell, const vec *previous, vec dh, vec *d, vec *dc,
                                        vec *ds) {
  const vec squashed = squash(OUTPUT, cell);
#if GATE_O >= 0
  d[GATE_O] += dh * squashed;
#endif
  *dc += dh * output_gate(gates) * squash_slope(OUTPUT, squashed);
}

#endif
