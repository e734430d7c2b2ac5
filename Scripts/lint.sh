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
  "-DV=4 -DKEEP_GATES=0 -DWEIGHTED=0 -DACTIVATION=1 -DDIRECT=1"
  "-DV=4 -DWG=64 -DITEMS=64"
  "-DV=8 -DAXES=1 -DGATES=4 -DGATE_I=0 -DGATE_F=1 -DGATE_G=2 -DGATE_O=3"
)

strict=(-x cl -cl-std=CL1.2 -Xclang -finclude-default-header -fsyntax-only -Werror -Wall -Wextra
  -Wdouble-promotion -Wconversion -Wno-unused-parameter -Wno-unused-function -Wno-unused-variable -Wno-unused-but-set-variable)

for kernel in Kernels/*.cl; do
  for variant in "${variants[@]}"; do
    # An option can leave a parameter or variable unused; LINT makes a file include the ones that are joined before it.
    # shellcheck disable=SC2086
    "$clang" "${strict[@]}" -DLINT $variant "$kernel"
  done
  name=$(basename "$kernel")
  grep -q "^#embed \"$name\"" Kernels/kernel_sources.c ||
    { echo "error: $kernel is not embedded by Kernels/kernel_sources.c" >&2; exit 1; }
done
# What the heads of kernels name is there.
for file in $(grep -ohE 'MDLSTM(OpenCL)?/[A-Za-z+/]+\.swift' Kernels/*.cl | sort -u); do
  [ -e "Sources/$file" ] || { echo "error: a kernel of Kernels/ names Sources/$file, which is not there" >&2; exit 1; }
done

# The programs the host joins, for every pair of files that defines a cell: with the defaults, with the constants of each
# line `// lint [row] | constants` of x_forward.cl, and with each switch of the cell's files, 0 or 1, the other way round.

# The files joined before a file, in order, and itself.
joined() {
  for file in $(sed -n 's/^#include "\(.*\)\.cl"$/\1/p' "Kernels/$1.cl"); do (joined "$file"); done
  echo "$1"
}
# The names of the switches in the files given, each with its other value.
other_switches() {
  for file; do
    awk '/^#ifndef/ { name = $2 }
      /^#define/ { value = $2 == name && $3 ~ /^[01]$/ ? $3 : ""; next }
      /^#endif/ && value != "" { print "-D" name "=" 1 - value }
      { value = "" }' "Kernels/$file.cl"
  done
}
# The file of products, for every number of rows.
products() { printf "tile_rows $1_products %.0s" {1..8}; }
# Compiles programs of files in both precisions; other arguments first.
compile() {
  local constants=$1 program file precision includes
  shift
  for program; do
    includes=()
    for file in $program; do includes+=(-include "Kernels/$file.cl"); done
    for precision in 0 1; do
      # shellcheck disable=SC2086
      "$clang" "${strict[@]}" -DDOUBLE=$precision -DROWS=8 -DSPAN=4 $constants "${includes[@]}" /dev/null
    done
  done
}
# The kernels around the cell of kernel files x with a form of row, on every way or by tiles alone.
compile_cell() {
  local cell=$1 row=$2 constants=$3 tiles=${4-} before="" forward backward chained
  [ "$row" != zoneout ] || before="common layout philox zoneout"
  forward="$before $(joined "${cell}_forward" | xargs)" backward="$before $(joined "${cell}_backward" | xargs)"
  case $row in
    norm) forward+=" norm norm_forward_row" backward+=" norm norm_forward_row norm_backward_row" ;;
    grid) forward+=" grid_forward_row" backward+=" grid_backward_row" ;;
    *) forward+=" forward_row" backward+=" backward_row" ;;
  esac
  [ "$row" != norm ] || compile "$constants -DWG=64 -DITEMS=64" "$forward norm_forward" "$backward norm_backward"
  backward+=" output_gradient"
  compile "$constants" "$forward $(products forward) forward_tile fused_forward" \
    "$backward $(products backward) backward_tile fused_backward"
  for chained in "" "-DCHAINED=1 -DDEPTH=64"; do
    compile "$constants -DWG=128 $chained" "$forward tile_product tile_chain tiles_forward"
    compile "$constants -DWG=128 $chained -DVECTORS=COMPONENTS" "$backward tile_product tile_chain tiles_backward"
  done
  [ -z "$tiles" ] || return 0
  compile "$constants" "$forward $(products forward) forward_tile sweep_forward" "$forward gemm_forward" \
    "$backward $(products backward) backward_tile sweep_backward" "$backward gemm_backward"
}
for file in $(grep -l "^static inline vec cell_update(" Kernels/*_forward.cl); do
  cell=$(basename "$file" _forward.cl)
  compile_cell "$cell" "" ""
  while IFS='|' read -r row constants; do
    compile_cell "$cell" "$(xargs <<<"$row")" "$constants"
  done < <(sed -n 's|^// lint||p' "$file")
  # shellcheck disable=SC2046
  for switch in $(other_switches $(joined "${cell}_backward" | grep -v '^common$\|^layout$' | sort -u)); do
    compile_cell "$cell" "" "$switch" tiles
  done
done
for constants in "" "-DAXES=0 -DGATES=1" "-DPACKED=1"; do
  includes=()
  for file in common layout $(products weight) weight_gradient; do includes+=(-include "Kernels/$file.cl"); done
  # shellcheck disable=SC2086
  "$clang" "${strict[@]}" -DROWS=8 $constants "${includes[@]}" /dev/null
done
echo "lint passed"
