#!/bin/bash
# What compilers for GPUs make of the kernels, without a GPU.
#
#   Scripts/gpu-static.sh [--quick]
#
# The program runs on pocl under Tests/Layers/gpu.c, as on a GPU of 132 compute units. Every program that it builds in the
# named workloads and in `parity --brief` is compiled for sm_80, sm_90, gfx90a and gfx1100; of workloads c, f, i and j the
# loads of a warp are traced. Prints tables of kernels, loads and launches. Exit code 1 where something is over a limit
# (Scripts/gpu_static/limits.py), 2 where something is missing or cannot be compiled, 69 where the compilers cannot be had.
#
#   --quick   workloads b, c and i alone, and no traces
#
# MDLSTM_EXECUTABLE names a program to take instead of building one. The compilers (clang 19 and libclc of Debian, NVIDIA's
# ptxas and nvdisasm from PyPI) are unpacked into a folder of the user's cache, 430 MB of it; nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

quick=""
for word; do
  case $word in
    --quick) quick=--quick ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' Scripts/gpu-static.sh >&2; exit 2 ;;
  esac
done
cache="${XDG_CACHE_HOME:-$HOME/.cache}/swift-mdlstm/gpu-static"
fail() {
  echo "error: $*" >&2
  exit "${code:-2}"
}
for command in python3 cc; do
  command -v $command >/dev/null 2>&1 || fail "expected $command on the PATH, found none; install it"
done

# unpack NAME HOW PACKAGE ..: what HOW makes of the packages in a folder is there whole or not at all.
unpack() {
  [ ! -d "$cache/$1" ] || return 0
  name=$1 how=$2 begin=$(date +%s)
  shift 2
  fresh="$cache/fresh.$$"
  rm -rf "$fresh"
  mkdir -p "$fresh/packages" "$fresh/$name"
  echo "unpacking into $cache: $*" >&2
  if ! "$how" "$fresh/packages" "$fresh/$name" "$@" >"$fresh/log" 2>&1; then
    tail -n 5 "$fresh/log" >&2
    rm -rf "$fresh"
    return 1
  fi
  mv "$fresh/$name" "$cache/$name"
  rm -rf "$fresh"
  echo "  took $(($(date +%s) - begin)) s" >&2
}
from_debian() {
  packages=$1 target=$2
  shift 2
  (cd "$packages" && apt-get download "$@") || return 1
  for package in "$packages"/*.deb; do dpkg -x "$package" "$target" || return 1; done
}
from_pypi() {
  packages=$1 target=$2
  shift 2
  python3 -m pip download --no-deps --dest "$packages" "$@" || return 1
  for wheel in "$packages"/*.whl; do python3 -m zipfile -e "$wheel" "$target" || return 1; done
  chmod +x "$target"/nvidia/*/bin/*
}
code=69
unpack llvm from_debian clang-19 libllvm19 libclang-cpp19 libclang-common-19-dev libclc-19 ||
  fail "expected apt-get to have clang-19 and libclc-19, it could not download them; run apt-get update, on Debian 12 or later"
unpack cuda from_pypi "nvidia-cuda-nvcc>=13,<14" "nvidia-cuda-nvdisasm>=13,<14" ||
  fail "expected pip to download ptxas and nvdisasm, it could not; see whether python3 -m pip works and PyPI can be reached"
code=2

program=${MDLSTM_EXECUTABLE:-.build/release/mdlstm}
[ -n "${MDLSTM_EXECUTABLE:-}" ] || swift build -c release --product mdlstm >&2
[ -x "$program" ] || fail "expected a program at $program, found none; build it, or name another by MDLSTM_EXECUTABLE"
# The processor that stands in is pocl's, whatever else there is.
if [ -z "${OCL_ICD_VENDORS:-}" ]; then
  for icd in /etc/OpenCL/vendors/*pocl*.icd; do [ ! -e "$icd" ] || export OCL_ICD_VENDORS="$icd"; done
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
Scripts/build-layer.sh gpu "$work/gpu.so" || fail "Tests/Layers/gpu.c does not compile"
cc -c -O2 -Wall -Wextra -Werror -o "$work/trace.o" Scripts/gpu_static/trace.c || fail "Scripts/gpu_static/trace.c does not compile"
status=0
# shellcheck disable=SC2086
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=Scripts python3 -m gpu_static --cache "$cache" --work "$work" --program "$program" $quick || status=$?
exit $status
