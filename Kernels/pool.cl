// Shared by pool_forward.cl and pool_backward.cl: which value of a pool's sites is taken.
//
//   POOL 0 sum, 1 mean, 2 largest (of equal ones the first; NaN if there is one), 3 last

#ifdef LINT
#include "common.cl"
#endif

#ifndef POOL
#define POOL 0
#endif

// Sites by lane, and what comparisons of vectors of numbers give.
#if V == 1
typedef int whole;
#define CONDITION int
#define AS_WHOLE(condition) (condition)
#else
typedef JOIN(int, V) whole;
#if DOUBLE
#define CONDITION JOIN(long, V)
#define AS_WHOLE(condition) JOIN(convert_int, V)(condition)
#else
#define CONDITION whole
#define AS_WHOLE(condition) (condition)
#endif
#endif
