// Gradient of an embedding: dW[symbol] = sum of dy_p over the sites p of that symbol, in the order of the sites.
//
//   x            [sites]                  in, whole numbers from 0
//   dy           [sites, size]            in
//   gradients    [symbols, size]          out, from element `weight`; added to what is there if `adding`
//
// ND-range: symbols work-items.
// Host: MDLSTMOpenCL/Model/Stages/EmbeddingStage.swift. Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void embedding_backward(const int sites, const int symbols, const int size, const int weight,
                               const int adding,
                               const __global real *restrict x, const __global real *restrict dy,
                               __global real *restrict gradients) {
  const int symbol = (int)get_global_id(0);
  if (symbol >= symbols) return;
  __global real *row = gradients + weight + at(symbol, size);
  for (int j = 0; j < size && !adding; j++) row[j] = 0;
  for (int site = 0; site < sites; site++) {
    if ((int)x[site] != symbol) continue;
    for (int j = 0; j < size; j++) row[j] += dy[at(site, size) + j];
  }
}
