// Looks up the vector of each site's symbol: y_p = W[x_p].
//
//   x            [sites]                  in, whole numbers from 0
//   weight       [symbols, size]          in, at its offset in the buffer of all parameters
//   y            [sites, size]            out
//
// ND-range: sites work-items.
// Host: MDLSTMOpenCL/Model/Stages/EmbeddingStage.swift. Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void embedding_forward(const int sites, const int size, const int weight, const __global real *restrict x,
                              const __global real *restrict parameters, __global real *restrict y) {
  const int site = (int)get_global_id(0);
  if (site >= sites) return;
  const __global real *row = parameters + weight + at((int)x[site], size);
  for (int j = 0; j < size; j++) y[at(site, size) + j] = row[j];
}
