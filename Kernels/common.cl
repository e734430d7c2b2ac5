// Shared by all kernels: the scalar and vector types, loads, stores and activations.
//
// DOUBLE 0 | 1  computes in float64 instead of float32.
// V 1, 2, 4, 8, 16  lanes of a vector: hidden units (or output columns) one work-item computes side by side.
// WG  work-items of a work-group, fixed at compile time: 128 for tiles of a group; for tiles of an item 1 on a processor
//     and 64 on a GPU; else 64.
// ITEMS  work-items that share a row, or a part of a sum, neighbours in a group: on a GPU neighbours then read neighbours;
//     on a processor 1.
// AXES 0.., GATES 1..  axes N of a layer's grid (0: a dense layer) and gates G of its cell (1: a dense layer).

#ifndef COMMON_CL
#define COMMON_CL

#ifndef DOUBLE
#define DOUBLE 0
#endif
#ifndef V
#define V 16
#endif
#ifndef WG
#define WG 1
#endif
#ifndef ITEMS
#define ITEMS 1
#endif
#ifndef AXES
#define AXES 2
#endif
#ifndef GATES
#define GATES 5
#endif

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#if DOUBLE
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
typedef double real;
#define REAL_TYPE double
#else
typedef float real;
#define REAL_TYPE float
#endif

#if V == 1
typedef real vec;
#define AS_VEC(x) as_float(x)
#define AS_INTEGERS(x) as_int(x)
#define LOAD_ANYWHERE(p) (*(p))
#define SELECT_VEC(otherwise, chosen, condition) ((condition) ? (chosen) : (otherwise))
#else
typedef JOIN(REAL_TYPE, V) vec;
#define AS_VEC(x) JOIN(as_float, V)(x)
#define AS_INTEGERS(x) JOIN(as_int, V)(x)
#define LOAD_ANYWHERE(p) JOIN(vload, V)(0, p)
#define SELECT_VEC(otherwise, chosen, condition) select(otherwise, chosen, condition)
#endif

// For SELECT_VEC: what comparisons of V integers give, which are of the width of a float.
#if V > 1 && DOUBLE
#define AS_CONDITION(integers) JOIN(convert_long, V)(integers)
#else
#define AS_CONDITION(integers) (integers)
#endif

// From global memory, at a multiple of V elements: a vload, which may be anywhere, is V loads on some GPUs, but products on
// pocl's processors take a third longer without it.
#if WG == 1
#define LOAD(p) LOAD_ANYWHERE(p)
#else
#define LOAD(p) (*(const __global vec *)(p))
#endif

// To global memory, at a multiple of V elements: pocl cuts a vstore of 16 into three.
#define STORE(v, p) (*(__global vec *)(p) = (v))

// Kernels that clang compiles for a processor itself, as pocl does, can say what its caches are for.
//
//   ASKS                whether ask_for does anything; loops that only find what to ask for are left out elsewhere
//   STORE_PAST_CACHES   a STORE of what is not read until much later: where a vector is a line, no cache reads it first
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define ASKS 1
#else
#define ASKS 0
#endif
// Bytes of a line of a cache.
#define LINE 64
#if ASKS && V * (DOUBLE ? 8 : 4) >= LINE
#define STORE_PAST_CACHES(v, p) __builtin_nontemporal_store((v), (__global vec *)(p))
#else
#define STORE_PAST_CACHES(v, p) STORE(v, p)
#endif

// To global memory, anywhere.
#if defined(__clang__)
typedef vec loose_vec __attribute__((aligned(sizeof(real))));
#define STORE_UNALIGNED(v, p) (*(__global loose_vec *)(p) = (v))
#elif V > 1
#define STORE_UNALIGNED(v, p) JOIN(vstore, V)(v, 0, p)
#endif

// Intel's compilers prefer 32 items side by side, for whose sums of a tile there are no registers.
#if defined(cl_intel_required_subgroup_size) && WG == 128
#define SIDE_BY_SIDE __attribute__((intel_reqd_sub_group_size(16)))
#else
#define SIDE_BY_SIDE
#endif

#define KERNEL __kernel SIDE_BY_SIDE __attribute__((reqd_work_group_size(WG, 1, 1)))

// pocl 3.1 gives every group the same local memory where a function that has a pointer to it is not part of the kernel.
#define ALWAYS __attribute__((always_inline))

// The row or part of a work-item, and the item's place among those that share it.
static inline int shared_row(void) { return (int)(get_global_id(0) / ITEMS); }
static inline int place_in_row(void) { return (int)(get_global_id(0) % ITEMS); }

// Offset of row `row` in a buffer whose rows have `stride` elements: 64 bits, since large grids pass 2^31 elements.
static inline long at(int row, int stride) { return (long)row * stride; }

// Every line of `count` elements is read soon: to the second cache, since the first has no room beside what is in use.
static inline void ask_for(const __global real *p, int count) {
#if ASKS
  const int before = (int)((ulong)p % LINE / sizeof(real));
  for (int j = -before; j < count; j += (int)(LINE / sizeof(real))) __builtin_prefetch(p + j, 0, 2);
#else
  (void)p, (void)count;
#endif
}

// V elements of a row of which `count` are left; the lanes beyond it are zero. For rows that are not padded to V.
static inline vec load_tail(const __global real *p, int count) {
#if V == 1
  (void)count;
  return *p;
#else
  if (count >= V) return LOAD_ANYWHERE(p);
  real lanes[V];
  for (int v = 0; v < V; v++) lanes[v] = v < count ? p[v] : (real)0;
  return LOAD_ANYWHERE(lanes);
#endif
}

// The lanes of a vector one by one.
static inline void spread(vec x, real *lanes) {
#if V == 1
  *lanes = x;
#else
  JOIN(vstore, V)(x, 0, lanes);
#endif
}

// The sum of the lanes, halves first.
static inline real sum_lanes(vec x) {
  real lanes[V];
  spread(x, lanes);
#pragma unroll
  for (int rest = V / 2; rest > 0; rest /= 2) {
#pragma unroll
    for (int v = 0; v < rest; v++) lanes[v] += lanes[v + rest];
  }
  return lanes[0];
}

// Where items that share a sum tell one another theirs: SHARED real sums[ITEMS] in the kernel.
#if ITEMS > 1
#define SHARED __local
#else
#define SHARED __private
#endif

// The sum of the values of all items of a group, for each of them; ITEMS is WG or 1. They are added in the order of the items.
static inline ALWAYS real sum_of_items(real value, SHARED real *sums) {
#if ITEMS > 1
  const int item = (int)get_local_id(0);
  // Others may still read the last ones.
  barrier(CLK_LOCAL_MEM_FENCE);
  sums[item] = value;
  barrier(CLK_LOCAL_MEM_FENCE);
  value = 0;
#pragma unroll 8
  for (int other = 0; other < ITEMS; other++) value += sums[other];
#else
  (void)sums;
#endif
  return value;
}

// Stores the first `count` lanes only.
static inline void store_tail(vec value, __global real *p, int count) {
#if V == 1
  (void)count;
  *p = value;
#else
  if (count >= V) {
    STORE_UNALIGNED(value, p);
    return;
  }
  real lanes[V];
  spread(value, lanes);
  for (int v = 0; v < V; v++)
    if (v < count) p[v] = lanes[v];
#endif
}

#if DOUBLE
static inline vec sigmoid(vec x) { return (real)1 / ((real)1 + exp(-x)); }
static inline vec hyperbolic_tangent(vec x) { return tanh(x); }
#else
// x between two limits; NaN stays NaN.
static inline vec between(vec x, real least, real most) {
  x = SELECT_VEC(x, (vec)most, x > (vec)most);
  return SELECT_VEC(x, (vec)least, x < (vec)least);
}

// The logistic function, 1 / (1 + e^-x): relative error below 2^-22, nowhere infinite or NaN.
//
// e^-x = 2^n e^r with n = round(-x / ln 2) and |r| <= ln 2 / 2. n is rounded by adding 1.5 * 2^23, whose sum has n in its
// low bits, here with the exponent's bias of 127; ln 2 is taken in two parts, of which the first has 10 bits, so that r
// is exact; e^r is a polynomial with relative error 3e-9.
static inline vec sigmoid(vec x) {
  x = between(x, -88.0f, 87.0f);
  const vec shifted = x * -1.44269504f + (12582912.0f + 127.0f);
  const vec n = shifted - (12582912.0f + 127.0f);
  const vec r = n * 2.12194440e-4f - (n * 0.693359375f + x);
  const vec p = 0.49999993f + r * (0.16666520f + r * (0.041668391f + r * (0.0083687452f + r * 0.0013814540f)));
  const vec scale = AS_VEC(AS_INTEGERS(shifted) << 23);
  return 1.0f / (1.0f + (1.0f + (r + r * r * p)) * scale);
}

// tanh as x P(x^2) / Q(x^2), of degree 4 both, which beyond |x| = 9 rounds to 1: relative error below 2^-21 and
// |x| (1 + 2^-21) for small x.
static inline vec hyperbolic_tangent(vec x) {
  x = between(x, -9.0f, 9.0f);
  const vec s = x * x;
  const vec p = 1.0f + s * (0.13382688f + s * (0.0034974581f + s * (2.0635828e-5f + s * 1.3384296e-8f)));
  const vec q = 1.0f + s * (0.46716009f + s * (0.025884363f + s * (3.2885179e-4f + s * 7.7902517e-7f)));
  return between(x * p / q, -1.0f, 1.0f);
}
#endif

#endif
