// TILE_SHIFT: 0 where this file is first joined, and one more each further time; TILE_ROWS: ROWS >> TILE_SHIFT.
//
// A tile of fewer than ROWS rows is computed in parts of ROWS, ROWS/2, .. 1 rows, so that none computes rows that are not
// there and each has a fixed number of them.

// The most rows of a tile (values of z in a weight gradient): as many as keep their sums in vector registers.
#ifndef ROWS
#define ROWS 1
#endif

#ifndef TILE_SHIFT
#define TILE_SHIFT 0
#elif TILE_SHIFT == 0
#undef TILE_SHIFT
#define TILE_SHIFT 1
#elif TILE_SHIFT == 1
#undef TILE_SHIFT
#define TILE_SHIFT 2
#elif TILE_SHIFT == 2
#undef TILE_SHIFT
#define TILE_SHIFT 3
#endif

#ifndef TILE_ROWS
#define TILE_ROWS (ROWS >> TILE_SHIFT)

// part(0) .. part(3) for those that there are.
#if ROWS >= 8
#define FOR_EACH_PART(part) part(0) part(1) part(2) part(3)
#elif ROWS >= 4
#define FOR_EACH_PART(part) part(0) part(1) part(2)
#elif ROWS >= 2
#define FOR_EACH_PART(part) part(0) part(1)
#else
#define FOR_EACH_PART(part) part(0)
#endif
#endif
