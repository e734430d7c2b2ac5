// Where the tile of a group lies; and all wavefronts of a pass in one launch, in which groups wait for one another.
//
// Every group draws a ticket, which says what tile it computes, in the order of the wavefronts, and waits until all tiles of
// the wavefront before are there. It waits for lower tickets alone, whose groups have begun: that goes on for ever only
// where a running group may be stopped for good, which no known device does. What a group wrote must be seen by all others
// once it says so: see WRITTEN_FOR_ALL. ComputePath.chain is taken only on devices where that is known to hold.
//
// CHAINED 0 | 1  otherwise every wavefront has a launch, and the numbers of a step are the kernel's arguments.
//
//   steps        [step_count + 1, 5]      in, of each step: its first ticket, first row, rows of each direction, the
//                                         parameter set of the first direction, and first position
//   progress     [1 + step_count]         in and out, 0 at first: tickets drawn, then tiles of each step that are there
//
// Joined before tiles_forward.cl and tiles_backward.cl. Host: MDLSTMOpenCL/Recurrent/Ways/Chain.swift.

#ifndef TILE_CHAIN_CL
#define TILE_CHAIN_CL

#ifdef LINT
#include "tile_product.cl"
#endif

#ifndef CHAINED
#define CHAINED 0
#endif

#if CHAINED
#define STEP_PARAMETERS \
  const int step_count, const int directions, const __global int *restrict steps, volatile __global int *progress
#else
#define STEP_PARAMETERS const int first, const int rows, const int first_set, const int first_position
#endif

// The tile of a group: up to TILE rows of one direction and position from first_row on, and units from `unit` on.
typedef struct {
  int step, direction, set, position, first_row, count, unit, units_left;
} tile_place;

// Finds tile `group` of a direction of a step: blocks of units first, then tiles of rows, then positions. Not a result of
// the function: inlined, that leaves an instruction in the kernel which oclgrind does not know.
static inline ALWAYS void find_place(tile_place *place, int step, int first, int rows, int first_set, int first_position,
                                     int group, int direction, int padded_size) {
  const int blocks = (padded_size + UNITS - 1) / UNITS, tiles = (rows + TILE - 1) / TILE;
  const int start = group / blocks % tiles * TILE;
  place->step = step;
  place->direction = direction;
  place->set = first_set + direction;
  place->position = first_position + group / (blocks * tiles);
  place->first_row = first + direction * rows + start;
  place->count = min(TILE, rows - start);
  place->unit = group % blocks * UNITS;
  place->units_left = padded_size - place->unit;
}

// NVIDIA's mem_fence orders the accesses of a group alone.
#ifdef cl_nv_pragma_unroll
#define WRITTEN_FOR_ALL asm volatile("membar.gl;" ::: "memory")
#define PAUSE asm volatile("nanosleep.u32 20;")
#else
#define WRITTEN_FOR_ALL mem_fence(CLK_GLOBAL_MEM_FENCE)
#define PAUSE
#endif

#define STEP_NUMBERS 5

#if CHAINED
// Draws a ticket; `drawn` has two numbers.
static inline ALWAYS void draw_place(tile_place *place, int step_count, int directions, const __global int *steps,
                                     volatile __global int *progress, int padded_size, __local int *drawn) {
  const int item = (int)get_local_id(0);
  if (item == 0) drawn[0] = atomic_inc(progress);
  barrier(CLK_LOCAL_MEM_FENCE);
  const int ticket = drawn[0];
  for (int step = item; step < step_count; step += WG)
    if (steps[step * STEP_NUMBERS] <= ticket && ticket < steps[(step + 1) * STEP_NUMBERS]) drawn[1] = step;
  barrier(CLK_LOCAL_MEM_FENCE);
  const __global int *own = steps + drawn[1] * STEP_NUMBERS;
  const int groups = (own[STEP_NUMBERS] - own[0]) / directions, index = ticket - own[0];
  find_place(place, drawn[1], own[1], own[2], own[3], own[4], index % groups, index / groups, padded_size);
}

// Returns when the step before is there, for all items of the group.
static inline ALWAYS void wait_for_step_before(int step, const __global int *steps, volatile __global int *progress) {
  if (get_local_id(0) == 0 && step > 0) {
    const int tiles = steps[step * STEP_NUMBERS] - steps[(step - 1) * STEP_NUMBERS];
    while (progress[step] < tiles) PAUSE;
    WRITTEN_FOR_ALL;
  }
  barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
}

// Says that the group's tile is there.
static inline ALWAYS void tile_is_there(int step, volatile __global int *progress) {
  barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
  if (get_local_id(0) == 0) {
    WRITTEN_FOR_ALL;
    atomic_inc(progress + 1 + step);
  }
}
#define FIND_PLACE      \
  __local int drawn[2]; \
  tile_place place;     \
  draw_place(&place, step_count, directions, steps, progress, padded_size, drawn)
#define WAIT wait_for_step_before(place.step, steps, progress)
#define SIGNAL tile_is_there(place.step, progress)
#else
#define FIND_PLACE  \
  tile_place place; \
  find_place(&place, 0, first, rows, first_set, first_position, (int)get_group_id(0), (int)get_global_id(1), padded_size)
#define WAIT
#define SIGNAL
#endif

#endif
