// Gathers gate gradients as an operand of a product.
//
// With FROM_SUCCESSORS: for rows start + set * set_stride + index, those that the vectors of h of the cell at `position`
// lead to: [da_(p+1) ; .. ; da_(p+N)], and in a `grid` da of the one axis. Zero row where there is no successor.
// Without: `vectors` vectors of da, from vector `first_vector` on, of the row rows_of[start + set * set_stride + index].
//
//   rows_of      [S, R/S]                 in, rows by set; unused with FROM_SUCCESSORS
//   successors   [R + 1 + Q, N]           in
//   da           [R + 1, DA_STRIDE, HP]   in
//   out          [sets, count, A*G*HP] or [sets, count, vectors * HP]   out
//
// ND-range: (count * ITEMS, sets) work-items, ITEMS for each row.
// Host: MDLSTMOpenCL/Recurrent/Ways/Gemm.swift. Test: LayerParityTests.

#ifdef LINT
#include "layout.cl"
#endif

#ifndef FROM_SUCCESSORS
#define FROM_SUCCESSORS 1
#endif

static inline void copy_vectors(const __global real *in, __global real *out, int count) {
  for (int m = place_in_row() * V; m < count; m += ITEMS * V) STORE(LOAD(in + m), out + m);
}

KERNEL void gather_gates(const int start, const int count, const int set_stride, const int position,
                         const int first_vector, const int vectors, const int padded_size,
                         const __global int *restrict rows_of, const __global int *restrict successors,
                         const __global real *restrict da, __global real *restrict out) {
  const int index = shared_row();
  const int set = (int)get_global_id(1);
  if (index >= count) return;
  const int entry = start + set * set_stride + index;
#if FROM_SUCCESSORS
  const int width = GATES * padded_size;
  for (int k = 0; k < CELL_AXES; k++) {
    __global real *target = out + at((set * count + index) * CELL_AXES + k, width);
#if GRID
    const int axis = axis_at(position);
    const int middle = successor_gates(axis) * padded_size;
    copy_vectors(da + at(successors[entry * AXES + axis], width), target, middle);
    copy_vectors(da + at(entry, width) + middle, target + middle, width - middle);
#else
    const int vector = successors[entry * AXES + k] * DA_STRIDE + DA_RECURRENT;
    copy_vectors(da + at(vector, padded_size), target, width);
#endif
  }
#else
  copy_vectors(da + at(rows_of[entry] * DA_STRIDE + first_vector, padded_size),
               out + at(set * count + index, vectors * padded_size), vectors * padded_size);
#endif
}
