// The forward pass of a row in a layer norm: forward_row keeps its pre-activations, finish_row does the rest once all of
// its units have them.
//
//   gates, gatesAndCell:  a_y = gain_y * LN(a_y) + shift_y
//   inputRecurrentCell:   a = gain_x * LN(W x) + gain_h * LN(U h) + b       each over all G*H units
//   h from gain_c * LN(c) + shift_c, which gatesAndCell carries in the place of c
//
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Test: LayerParityTests.

#ifdef LINT
#define NORM 3
#include "graves_forward.cl"
#include "norm.cl"
#endif

// The row is not finished here.
static inline void load_previous(vec *previous, int row, int position, int block, int padded_size,
                                 const __global int *predecessors, const __global real *c) {}

static inline void forward_row(vec *gate, const vec *previous, int row, int direction, int set, int position, int block,
                               int padded_size, FORWARD_STATE) {
  __global real *own = raw + at(row * DA_STRIDE + DA_RECURRENT, padded_size) + block * V;
#pragma unroll
  for (int y = 0; y < GATES; y++) STORE(gate[y], own + y * padded_size);
}

// The gains of a set, its shifts and, with SPLIT, its biases; `sets` is S.
static inline const __global real *gains_of(const __global real *vectors, int set, int padded_size) {
  return vectors + at(set * GAINS, padded_size);
}
static inline const __global real *shifts_of(const __global real *vectors, int sets, int set, int padded_size) {
  return vectors + at(sets * GAINS + set * SHIFTS, padded_size);
}
static inline const __global real *biases_of(const __global real *vectors, int sets, int set, int padded_size) {
  return vectors + at(sets * (GAINS + SHIFTS) + set * GATES, padded_size);
}

static inline ALWAYS void finish_row(int row, int set, int sets, int hidden_size, int padded_size, SHARED real *sums,
                                     FORWARD_STATE_WITH()) {
  __global real *own = raw + at(row * DA_STRIDE, padded_size);
  const __global real *gains = gains_of(vectors, set, padded_size);
  const __global real *shifts = shifts_of(vectors, sets, set, padded_size);
#if SPLIT
  const __global real *biases = biases_of(vectors, sets, set, padded_size);
  moments input, recurrent;
  find_moments(&input, own, GATES, hidden_size, padded_size, sums);
  find_moments(&recurrent, own + GATES * padded_size, GATES, hidden_size, padded_size, sums);
#else
  moments norm[GATES];
#pragma unroll
  for (int y = 0; y < GATES; y++) find_moments(norm + y, own + y * padded_size, 1, hidden_size, padded_size, sums);
#endif
  FOR_EACH_COLUMN(column) {
    vec gate[GATES], previous[AXES];
#pragma unroll
    for (int k = 0; k < AXES; k++)
      previous[k] = LOAD(c + at(predecessors[row * AXES + k], padded_size) + column);
#pragma unroll
    for (int y = 0; y < GATES; y++) {
      const int unit = y * padded_size + column;
#if SPLIT
      const int other = unit + GATES * padded_size;
      gate[y] = LOAD(gains + unit) * (LOAD(own + unit) - input.mean) * input.inverse +
                LOAD(gains + other) * (LOAD(own + other) - recurrent.mean) * recurrent.inverse +
                LOAD(biases + unit);
#else
      gate[y] = LOAD(gains + unit) * (LOAD(own + unit) - norm[y].mean) * norm[y].inverse + LOAD(shifts + unit);
#endif
    }
    const vec cell = cell_update(gate, previous, vectors, padded_size) * lanes_below(hidden_size - column);
    STORE(cell, own + DA_CELL * padded_size + column);
#pragma unroll
    for (int y = 0; y < GATES; y++) STORE(gate[y], gates + at(row * GATES + y, padded_size) + column);
  }
  moments m;
  find_moments(&m, own + DA_CELL * padded_size, 1, hidden_size, padded_size, sums);
  FOR_EACH_COLUMN(column) {
    vec gate[GATES], previous[AXES];
#pragma unroll
    for (int k = 0; k < AXES; k++)
      previous[k] = LOAD(c + at(predecessors[row * AXES + k], padded_size) + column);
#pragma unroll
    for (int y = 0; y < GATES; y++) gate[y] = LOAD(gates + at(row * GATES + y, padded_size) + column);
    const vec cell = LOAD(own + DA_CELL * padded_size + column);
    const vec shown = LOAD(gains + (GAINS - 1) * padded_size + column) * (cell - m.mean) * m.inverse +
                      LOAD(shifts + (SHIFTS - 1) * padded_size + column);
    const vec carried = NORM == 2 ? shown : cell;
    STORE(carried, c + at(row, padded_size) + column);
    __global real *out = h + at(row * FEEDBACK, padded_size) + column;
    const vec hidden = cell_output(gate, shown, previous);
    STORE(hidden, out);
    store_output(hidden, row, set, column, sites, output, output_stride, units);
#if MORE == 1
    STORE(carried, out + padded_size);
#endif
  }
}
