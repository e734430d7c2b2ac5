// The input gate, candidate and output gate that `graves`, `spatial` and `stable` have of the LSTM.
//
//   i = sigma(a_i),   g = tanh(a_g),   o = sigma(a_o)
//   da_o = do * o (1 - o),   da_g = dc * i * (1 - g^2),   da_i = di * i (1 - i)
//
// A gate without a slot is 1 (NIG, NOG of Greff et al. 2017, arXiv 1503.04069) or, with COUPLED, i is 1 - f.
//
//   CANDIDATE            the function of g, by its number in squash.cl
//   GATE_SLOPE           where defined, gates are hard sigmoids: min(max(GATE_SLOPE * a + 1/2, 0), 1)
//   PRE_CLIP             where defined, every a is clipped to +-PRE_CLIP
//   GATE_LEAST, GATE_MOST, CANDIDATE_MOST    with those two: activations from which on outwards no gradient passes
//
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/LSTMGates.swift.

#ifndef LSTM_GATES_CL
#define LSTM_GATES_CL

#ifdef LINT
#include "squash.cl"
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
#ifndef CANDIDATE
#define CANDIDATE 2
#endif

static inline vec clip_preactivation(vec a) {
#ifdef PRE_CLIP
  a = SELECT_VEC(a, (vec)PRE_CLIP, a > (vec)PRE_CLIP);
  return SELECT_VEC(a, (vec)-PRE_CLIP, a < (vec)-PRE_CLIP);
#else
  return a;
#endif
}

// A gate's activation y from its pre-activation a; NaN stays NaN.
static inline vec activate_gate(vec a) {
  a = clip_preactivation(a);
#ifdef GATE_SLOPE
  a = a * (real)GATE_SLOPE + (real)0.5;
  a = SELECT_VEC(a, (vec)1, a > (vec)1);
  return SELECT_VEC(a, (vec)0, a < (vec)0);
#else
  return sigmoid(a);
#endif
}

// dy/da of a gate from y.
static inline vec gate_slope(vec y) {
#ifdef GATE_SLOPE
  const vec slope = (vec)GATE_SLOPE;
#else
  const vec slope = y * ((real)1 - y);
#endif
#ifdef GATE_LEAST
  return SELECT_VEC(slope, (vec)0, (y <= (vec)GATE_LEAST) | (y >= (vec)GATE_MOST));
#else
  return slope;
#endif
}

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
  gates[GATE_G] = squash(CANDIDATE, clip_preactivation(gates[GATE_G]));
}

// d in: the gradient by o, out: by its pre-activation.
static inline void output_gate_backward(const vec *gates, vec *d) {
#if GATE_O >= 0
  d[GATE_O] *= gate_slope(gates[GATE_O]);
#endif
}

// d out: the gradients by the pre-activations of g, from dc, and of i, from di, the gradient by it.
static inline void input_backward(const vec *gates, vec dc, vec di, vec *d) {
  const vec g = gates[GATE_G];
  vec slope = squash_slope(CANDIDATE, g);
#ifdef CANDIDATE_MOST
  slope = SELECT_VEC(slope, (vec)0, fabs(g) >= (vec)CANDIDATE_MOST);
#endif
  d[GATE_G] = dc * input_gate(gates) * slope;
#if GATE_I >= 0
  d[GATE_I] = di * gate_slope(gates[GATE_I]);
#endif
}

#endif
