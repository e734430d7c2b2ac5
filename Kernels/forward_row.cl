// The part of the forward pass all ways share: V hidden units of one row, once its pre-activations are known.
//
// gate [G] in: pre-activations. previous [CELL_AXES] in: of load_previous. The rest as in layout.cl. In a layer norm the row has to wait for its other units:
// norm_forward_row.cl is in this file's place, and grid_forward_row.cl in a `grid`.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Test: LayerParityTests.

#ifdef LINT
#include "graves_forward.cl"
#include "philox.cl"
#include "zoneout.cl"
#endif

#ifndef KEEP_GATES
#define KEEP_GATES 1
#endif

// The predecessors' cell states at V units, for forward_row.
static inline void load_previous(vec *previous, int row, int position, int block, int padded_size,
                                 const __global int *predecessors, const __global real *c) {
#pragma unroll
  for (int k = 0; k < AXES; k++) previous[k] = LOAD(c + at(predecessors[row * AXES + k], padded_size) + block * V);
}

static inline void forward_row(vec *gate, const vec *previous, int row, int direction, int set, int position, int block,
                               int padded_size, FORWARD_STATE) {
  const long column = block * V;
  const __global real *peepholes = vectors + at(set * PEEP_VECTORS, padded_size) + column;
  vec cell = cell_update(gate, previous, peepholes, padded_size);
  vec hidden = cell_output(gate, cell, previous);
#if ZONEOUT
  vec kept_h, kept_c;
  zoneout(sites[row], direction, block, noise, &kept_h, &kept_c);
  hidden = kept_h * LOAD(h + at(predecessors[row * AXES], padded_size) + column) + ((real)1 - kept_h) * hidden;
  cell = kept_c * previous[0] + ((real)1 - kept_c) * cell;
#endif
  STORE(cell, c + at(row, padded_size) + column);
  __global real *out = h + at(row * FEEDBACK, padded_size) + column;
  STORE(hidden, out);
  store_output(hidden, row, direction, block * V, sites, output, output_stride, units);
#if MORE == 1
  STORE(cell, out + padded_size);
#elif MORE == 2
  STORE(gate[GATE_I], out + padded_size);
  STORE(gate[GATE_F], out + 2 * padded_size);
  STORE(gate[GATE_O], out + 3 * padded_size);
#endif
#if KEEP_GATES
#pragma unroll
  for (int y = 0; y < GATES; y++) STORE_PAST_CACHES(gate[y], gates + at(row * GATES + y, padded_size) + column);
#endif
}
