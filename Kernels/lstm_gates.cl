// The input gate, candidate and output gate that `graves`, `spatial` and `stable` have of the LSTM.
//
//   i = sigma(a_i),   g = tanh(a_g),   o = sigma(a_o)
//   da_o = do * o (1 - o),   da_g = dc * i * (1 - g^2),   da_i = di * i (1 - i)
//
// A gate without a slot is 1 (NIG, NOG of Greff et al. 2017, arXiv 1503.04069) or, with COUPLED, i is 1 - f. INPUT_TANH 0:
// g = a_g (NIAF).
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/LSTMGates.swift.

#ifndef LSTM_GATES_CL
#define LSTM_GATES_CL

#ifdef LINT
#include "layout.cl"
#endif

// The slots of the gates, i, f_1 .. f_N, g, o (here for N = 2); -1 for one that is not there.
#ifndef GATE_I
#define GATE_I 0
#define GATE_F 1
#define GATE_G 3
#define GATE_O 4
#endif
#ifndef COUPLED
#define COUPLED 0
#endif
#ifndef INPUT_TANH
#define INPUT_TANH 1
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

static inline vec output_gate(const vec *gates) {
#if GATE_O >= 0
  return gates[GATE_O];
#else
  return (vec)1;
#endif
}

static inline void activate_candidate(vec *gates) {
#if INPUT_TANH
  gates[GATE_G] = hyperbolic_tangent(gates[GATE_G]);
#endif
}

// d in: the gradient by o, out: by its pre-activation.
static inline void output_gate_backward(const vec *gates, vec *d) {
#if GATE_O >= 0
  d[GATE_O] *= gates[GATE_O] * ((real)1 - gates[GATE_O]);
#endif
}

// d out: the gradients by the pre-activations of g, from dc, and of i, from di, the gradient by it.
static inline void input_backward(const vec *gates, vec dc, vec di, vec *d) {
#if INPUT_TANH
  const vec g = gates[GATE_G];
  d[GATE_G] = dc * input_gate(gates) * ((real)1 - g * g);
#else
  d[GATE_G] = dc * input_gate(gates);
#endif
#if GATE_I >= 0
  d[GATE_I] = di * gates[GATE_I] * ((real)1 - gates[GATE_I]);
#endif
}

#endif
