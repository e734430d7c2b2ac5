// forward_row for one axis of a `grid`: V hidden units of one row.
//
//   LSTM axis k      (h'_k, m'_k) from the pre-activations and m_k, as `lstm`, h'_k = o * tanh(m'_k) or tanh(o * m'_k)
//   other axis k     h'_k = phi(a_k)             Kalchbrenner et al. 2016 (arXiv 1507.01526)
//
// gate [4] in: pre-activations i, f, g, o of the axis at `position`; g's slot alone where the axis is no LSTM.
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Reference: MDLSTM/Reference/GridReference.swift.

#ifdef LINT
#undef AXES
#define AXES 2
#define GRID 1
#define PEEP_VECTORS 6
#define GATE_I 0
#define GATE_F 1
#define GATE_G 2
#define GATE_O 3
#include "graves_forward.cl"
#endif

#ifndef KEEP_GATES
#define KEEP_GATES 1
#endif

static inline void load_previous(vec *previous, int row, int position, int block, int padded_size,
                                 const __global int *predecessors, const __global real *c) {
  const int axis = axis_at(position);
  *previous = LOAD(c + at(predecessors[row * AXES + axis] * AXES + axis, padded_size) + block * V);
}

static inline void forward_row(vec *gate, const vec *previous, int row, int direction, int set, int position, int block,
                               int padded_size, FORWARD_STATE) {
  const long column = block * V;
  const int axis = axis_at(position), function = axis_function(axis);
  vec hidden;
  if (function == 0) {
    const __global real *peepholes = vectors + at(set * PEEP_VECTORS + 3 * lstm_index(axis), padded_size) + column;
    const vec cell = cell_update(gate, previous, peepholes, padded_size);
    STORE(cell, c + at(row * AXES + axis, padded_size) + column);
    hidden = cell_output(gate, cell, previous);
#if KEEP_GATES
#pragma unroll
    for (int y = 0; y < 4; y++)
      STORE(gate[y], gates + at(row * GATES + 4 * position + y, padded_size) + column);
#endif
  } else {
    hidden = squash(function, gate[GATE_G]);
  }
  STORE(hidden, h + at(row * AXES + axis, padded_size) + column);
  if (axis == AXES - 1) store_output(hidden, row, direction, block * V, sites, output, output_stride, units);
}
