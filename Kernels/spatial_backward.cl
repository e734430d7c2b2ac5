// The backward pass of spatial_forward.cl: V hidden units of one row.
//
//   dq = dh * (1 - h^2)                  by o * c
//   do = dq * c,   dc += dq * o
//
// The rest as graves_backward.cl without peepholes, where the arguments are described.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/Cells/SpatialEquations.swift.

#ifdef LINT
#include "spatial_forward.cl"
#endif

static inline void cell_output_backward(const vec *gates, vec cell, const vec *previous, vec dh, vec *d, vec *dc,
                                        vec *ds) {
  const vec h = cell_output(gates, cell, previous);
  const vec dq = dh * ((real)1 - h * h);
  d[GATE_O] += dq * cell;
  *dc += dq * gates[GATE_O];
}

static inline void cell_update_backward(const vec *gates, vec cell, const vec *previous,
                                        const __global real *peepholes, int stride, vec dc, vec ds, vec *d,
                                        vec *given, vec *dp) {
  dc = clip_gradient(dc, cell);
  output_gate_backward(gates, d);
  input_backward(gates, dc, dc * gates[GATE_G], d);
#pragma unroll
  for (int k = 0; k < CELL_AXES; k++) {
    const vec f = gates[GATE_F + k];
    d[GATE_F + k] = (real)SHARE * dc * previous[k] * gate_slope(f);
    given[k] = (real)SHARE * dc * f;
  }
}
