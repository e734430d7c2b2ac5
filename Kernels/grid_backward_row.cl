// backward_row for one axis of a `grid`: V hidden units of one row.
//
// dh_in [1] in: gradient by h_k of the axis k at `position`. What is no LSTM has phi' from its value, and da = dh * phi'
// in g's slot alone.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/GridReference+Backward.swift.

#ifdef LINT
#undef AXES
#define AXES 2
#define GRID 1
#define PEEP_VECTORS 6
#define GATE_I 0
#define GATE_F 1
#define GATE_G 2
#define GATE_O 3
#include "graves_backward.cl"
#endif

static inline void backward_row(const vec *dh_in, int row, int direction, int set, int position, int block,
                                int padded_size, BACKWARD_STATE) {
  const long column = block * V;
  const int axis = axis_at(position), function = axis_function(axis);
  __global real *own = gates + at(row * GATES + 4 * position, padded_size) + column;
  vec d[4], given = (vec)0;
#pragma unroll
  for (int y = 0; y < 4; y++) d[y] = (vec)0;
  if (function == 0) {
    const vec previous = LOAD(c + at(predecessors[row * AXES + axis] * AXES + axis, padded_size) + column);
    const vec cell = LOAD(c + at(row * AXES + axis, padded_size) + column);
    vec gate[4], dp[3], ds = (vec)0;
    vec dc = LOAD(handed + at(successors[row * AXES + axis] * HANDED + axis, padded_size) + column);
    if (returning) dc += returned_vector(row, axis, COMPONENTS, column, padded_size, leaving, returned);
#pragma unroll
    for (int y = 0; y < 4; y++) gate[y] = LOAD(own + y * padded_size);
    const int first = 3 * lstm_index(axis);
    const __global real *peepholes = vectors + at(set * PEEP_VECTORS + first, padded_size) + column;
    cell_output_backward(gate, cell, &previous, dh_in[0], d, &dc, &ds);
    cell_update_backward(gate, cell, &previous, peepholes, padded_size, dc, ds, d, &given, dp);
#if PEEP_VECTORS > 0
#pragma unroll
    for (int q = 0; q < 3; q++) STORE(dp[q], added + at(row * ADDED + first + q, padded_size) + column);
#endif
  } else {
    const vec value = LOAD(h + at(row * AXES + axis, padded_size) + column);
    d[GATE_G] = dh_in[0] * squash_slope(function, value);
  }
#pragma unroll
  for (int y = 0; y < 4; y++) STORE(d[y], own + y * padded_size);
  STORE(given, handed + at(row * HANDED + axis, padded_size) + column);
}
