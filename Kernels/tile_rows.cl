// TILE_ROWS: 1 where this file is first joined, and one more each further time.

#ifndef TILE_ROWS
#define TILE_ROWS 1
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
