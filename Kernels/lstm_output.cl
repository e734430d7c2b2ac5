// The output of the LSTM, in `graves` and `stable`: h = o * tanh(c).
//
//   do = dh * tanh(c),   dc += dh * o * (1 - tanh(c)^2)
//
// OUTPUT_TANH 0: h = o * c, as variant NOAF of Greff et al. 2017 (arXiv 1503.04069).
// The arguments are described in graves_forward.cl and graves_backward.cl.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/LSTMGates.swift.

#ifndef LSTM_OUTPUT_CL
#define LSTM_OUTPUT_CL

#ifdef LINT
#include "lstm_gates.cl"
#endif

#ifndef OUTPUT_TANH
#define OUTPUT_TANH 1
#endif

static inline vec squash_cell(vec cell) {
#if OUTPUT_TANH
  return hyperbolic_tangent(cell);
#else
  return cell;
#endif
}

static inline vec cell_output(const vec *gates, vec cell, const vec *previous) {
  return output_gate(gates) * squash_cell(cell);
}

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

#endif
