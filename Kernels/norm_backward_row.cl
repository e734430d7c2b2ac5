// The backward pass of a row in a layer norm: backward_row keeps the gradient by h, finish_row does the rest once all
// units have it. Equations: norm_forward_row.cl, norm.cl and the cell's file.
//
// Host: MDLSTMOpenCL/Recurrent/CellProgram.swift. Test: LayerParityTests.

#ifdef LINT
#define NORM 3
#include "graves_backward.cl"
#include "norm.cl"
#include "norm_forward_row.cl"
#endif

static inline void backward_row(const vec *dh_in, int row, int direction, int set, int position, int block,
                                int padded_size, BACKWARD_STATE) {
#pragma unroll
  for (int q = 0; q < FEEDBACK; q++) STORE(dh_in[q], dh + at(row * FEEDBACK + q, padded_size) + block * V);
}

// Units column .. column + V - 1 of a row: what lies between the gradients by h and by the normalised cell state.
typedef struct {
  vec gate[GATES], previous[AXES], d[GATES];
  vec shown, normalized, dc, ds, reaching;
} norm_units;

// `dc` becomes the gradient by the shown cell state, `reaching` what the successors hand to the carried one.
static inline void load_units(norm_units *u, int row, int column, moments m, const __global real *gains,
                              const __global real *shifts, int padded_size, BACKWARD_STATE) {
  u->dc = (vec)0, u->ds = (vec)0, u->reaching = (vec)0;
#pragma unroll
  for (int k = 0; k < AXES; k++) {
    u->reaching += LOAD(handed + at(successors[row * AXES + k] * HANDED + k, padded_size) + column);
    if (returning) u->reaching += returned_vector(row, k, COMPONENTS, column, padded_size, leaving, returned);
    u->previous[k] = LOAD(c + at(predecessors[row * AXES + k], padded_size) + column);
  }
#pragma unroll
  for (int y = 0; y < GATES; y++) {
    u->gate[y] = LOAD(gates + at(row * GATES + y, padded_size) + column);
    u->d[y] = (vec)0;
  }
  const __global real *own_dh = dh + at(row * FEEDBACK, padded_size) + column;
#if MORE == 1
  u->reaching += LOAD(own_dh + padded_size);
#endif
  const vec cell = LOAD(raw + at(row * DA_STRIDE + DA_CELL, padded_size) + column);
  u->normalized = (cell - m.mean) * m.inverse;
  u->shown = LOAD(gains + (GAINS - 1) * padded_size + column) * u->normalized +
             LOAD(shifts + (SHIFTS - 1) * padded_size + column);
  cell_output_backward(u->gate, u->shown, u->previous, LOAD(own_dh), u->d, &u->dc, &u->ds);
#if NORM == 2
  u->dc += u->reaching;
  u->reaching = (vec)0;
#endif
}

// One norm of the gates: from the gradients `d` after it to those before it, in the place of `x`. `gained` and `gain`
// have its gains' gradients and its gains.
static inline ALWAYS void norm_gradient(__global real *x, const __global real *d, const __global real *gain,
                                        __global real *gained, int vectors, int hidden_size, int padded_size,
                                        SHARED real *sums) {
  moments m;
  find_moments(&m, x, vectors, hidden_size, padded_size, sums);
  vec sum = (vec)0, along = (vec)0;
  for (int y = 0; y < vectors; y++) {
    FOR_EACH_COLUMN(j) {
      const int e = y * padded_size + j;
      const vec n = (LOAD(x + e) - m.mean) * m.inverse, dn = LOAD(d + e) * LOAD(gain + e);
      STORE(LOAD(d + e) * n, gained + e);
      sum += dn;
      along += dn * n;
    }
  }
  const real count = (real)(vectors * hidden_size);
  const real mean = sum_of_row(sum, sums) / count, mean_along = sum_of_row(along, sums) / count;
  for (int y = 0; y < vectors; y++) {
    FOR_EACH_COLUMN(j) {
      const int e = y * padded_size + j;
      const vec n = (LOAD(x + e) - m.mean) * m.inverse, dn = LOAD(d + e) * LOAD(gain + e);
      STORE(m.factor * (dn - mean - n * mean_along) * lanes_below(hidden_size - j), x + e);
    }
  }
}

static inline ALWAYS void finish_row_backward(int row, int set, int sets, int hidden_size, int padded_size,
                                              SHARED real *sums, BACKWARD_STATE_WITH()) {
  __global real *own = raw + at(row * DA_STRIDE, padded_size);
  __global real *own_gates = gates + at(row * GATES, padded_size);
  __global real *gained = added + at(row * ADDED, padded_size);
  const __global real *gains = gains_of(vectors, set, padded_size);
  const __global real *shifts = shifts_of(vectors, sets, set, padded_size);

  // The cell state's norm: sums first, then the gradient of every unit.
  moments m;
  find_moments(&m, own + DA_CELL * padded_size, 1, hidden_size, padded_size, sums);
  vec sum = (vec)0, along = (vec)0;
  norm_units u;
  FOR_EACH_COLUMN(column) {
    load_units(&u, row, column, m, gains, shifts, padded_size, BACKWARD_STATE_OF);
    const vec dn = u.dc * LOAD(gains + (GAINS - 1) * padded_size + column);
    sum += dn;
    along += dn * u.normalized;
  }
  const real mean = sum_of_row(sum, sums) / (real)hidden_size;
  const real mean_along = sum_of_row(along, sums) / (real)hidden_size;
  FOR_EACH_COLUMN(column) {
    load_units(&u, row, column, m, gains, shifts, padded_size, BACKWARD_STATE_OF);
    const vec dn = u.dc * LOAD(gains + (GAINS - 1) * padded_size + column);
    STORE(u.dc * u.normalized, gained + (GAINS - 1) * padded_size + column);
    STORE(u.dc, gained + (GAINS + SHIFTS - 1) * padded_size + column);
    vec given[AXES], dp[1];
    const vec dc = m.factor * (dn - mean - u.normalized * mean_along) * lanes_below(hidden_size - column) + u.reaching;
    const vec cell = LOAD(own + DA_CELL * padded_size + column);
    cell_update_backward(u.gate, cell, u.previous, vectors, padded_size, dc, u.ds, u.d, given, dp);
#pragma unroll
    for (int y = 0; y < GATES; y++) STORE(u.d[y], own_gates + y * padded_size + column);
#pragma unroll
    for (int k = 0; k < AXES; k++) STORE(given[k], handed + at(row * HANDED + k, padded_size) + column);
  }

#if SPLIT
  const int all = GATES * padded_size;
  norm_gradient(own, own_gates, gains, gained, GATES, hidden_size, padded_size, sums);
  norm_gradient(own + all, own_gates, gains + all, gained + all, GATES, hidden_size, padded_size, sums);
  for (int y = 0; y < GATES; y++) {
    const int e = y * padded_size;
    FOR_EACH_COLUMN(j) STORE(LOAD(own_gates + e + j), gained + (GAINS + SHIFTS + y) * padded_size + j);
  }
#else
  for (int y = 0; y < GATES; y++) {
    const int e = y * padded_size;
    norm_gradient(own + e, own_gates + e, gains + e, gained + e, 1, hidden_size, padded_size, sums);
    FOR_EACH_COLUMN(j) STORE(LOAD(own_gates + e + j), gained + (GAINS + y) * padded_size + j);
  }
#endif
}
