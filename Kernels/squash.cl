// Functions of a candidate, of a cell state on its way out, and of the axes of a `grid` that are no LSTM.
//
//   1  relu, max(a, 0)      2  tanh      3  identity
//
// NaN stays NaN.
// Host: MDLSTMOpenCL/Recurrent/ActivationConstants.swift. Reference: MDLSTM/Reference/Cells/Activations.swift.

#ifndef SQUASH_CL
#define SQUASH_CL

#ifdef LINT
#include "layout.cl"
#endif

static inline vec squash(int function, vec a) {
  return function == 1 ? SELECT_VEC(a, (vec)0, a < (vec)0) : function == 2 ? hyperbolic_tangent(a) : a;
}

// The derivative by a, from the value y.
static inline vec squash_slope(int function, vec y) {
  return function == 1 ? SELECT_VEC((vec)0, (vec)1, y > (vec)0) : function == 2 ? (real)1 - y * y : (vec)1;
}

#endif
