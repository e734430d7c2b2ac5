// The part of the backward pass all ways share: V hidden units of one row, once the gradient by h is known.
//
// dh_in [FEEDBACK] in: gradients by the vectors of h. The rest as in layout.cl. In a layer norm the row has to wait for
// its other units: norm_backward_row.cl is in this file's place, and grid_backward_row.cl in a `grid`.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Test: LayerParityTests.

#ifdef LINT
#include "graves_backward.cl"
#include "philox.cl"
#include "zoneout.cl"
#endif

static inline void backward_row(const vec *dh_in, int row, int direction, int set, int position, int block,
                                int padded_size, BACKWARD_STATE) {
  const long column = block * V;
  vec previous[AXES], given[AXES], gate[GATES], d[GATES], dp[PEEP_VECTORS > 0 ? PEEP_VECTORS : 1];
  vec hidden = dh_in[0], dc = (vec)0, ds = (vec)0;
#pragma unroll
  for (int k = 0; k < AXES; k++) {
    dc += LOAD(handed + at(successors[row * AXES + k] * HANDED + k, padded_size) + column);
    if (returning) dc += returned_vector(row, k, COMPONENTS, column, padded_size, leaving, returned);
    previous[k] = LOAD(c + at(predecessors[row * AXES + k], padded_size) + column);
  }
#pragma unroll
  for (int y = 0; y < GATES; y++) {
    gate[y] = LOAD(gates + at(row * GATES + y, padded_size) + column);
    d[y] = (vec)0;
  }
#if MORE == 1
  dc += dh_in[1];
#elif MORE == 2
  d[GATE_I] = dh_in[1];
  d[GATE_F] = dh_in[2];
  d[GATE_O] = dh_in[3];
#endif
#if ZONEOUT
  // c holds what zoneout left of the new cell state, which is found again from the gates.
  const vec cell = cell_state(gate, previous);
  vec kept_h, kept_c;
  zoneout(sites[row], direction, block, noise, &kept_h, &kept_c);
  hidden += LOAD(handed + at(successors[row] * HANDED + 1, padded_size) + column);
  if (returning) hidden += returned_vector(row, 0, COMPONENTS + 1, column, padded_size, leaving, returned);
  STORE(kept_h * hidden, handed + at(row * HANDED + 1, padded_size) + column);
  const vec passing = kept_c * dc;
  hidden *= (real)1 - kept_h;
  dc *= (real)1 - kept_c;
#else
  const vec cell = LOAD(c + at(row, padded_size) + column);
#endif
  cell_output_backward(gate, cell, previous, hidden, d, &dc, &ds);
  const __global real *peepholes = vectors + at(set * PEEP_VECTORS, padded_size) + column;
  cell_update_backward(gate, cell, previous, peepholes, padded_size, dc, ds, d, given, dp);
#if ZONEOUT
  given[0] += passing;
#endif
#pragma unroll
  for (int y = 0; y < GATES; y++) STORE(d[y], gates + at(row * GATES + y, padded_size) + column);
#pragma unroll
  for (int k = 0; k < AXES; k++) STORE(given[k], handed + at(row * HANDED + k, padded_size) + column);
#pragma unroll
  for (int q = 0; q < PEEP_VECTORS; q++) STORE(dp[q], added + at(row * ADDED + q, padded_size) + column);
}
