// Shared by all kernels: the scalar and vector types, loads, stores and activations.
//
// DOUBLE 0 | 1  computes in float64 instead of float32.
// V 1, 2, 4, 8, 16  lanes of a vector: hidden units (or output columns) one work-item computes side by side.
// WG  work-items of a work-group, fixed at compile time: for tiles 1 on a processor and 64 on a GPU, else 64.
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
#define LOAD(p) (*(p))
#define STORE(v, p) (*(p) = (v))
#define SELECT_VEC(otherwise, chosen, condition) ((condition) ? (chosen) : (otherwise))
#else
typedef JOIN(REAL_TYPE, V) vec;
#define LOAD(p) JOIN(vload, V)(0, p)
#define STORE(v, p) JOIN(vstore, V)(v, 0, p)
#define SELECT_VEC(otherwise, chosen, condition) select(otherwise, chosen, condition)
#endif

#define KERNEL __kernel __attribute__((reqd_work_group_size(WG, 1, 1)))

// Offset of row `row` in a buffer whose rows have `stride` elements: 64 bits, since large grids pass 2^31 elements.
static inline long at(int row, int stride) { return (long)row * stride; }

// V elements of a row of which `count` are left; the lanes beyond it are zero. For rows that are not padded to V.
static inline vec load_tail(const __global real *p, int count) {
#if V == 1
  (void)count;
  return *p;
#else
  if (count >= V) return LOAD(p);
  real lanes[V];
  for (int v = 0; v < V; v++) lanes[v] = v < count ? p[v] : (real)0;
  return LOAD(lanes);
#endif
}

// Stores the first `count` lanes only.
static inline void store_tail(vec value, __global real *p, int count) {
#if V == 1
  (void)count;
  *p = value;
#else
  if (count >= V) {
    STORE(value, p);
    return;
  }
  real lanes[V];
  STORE(value, lanes);
  for (int v = 0; v < V; v++)
    if (v < count) p[v] = lanes[v];
#endif
}

// The logistic function. exp overflows to infinity for very negative x, which gives 0: no NaN.
static inline vec sigmoid(vec x) { return (real)1 / ((real)1 + exp(-x)); }

// tanh from its library function in float64. In float32 by (1 - e) / (1 + e) with e = exp(-2|x|), which becomes
// 1 for large |x|, and near zero, where that form loses digits, by the odd Taylor polynomial up to x^11
// (|x| < 0.35: relative error below 2^-23).
static inline vec hyperbolic_tangent(vec x) {
#if DOUBLE
  return tanh(x);
#else
  const vec e = exp((real)-2 * fabs(x));
  const vec far = copysign(((real)1 - e) / ((real)1 + e), x);
  const vec s = x * x;
  const vec near =
      x + x * s *
              (-0.333333333f +
               s * (0.133333333f + s * (-0.0539682540f + s * (0.0218694885f + s * -0.00886323553f))));
  return SELECT_VEC(far, near, fabs(x) < (vec)0.35f);
#endif
}

#endif
