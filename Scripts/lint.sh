#!/bin/bash
# Format of the Swift code, and a strict compile of every kernel by itself; needs no OpenCL device.
set -euo pipefail
cd "$(dirname "$0")/.."

swift format lint --strict --parallel --recursive Package.swift Sources Tests

clang="$(dirname "$(readlink -f "$(command -v swift)")")/clang"
[ -x "$clang" ] || clang=clang
variants=(
  ""
  "-DDOUBLE=1 -DV=1 -DFROM_SUCCESSORS=0"
  "-DV=4 -DPEEPHOLES=0 -DKEEP_GATES=0 -DWEIGHTED=0 -DACTIVATION=1 -DDIRECT=1"
  "-DV=8 -DAXES=1 -DGATES=4 -DGATE_I=0 -DGATE_F=1 -DGATE_G=2 -DGATE_O=3"
)
for kernel in Kernels/*.cl; do
  for variant in "${variants[@]}"; do
    # An option can leave a parameter unused; LINT makes a file include the ones that are joined before it.
    # shellcheck disable=SC2086
    "$clang" -x cl -cl-std=CL1.2 -Xclang -finclude-default-header -fsyntax-only -Werror -Wall -Wextra \
      -Wdouble-promotion -Wconversion -Wno-unused-parameter -Wno-unused-function -DLINT $variant "$kernel"
  done
  name=$(basename "$kernel")
  grep -q "^#embed \"$name\"" Kernels/kernel_sources.c ||
    { echo "error: $kernel is not embedded by Kernels/kernel_sources.c" >&2; exit 1; }
done
echo "lint passed"
