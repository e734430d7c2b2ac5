// A vector of each site's symbol that is 1 at its number: y_ps = 1 where s = x_p, else 0.
//
//   x            [sites]                  in, whole numbers from 0
//   y            [sites, symbols]         out
//
// ND-range: ITEMS work-items for each site.
// Host: MDLSTMOpenCL/Model/Stages/OneHotStage.swift. Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void one_hot(const int sites, const int symbols, const __global real *restrict x, __global real *restrict y) {
  const int site = shared_row();
  if (site >= sites) return;
  const int symbol = (int)x[site];
  for (int s = place_in_row(); s < symbols; s += ITEMS) y[at(site, symbols) + s] = s == symbol ? (real)1 : (real)0;
}
