#!/bin/bash
# `mdlstm parity` on every OpenCL implementation at hand: pocl with both of its devices and several of its compilers, Mesa's
# rusticl on llvmpipe, Intel's runtime where it is. One line each, then a table; fails if one of them computes anything else.
#
# Arguments go to parity: --brief or --tiny for less, such as `Scripts/test-devices.sh --brief`. ONLY=name, a part of the
# names, for some of the implementations. Cold, each takes a quarter of an hour for the whole list.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${MDLSTM_EXECUTABLE:-.build/release/mdlstm}
[ -n "${MDLSTM_EXECUTABLE:-}" ] || swift build -c release --product mdlstm

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
vendors=/etc/OpenCL/vendors
Scripts/build-layer.sh poison "$work/poison.so"
# Nothing that was measured for a device by `mdlstm tune`.
export XDG_CONFIG_HOME=$work

failed=0
only=${ONLY:-}
list=("$@")
# check NAME [VARIABLE=value ..] [-- arguments of parity]
check() {
  local name=$1 begin=$SECONDS result=0 variables=() arguments=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do variables+=("$1"); shift; done
  [ $# -eq 0 ] || { shift; arguments=("$@"); }
  [[ $name == *"$only"* ]] || return 0
  env "${variables[@]}" "$program" parity "${list[@]}" "${arguments[@]}" \
    >"$work/out" 2>"$work/err" || result=$?
  local passed of verdict=ok
  passed=$(grep -cE ' ok$' "$work/out" || true)
  of=$(grep -cE ' (ok|MISS)$' "$work/out" || true)
  if [ "$result" -ne 0 ] || [ "$of" -eq 0 ] || [ "$passed" -ne "$of" ]; then
    verdict=FAILED
    failed=1
    grep -E ' MISS$' "$work/out" | head -n 20 >&2 || true
    tail -n 5 "$work/err" >&2
  fi
  printf '%-36s %5d of %5d  %5d s  %s\n' "$name" "$passed" "$of" $((SECONDS - begin)) "$verdict" | tee -a "$work/table"
}
absent() { printf '%-36s absent: %s\n' "$1" "$2" | tee -a "$work/table"; }

# pocl's cache knows the options of a build but not the variables that change its compiler: each has a folder of its own.
pocl=("OCL_ICD_VENDORS=$vendors/pocl.icd" "POCL_DEVICES=pthread basic")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/swift-mdlstm
pocl() {
  local name=$1 folder=$2
  shift 2
  mkdir -p "$cache/$folder"
  check "$name" "${pocl[@]}" "POCL_CACHE_DIR=$cache/$folder" "$@"
}
check "pocl, pthread" "${pocl[@]}" -- --device pthread
check "pocl, basic" "${pocl[@]}" -- --device basic
check "pocl, shapes of a GPU" "${pocl[@]}" -- --device pthread --shapes gpu
check "pocl, buffers begin as NaN" "${pocl[@]}" "OPENCL_LAYERS=$work/poison.so" -- --device pthread
pocl "pocl, loops" loops POCL_WORK_GROUP_METHOD=loops -- --device pthread
# It writes the code of every work-item of a group out, 64 times over: compiling one way in one precision takes minutes.
pocl "pocl, workitemrepl" workitemrepl POCL_WORK_GROUP_METHOD=workitemrepl -- --device pthread --path fused \
  --precision float32
pocl "pocl, not optimised" not-optimised POCL_EXTRA_BUILD_FLAGS=-cl-opt-disable -- --device pthread

if [[ "rusticl, fused" == *"$only"* || "rusticl, gemm" == *"$only"* ]]; then
  [ -e "$vendors/rusticl.icd" ] || Scripts/install.sh mesa-opencl-icd || true
  if [ -e "$vendors/rusticl.icd" ]; then
    # It ends the loops of a work-item after 65,535 iterations, which a sweep needs more of.
    for way in fused gemm; do
      check "rusticl, $way" "OCL_ICD_VENDORS=$vendors/rusticl.icd" RUSTICL_ENABLE=llvmpipe -- --path "$way"
    done
  else
    absent rusticl "apt has no mesa-opencl-icd with rusticl; expected $vendors/rusticl.icd"
  fi
fi

# Its licence does not let it be a dependency: whoever accepts it installs it, and it is found where pip puts it.
intel=${INTEL_OPENCL:-.build/intel/lib}
if [ -e "$intel/libintelocl.so" ]; then
  intel=$(cd "$intel" && pwd)
  # Its folder has an OpenCL loader of its own, which wants a folder of .icd files.
  mkdir "$work/intel"
  echo "$intel/libintelocl.so" >"$work/intel/intel.icd"
  check Intel "OCL_ICD_VENDORS=$work/intel" "LD_LIBRARY_PATH=$intel"
elif [[ Intel == *"$only"* ]]; then
  absent Intel "python3 -m venv .build/intel && .build/intel/bin/pip install intel-opencl-rt intel-cmplr-lib-rt"
fi

[ -e "$work/table" ] || { echo "error: ONLY='$only' is part of no name of an implementation" >&2; exit 1; }
echo
cat "$work/table"
exit "$failed"
