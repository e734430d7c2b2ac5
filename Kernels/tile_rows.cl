// TILE_ROWS: 1 where this file is first joined, and one more each further time, up to ROWS.
//
// Rows are cut into tiles of nearly equal height, each computed by code for just that height, so that sums stay in
// registers and none is computed for rows that are not there.

#ifdef LINT
#include "common.cl"
#endif

// The most rows of a tile (values of z in a weight gradient): as many as keep their sums in vector registers.
#ifndef ROWS
#define ROWS 1
#endif

#ifndef TILE_ROWS
#define TILE_ROWS 1

// Of a function that computes a tile: on a processor it is called, so that its sums have all registers.
#if WG == 1
#define TILE_FUNCTION static __attribute__((noinline)) void
#else
#define TILE_FUNCTION static inline void
#endif

// Before a loop over places of a product: on a GPU the loads of several are then under way.
#if WG == 1
#define UNROLL_PLACES
#else
#define UNROLL_PLACES _Pragma("unroll 4")
#endif

// The rows of a tile, `count` of them: on a processor so that the code of a row is not repeated for every row, and on a GPU
// so that what belongs to a row stays in registers.
#if WG == 1
#define FOR_EACH_ROW(r, count) for (int r = 0; r < (count); r++)
#else
#define FOR_EACH_ROW(r, count) \
  _Pragma("unroll") for (int r = 0; r < ROWS; r++) if (r < (count))
#endif

static inline int tile_count(int rows) { return (rows + ROWS - 1) / ROWS; }

// The first row of the tile at `tile` of `tiles`, at least one, and the end of the tile before it.
static inline int tile_start(int tile, int tiles, int rows) {
  return tile * (rows / tiles) + min(tile, rows % tiles);
}

// height(1) .. height(ROWS)
#if ROWS == 1
#define FOR_EACH_HEIGHT(height) height(1)
#elif ROWS == 2
#define FOR_EACH_HEIGHT(height) height(1) height(2)
#elif ROWS == 3
#define FOR_EACH_HEIGHT(height) height(1) height(2) height(3)
#elif ROWS == 4
#define FOR_EACH_HEIGHT(height) height(1) height(2) height(3) height(4)
#elif ROWS == 5
#define FOR_EACH_HEIGHT(height) height(1) height(2) height(3) height(4) height(5)
#elif ROWS == 6
#define FOR_EACH_HEIGHT(height) height(1) height(2) height(3) height(4) height(5) height(6)
#elif ROWS == 7
#define FOR_EACH_HEIGHT(height) height(1) height(2) height(3) height(4) height(5) height(6) height(7)
#elif ROWS == 8
#define FOR_EACH_HEIGHT(height) height(1) height(2) height(3) height(4) height(5) height(6) height(7) height(8)
#else
#error "ROWS is at most 8"
#endif

#elif TILE_ROWS == 1
#undef TILE_ROWS
#define TILE_ROWS 2
#elif TILE_ROWS == 2
#undef TILE_ROWS
#define TILE_ROWS 3
#elif TILE_ROWS == 3
#undef TILE_ROWS
#define TILE_ROWS 4
#elif TILE_ROWS == 4
#undef TILE_ROWS
#define TILE_ROWS 5
#elif TILE_ROWS == 5
#undef TILE_ROWS
#define TILE_ROWS 6
#elif TILE_ROWS == 6
#undef TILE_ROWS
#define TILE_ROWS 7
#elif TILE_ROWS == 7
#undef TILE_ROWS
#define TILE_ROWS 8
#endif
