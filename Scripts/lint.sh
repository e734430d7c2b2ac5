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

# The programs the host joins for each kind of cell: files of the cell, file of the row, constants.
programs=(
  "graves||-DPEEP_I=-1 -DPEEP_F=-1 -DPEEP_O=-1 -DPEEP_VECTORS=0 -DOUTPUT_TANH=0 -DCLIP=1"
  "graves||-DAXES=1 -DGATES=3 -DGATE_I=0 -DGATE_F=-1 -DGATE_G=1 -DGATE_O=2 -DCOUPLED=1 -DPEEP_I=0 -DPEEP_F=-1 -DPEEP_O=1 -DPEEP_VECTORS=2"
  "graves||-DAXES=1 -DGATES=3 -DGATE_I=-1 -DGATE_F=0 -DGATE_G=1 -DGATE_O=2 -DPEEP_I=-1 -DPEEP_F=0 -DPEEP_O=1 -DPEEP_VECTORS=2 -DINPUT_TANH=0"
  "graves||-DAXES=1 -DGATES=3 -DGATE_I=0 -DGATE_F=1 -DGATE_G=2 -DGATE_O=-1 -DPEEP_I=0 -DPEEP_F=1 -DPEEP_O=-1 -DPEEP_VECTORS=2"
  "graves||-DAXES=1 -DGATES=4 -DGATE_G=2 -DGATE_I=0 -DGATE_F=1 -DGATE_O=3 -DMORE=2 -DFEEDBACK=4"
  "philox zoneout graves||-DZONEOUT=1 -DV=4"
  "spatial||-DMORE=1 -DFEEDBACK=2 -DPEEP_VECTORS=0"
  "shares stable||-DGATES=6 -DGATE_I=0 -DGATE_F=1 -DGATE_G=3 -DGATE_O=5 -DGATE_L=4 -DPEEP_VECTORS=0 -DCLIP=1"
  "shares leaky||-DGATES=5 -DPEEP_VECTORS=4"
  "graves|grid|-DGRID=1 -DAXES=3 -DGATES=12 -DFEEDBACK=3 -DAXIS_ORDER=0x120 -DPRIORITY=2 -DEARLY=2 -DAXIS_FUNCTIONS=0x010 -DSETS=2 -DDEPTH_SETS=0 -DPEEP_VECTORS=9 -DPEEP_I=0 -DPEEP_F=1 -DPEEP_O=2"
  "graves|norm|-DNORM=1 -DPEEP_I=-1 -DPEEP_F=-1 -DPEEP_O=-1 -DPEEP_VECTORS=12"
  "shares stable|norm|-DNORM=2 -DGATES=6 -DGATE_I=0 -DGATE_F=1 -DGATE_G=3 -DGATE_O=5 -DGATE_L=4 -DPEEP_VECTORS=14"
  "spatial|norm|-DNORM=3 -DPEEP_VECTORS=17"
)
# The file of products, for every number of rows.
products() { printf "tile_rows $1_products %.0s" {1..8}; }
for program in "${programs[@]}"; do
  IFS='|' read -r cell row constants <<<"$program"
  helpers="common layout ${cell% *}"
  last=${cell##* }
  [ "$last" != "$cell" ] || helpers="common layout"
  forward="$helpers ${last}_forward"
  backward="$forward ${last}_backward"
  case $row in
    norm) forward="$forward norm norm_forward_row" backward="$backward norm norm_forward_row norm_backward_row" ;;
    grid) forward="$forward grid_forward_row" backward="$backward grid_backward_row" ;;
    *) forward="$forward forward_row" backward="$backward backward_row" ;;
  esac
  forward_tile="$forward $(products forward) forward_tile"
  backward="$backward output_gradient"
  backward_tile="$backward $(products backward) backward_tile"
  for files in "$forward_tile fused_forward" "$forward_tile sweep_forward" "$forward gemm_forward" \
    "$backward_tile fused_backward" "$backward_tile sweep_backward" "$backward gemm_backward"; do
    includes=()
    for file in $files; do includes+=(-include "Kernels/$file.cl"); done
    for precision in 0 1; do
      # shellcheck disable=SC2086
      "$clang" "${strict[@]}" -DDOUBLE=$precision -DROWS=8 -DSPAN=4 $constants "${includes[@]}" /dev/null
    done
  done
done
for constants in "" "-DAXES=0 -DGATES=1" "-DPACKED=1"; do
  includes=()
  for file in common layout $(products weight) weight_gradient; do includes+=(-include "Kernels/$file.cl"); done
  # shellcheck disable=SC2086
  "$clang" "${strict[@]}" -DROWS=8 $constants "${includes[@]}" /dev/null
done
echo "lint passed"
