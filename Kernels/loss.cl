// A loss of every site and its gradient: L = sum over sites of site_loss, times scale.
//
//   y            [sites, width]           in, what the model gave
//   target       [sites, width]           in, what it should give; unused with LABELS
//   labels       [sites]                  in, the right feature, negative where none is known; only with LABELS
//   weights      [sites]                  in, 0 where a ragged sample has no site; only with WEIGHTED
//   class_weights [width]                 in, what the site of a label is multiplied by; only with CLASS_WEIGHTS
//   dy           [sites, width]           out
//   partial      [parts]                  out, the loss of each part of the sites; finish_step adds them
//
// Joined after the file of the loss, which has
//
//   real site_loss(sum, weight, width, y, target, label, dy)   adds the terms of one site to sum, writes its dL/dy
//
// ND-range: ITEMS work-items for each part of `per_part` sites, which are added in order, each item's first.
// Host: MDLSTMOpenCL/Training/LossKernels.swift. Reference: MDLSTM/Reference/Models/LossReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "softmax_cross_entropy.cl"
#endif

#ifndef WEIGHTED
#define WEIGHTED 1
#endif
#ifndef CLASS_WEIGHTS
#define CLASS_WEIGHTS 0
#endif

KERNEL void loss(const int sites, const int width, const int per_part, const real scale, const __global real *restrict y,
                 const __global real *restrict target, const __global int *restrict labels,
                 const __global real *restrict weights, const __global real *restrict class_weights,
                 __global real *restrict dy, __global real *restrict partial) {
  SHARED real sums[ITEMS];
  const int part = shared_row(), item = place_in_row();
  const int first = part * per_part, last = min(first + per_part, sites);
  if (first >= sites) return;
  real sum = 0;
  for (int site = first + item; site < last; site += ITEMS) {
    const long row = at(site, width);
    real weight = scale;
    int label = 0;
    bool counts = true;
#if WEIGHTED
    counts = weights[site] != 0;
    weight = scale * weights[site];
#endif
#if LABELS
    label = labels[site];
    counts = counts && label >= 0;
#if CLASS_WEIGHTS
    if (counts) weight *= class_weights[label];
    counts = counts && class_weights[label] != 0;
#endif
#endif
    // What stands where nothing counts must not matter, NaN neither.
    if (!counts) {
      for (int j = 0; j < width; j++) dy[row + j] = 0;
      continue;
    }
    sum = site_loss(sum, weight, width, y + row, target + row, label, dy + row);
  }
  sum = sum_of_items(sum, sums);
  if (item == 0) partial[part] = sum;
}
