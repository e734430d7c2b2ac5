// A tile of the backward pass: V hidden units of up to ROWS rows, from the gather of the successors to da.
//
//   gradient by the vectors s_t of h = dy + sum_t U_t^T da of the rows that s_t fed, then backward_row.
//
//   dy           [sites, output_stride]   in, gradient by the layer's output, of direction s from column
//                                         s * direction_stride
//   packed       [S, N', HP/V, C, A*G*HP, V]  in, the transposed recurrent weights
//   the rest as in layout.cl
//
// Sums run axis by axis, gate by gate, over the hidden units, then the output's gradient is added.
// Joined before fused_backward.cl, sweep_backward.cl and gemm_backward.cl.

#ifdef LINT
#include "backward_row.cl"
#endif

// Rows a work-item computes side by side: 8 sums hide the latency of a multiply-add.
#ifndef ROWS
#define ROWS 8
#endif

// Gradients by pre-activations, rows DA_STRIDE vectors apart.
#if NORM
#define DA raw
#else
#define DA gates
#endif

// dy at V units of the vector of h that is the layer's output, zero elsewhere.
static inline vec output_gradient(int row, int direction, int position, int q, int block, int hidden_size,
                                  int output_stride, int direction_stride, const __global real *dy,
                                  const __global int *sites) {
  const int site = sites[row];
#if GRID
  const bool shown = site >= 0 && axis_at(position) == AXES - 1;
#else
  const bool shown = q == 0;
#endif
  vec value = (vec)0;
  if (shown) {
    const long column = direction * direction_stride + block * V;
    value = load_tail(dy + at(site, output_stride) + column, hidden_size - block * V);
  }
  return value;
}

// `row` has ROWS rows, of which the first `count` are stored; the others repeat one of them.
static inline void backward_tile(const int *row, int count, int direction, int set, int position, int block,
                                 int hidden_size, int padded_size, int output_stride, int direction_stride,
                                 const __global real *restrict dy, const __global real *restrict packed,
                                 BACKWARD_STATE) {
  const int blocks = padded_size / V, width = GATES * padded_size;
  const int stride = CELL_AXES * width * V;
#if GRID
  const int axis = axis_at(position), next = successor_set(set, axis);
  const __global real *w = packed + at((next * POSITIONS + position) * blocks + block, stride);
#else
  const __global real *w = packed + at((set * blocks + block) * COMPONENTS, stride);
#endif
  vec sum[ROWS][COMPONENTS];
#pragma unroll
  for (int q = 0; q < COMPONENTS; q++) {
#pragma unroll
    for (int r = 0; r < ROWS; r++) sum[r][q] = (vec)0;
#pragma unroll
    for (int k = 0; k < CELL_AXES; k++) {
#if !GRID
      const int axis = k;
#endif
      const __global real *source[ROWS];
#pragma unroll
      for (int r = 0; r < ROWS; r++)
        source[r] = DA + at(successors[row[r] * AXES + axis] * DA_STRIDE + DA_RECURRENT, padded_size);
      const int middle = successor_gates(axis) * padded_size;
      for (int m = 0; m < middle; m++, w += V) {
        const vec weight = LOAD(w);
#pragma unroll
        for (int r = 0; r < ROWS; r++) sum[r][q] += source[r][m] * weight;
      }
#if GRID
#pragma unroll
      for (int r = 0; r < ROWS; r++) source[r] = DA + at(row[r], width);
      w = packed + at((set * POSITIONS + position) * blocks + block, stride) + middle * V;
      for (int m = middle; m < width; m++, w += V) {
        const vec weight = LOAD(w);
#pragma unroll
        for (int r = 0; r < ROWS; r++) sum[r][q] += source[r][m] * weight;
      }
#endif
    }
  }
  // A copy, so that the sums above stay in registers while the code of a row is not repeated ROWS times.
  vec gradient[ROWS][COMPONENTS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
#pragma unroll
    for (int q = 0; q < COMPONENTS; q++) gradient[r][q] = sum[r][q];
  }
  for (int r = 0; r < min(ROWS, count); r++) {
#pragma unroll
    for (int q = 0; q < COMPONENTS; q++)
      gradient[r][q] += output_gradient(row[r], direction, position, q, block, hidden_size, output_stride,
                                        direction_stride, dy, sites);
    backward_row(gradient[r], row[r], direction, set, position, block, padded_size, BACKWARD_STATE_OF);
  }
}
