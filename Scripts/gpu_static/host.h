// OpenCL C as far as the kernels need it, for a processor: a kernel becomes a function of one work-item. The compiler
// inserts a call for every load; trace.c has those, the items and the barriers. Numbers need not be right where no address
// depends on them.
#include <opencl-c-base.h>

size_t get_global_id(uint axis);
size_t get_global_size(uint axis);
size_t get_local_id(uint axis);
size_t get_group_id(uint axis);
void barrier(cl_mem_fence_flags fence);

#define OF_ALL_TYPES static inline __attribute__((overloadable, always_inline))

#define VLOAD(n, space)                                              \
  OF_ALL_TYPES float##n vload##n(size_t i, const space float *p) {   \
    typedef float##n anywhere __attribute__((aligned(4)));           \
    return ((const space anywhere *)(p + i * n))[0];                 \
  }
#define VSTORE(n, space)                                             \
  OF_ALL_TYPES void vstore##n(float##n x, size_t i, space float *p) { \
    typedef float##n anywhere __attribute__((aligned(4)));           \
    ((space anywhere *)(p + i * n))[0] = x;                          \
  }
#define VECTORS_OF(n)                                                                    \
  VLOAD(n, __global) VLOAD(n, __local) VLOAD(n, __private)                               \
  VSTORE(n, __global) VSTORE(n, __local) VSTORE(n, __private)                            \
  OF_ALL_TYPES float##n select(float##n no, float##n yes, int##n take) { return take < 0 ? yes : no; }
VECTORS_OF(2)
VECTORS_OF(4)

#define REALS(T)                                                     \
  OF_ALL_TYPES T fma(T a, T b, T c) { return a * b + c; }            \
  OF_ALL_TYPES T mad(T a, T b, T c) { return a * b + c; }            \
  OF_ALL_TYPES T fabs(T x) { return x < 0 ? -x : x; }                \
  OF_ALL_TYPES T fmax(T a, T b) { return a < b ? b : a; }
REALS(float)
REALS(float2)
REALS(float4)
OF_ALL_TYPES float sqrt(float x) { return __builtin_sqrtf(x); }
OF_ALL_TYPES bool isfinite(float x) { return x - x == 0; }

OF_ALL_TYPES int min(int a, int b) { return b < a ? b : a; }
OF_ALL_TYPES int max(int a, int b) { return a < b ? b : a; }
OF_ALL_TYPES int clamp(int x, int least, int most) { return min(max(x, least), most); }
OF_ALL_TYPES uint mul_hi(uint a, uint b) { return (uint)((ulong)a * b >> 32); }
