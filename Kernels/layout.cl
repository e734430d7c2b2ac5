// How the rows of a recurrent layer lie in memory, and which rows a row multiplies.
//
// A row of h has FEEDBACK vectors of HP units, those that later rows multiply; a row of c has CELLS. In most cells the
// row of a site is one cell with all GATES. In a `grid` it is one cell of 4 gates for each axis, at the positions
// 0 .. N-1: first the axes without priority, then those with it.
//
// FEEDBACK  1: h. FGR 4: h, i, f, o. Extended spatial 2: h, c. Grid N: h_1 .. h_N.
// GRID 0 | 1
// NORM 0 none, 1 gates, 2 gatesAndCell, 3 inputRecurrentCell
// AXIS_ORDER  4 bits a position: its axis. PRIORITY  bit k: axis k has priority. EARLY  positions without priority.
// AXIS_FUNCTIONS  4 bits an axis: 0 LSTM, 1 relu, 2 tanh, 3 identity.
// SETS  parameter sets S. DEPTH_SETS  sets from one depth to the next, 0 where all share theirs.

#ifndef LAYOUT_CL
#define LAYOUT_CL

#ifdef LINT
#include "common.cl"
#endif

#ifndef FEEDBACK
#define FEEDBACK 1
#endif
#ifndef GRID
#define GRID 0
#endif
#ifndef NORM
#define NORM 0
#endif
#define SPLIT (NORM == 3)

#if GRID
#ifndef AXIS_ORDER
#define AXIS_ORDER 0x10
#define PRIORITY 2
#define EARLY 1
#define AXIS_FUNCTIONS 0
#define SETS 6
#define DEPTH_SETS 2
#endif
#define CELLS AXES
#define POSITIONS AXES
#define CELL_GATES 4
#define CELL_AXES 1
#define SOURCES AXES
#define COMPONENTS 1
#else
#define CELLS 1
#define POSITIONS 1
#define CELL_GATES GATES
#define CELL_AXES AXES
#define SOURCES (AXES * FEEDBACK)
#define COMPONENTS FEEDBACK
#endif

// Vectors of a row of pre-activations before a layer norm and of their gradients: with SPLIT those of the input's part,
// then those of the recurrent part; and, in a norm, the cell state before it.
#define DA_STRIDE (NORM ? (SPLIT ? 2 * GATES : GATES) + 1 : GATES)
#define DA_RECURRENT (SPLIT ? GATES : 0)
#define DA_CELL (DA_STRIDE - 1)

// The buffer of these rows, of those below.
#if NORM
#define DA raw
#else
#define DA gates
#endif

// MORE 0, 1: c is fed back too (extended spatial), 2: i, f and o are (FGR).
#ifndef MORE
#define MORE 0
#endif
#ifndef ZONEOUT
#define ZONEOUT 0
#endif
#ifndef PEEP_VECTORS
#define PEEP_VECTORS (GRID ? 3 * AXES : AXES + 2)
#endif

// Vectors a row hands to its predecessors: e_k for every axis and, with zoneout, the part of dh that passes by.
#define HANDED (AXES + ZONEOUT)

// Vectors of the gradients by a state that left the grid: by the vectors of h that it is of, by c and, with zoneout, the
// part of dh that passes by.
#define RETURNED (COMPONENTS + 1 + ZONEOUT)

// Vectors a row adds to the gradients of `vectors`.
#if NORM == 3
#define GAINS (2 * GATES + 1)
#define SHIFTS 1
#define ADDED (GAINS + SHIFTS + GATES)
#elif NORM
#define GAINS (GATES + 1)
#define SHIFTS (GATES + 1)
#define ADDED (GAINS + SHIFTS)
#else
#define ADDED PEEP_VECTORS
#endif

// What every row reads and writes, in the order of the kernels' last parameters:
//
//   vectors      [S, PEEP_VECTORS, HP]    peepholes; or the gains [S, GAINS, HP], then the shifts [S, SHIFTS, HP], then
//                                         with SPLIT the biases [S, G, HP] of a layer norm
//   sites        [R]                      the input's site; in a grid the output's, -1 before the last depth
//   predecessors [R, N]
//   successors   [R + 1 + Q, N]
//   noise                                 of zoneout.cl
//   h            [R + 1 + Q, FEEDBACK, HP]
//   c            [R + 1 + Q, CELLS, HP]
//   gates        [R + 1, G, HP]           activations, in the backward pass replaced by the gradients by pre-activations,
//                                         in a layer norm by those after it
//   raw          [R + 1, DA_STRIDE, HP]   of a layer norm: pre-activations before it, replaced by their gradients
//   handed       [R + 1, HANDED, HP]
//   added        [R, ADDED, HP]
//   dh           [R, FEEDBACK, HP]        of a layer norm: gradient by h, before the row is finished
//   output       [sites, D * units]       the layer's output, D * units = output_stride; none where that is 0
//   leaving      [R, N]                   where in `returned` the gradients by a row's state that leaves along an axis are,
//                                         -1 where none does; read only if `returning`
//   returned     [.., RETURNED, HP]
//
// A function that has to be part of its kernel takes them WITH() nothing: oclgrind does not know what `restrict` leaves in the
// kernel there.
#define FORWARD_STATE FORWARD_STATE_WITH(restrict)
#define FORWARD_STATE_WITH(RESTRICT)                                                                        \
  const __global real *RESTRICT vectors, const __global int *RESTRICT sites,                                \
      const __global int *RESTRICT predecessors, const __global uint *RESTRICT noise, __global real *h,     \
      __global real *c, __global real *gates, __global real *raw, __global real *output,                    \
      const int output_stride, const int units
#define FORWARD_STATE_OF vectors, sites, predecessors, noise, h, c, gates, raw, output, output_stride, units
#define BACKWARD_STATE BACKWARD_STATE_WITH(restrict)
#define BACKWARD_STATE_WITH(RESTRICT)                                                                       \
  const __global real *RESTRICT vectors, const __global int *RESTRICT sites,                                \
      const __global int *RESTRICT predecessors, const __global int *RESTRICT successors,                   \
      const __global uint *RESTRICT noise, const __global real *h, const __global real *c,                  \
      __global real *gates, __global real *raw, __global real *handed, __global real *added,                \
      __global real *dh, const int returning, const __global int *RESTRICT leaving,                         \
      const __global real *RESTRICT returned
#define BACKWARD_STATE_OF                                                                                   \
  vectors, sites, predecessors, successors, noise, h, c, gates, raw, handed, added, dh, returning, leaving, returned

// Stores V units of a row of the layer's output.
static inline void store_output(vec hidden, int row, int direction, int column, const __global int *sites,
                                __global real *output, int output_stride, int units) {
  const int site = sites[row];
  if (output_stride > 0 && site >= 0)
    store_tail(hidden, output + at(site, output_stride) + direction * units + column, units - column);
}

// The axis at a position, and whether it sees the new h of axis `other`.
#if GRID
static inline int axis_at(int position) { return AXIS_ORDER >> (4 * position) & 15; }
static inline bool sees_new(int position, int other) { return position >= EARLY && !(PRIORITY >> other & 1); }
// The parameter set of the successor along an axis; any where there is none.
static inline int successor_set(int set, int axis) {
  const int next = axis == AXES - 1 ? set + DEPTH_SETS : set;
  return next < SETS ? next : set;
}
static inline int axis_function(int axis) { return AXIS_FUNCTIONS >> (4 * axis) & 15; }
// The place of an LSTM axis among the LSTM axes.
static inline int lstm_index(int axis) {
  int index = 0;
  for (int k = 0; k < axis; k++) index += axis_function(k) == 0;
  return index;
}
#endif

// The vector of h that source t of a row is, in the cell at `position`.
static inline int source_vector(int t, int row, int position, const __global int *predecessors) {
#if GRID
  return (sees_new(position, t) ? row : predecessors[row * AXES + t]) * FEEDBACK + t;
#else
  return predecessors[row * AXES + t / FEEDBACK] * FEEDBACK + t % FEEDBACK;
#endif
}

// Gates of the row after, along `axis`, that the vector h_k of this axis led to; in a `grid`, the axes with priority saw
// the new h_k of an axis without, in the same row.
static inline int successor_gates(int axis) {
#if GRID
  return PRIORITY >> axis & 1 ? GATES : CELL_GATES * EARLY;
#else
  return GATES;
#endif
}

// Vector `v` of the gradients by the state of a row that leaves along `axis`.
static inline vec returned_vector(int row, int axis, int v, long column, int padded_size,
                                  const __global int *leaving, const __global real *returned) {
  const int place = leaving[row * AXES + axis];
  return place < 0 ? (vec)0 : LOAD(returned + at(place * RETURNED + v, padded_size) + column);
}

// The gradient by vector `q` of h, of the axis at `position` of a grid, that the states leaving the grid return.
static inline vec returned_hidden(int row, int position, int q, long column, int padded_size,
                                  const __global int *leaving, const __global real *returned) {
#if GRID
  return returned_vector(row, axis_at(position), q, column, padded_size, leaving, returned);
#else
  vec sum = (vec)0;
  for (int k = 0; k < AXES; k++) sum += returned_vector(row, k, q, column, padded_size, leaving, returned);
  return sum;
#endif
}

// The limit of |c|; none unless CLIP is defined. No gradient passes beyond it.
static inline vec clip_cell(vec cell) {
#ifdef CLIP
  // NaN stays NaN.
  cell = SELECT_VEC(cell, (vec)CLIP, cell > (vec)CLIP);
  return SELECT_VEC(cell, (vec)-CLIP, cell < (vec)-CLIP);
#else
  return cell;
#endif
}
static inline vec clip_gradient(vec d, vec cell) {
#ifdef CLIP
  return SELECT_VEC((vec)0, d, fabs(cell) < (vec)CLIP);
#else
  return d;
#endif
}

// Packed weights, `places` rows of `vectors` vectors for each matrix: on a processor blocks of V units, [matrix, HP/V, places,
// vectors, V], each of which a work-item streams; elsewhere rows of all units, [matrix, places, vectors, HP], so that
// neighbours read neighbours. PACK_STEP: from one vector to the next.
#if WG == 1
#define PACK_STEP(padded_size) V
#define BLOCK_OF(matrix, block, places_of_vectors, padded_size) \
  at((matrix) * ((padded_size) / V) + (block), (places_of_vectors) * V)
#else
#define PACK_STEP(padded_size) (padded_size)
#define BLOCK_OF(matrix, block, places_of_vectors, padded_size) \
  (at((matrix) * (places_of_vectors), padded_size) + (block) * V)
#endif

// The order of the tiles of a wavefront. On a processor the tiles of one block of units follow one another, so that its
// weights stay in the core's cache; on a GPU the blocks of one tile of rows do, so that neighbours load neighbours.
#if WG == 1
#define TILE_STEP(blocks) 1
#define BLOCK_STEP(tiles) (tiles)
#else
#define TILE_STEP(blocks) (blocks)
#define BLOCK_STEP(tiles) 1
#endif

#endif
