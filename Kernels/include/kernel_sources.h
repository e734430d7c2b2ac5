// The OpenCL sources of Kernels/, embedded in the binary.
#pragma once
#include <stddef.h>

/// One embedded file: its name without folder and its bytes (not zero-terminated).
typedef struct {
  const char *name;
  const unsigned char *bytes;
  size_t count;
} kernel_source;

/// All embedded files; `*count` receives their number.
const kernel_source *kernel_sources(size_t *count);
