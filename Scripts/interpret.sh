#!/bin/bash
# Every kernel under oclgrind, an interpreter that watches memory: data races, reads of what nobody wrote, accesses outside
# of buffers, wrong calls of the API; and what its compiler warns of. Fails on a report, on a wrong result and on a kernel of
# Kernels/ that did not run.
#
# oclgrind 21.10 has no shadow of some optimised instructions, hence -cl-opt-disable; it starts its --log file anew with each
# context, hence its reports are taken from stderr; it forgets what it knew of buffers and keeps the texts of warnings to
# itself, hence poison.c and warnings.c of Tests/Layers.
set -euo pipefail
cd "$(dirname "$0")/.."

driver=/usr/lib/oclgrind/liboclgrind-rt-icd.so
[ -e "$driver" ] || Scripts/install.sh oclgrind
[ -e "$driver" ] || { echo "error: expected oclgrind's driver $driver; install oclgrind 21.10 from apt" >&2; exit 1; }
program=${MDLSTM_EXECUTABLE:-.build/release/mdlstm}
[ -n "${MDLSTM_EXECUTABLE:-}" ] || swift build -c release --product mdlstm

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
Scripts/build-layer.sh poison "$work/poison.so"
Scripts/build-layer.sh warnings "$work/warnings.so"
export OCL_ICD_VENDORS=$driver OPENCL_LAYERS=$work/poison.so:$work/warnings.so XDG_CONFIG_HOME=$work
export OCLGRIND_DATA_RACES=1 OCLGRIND_UNINITIALIZED=1 OCLGRIND_CHECK_API=1 OCLGRIND_INST_COUNTS=1
export OCLGRIND_NUM_THREADS=1 OCLGRIND_BUILD_OPTIONS=-cl-opt-disable

# Runs a part of the list; reports are all that is on stderr but the line that names the device.
status=0
check() {
  local name=$1 begin=$SECONDS result=0
  shift
  "$program" parity --tiny "$@" >"$work/$name.out" 2>"$work/$name.err" || result=$?
  grep -v '^device: ' "$work/$name.err" >"$work/$name.log" || true
  local passed of
  passed=$(grep -cE ' ok$' "$work/$name.out" || true)
  of=$(grep -cE ' (ok|MISS)$' "$work/$name.out" || true)
  echo "oclgrind, $name: $passed of $of passed, $(wc -l <"$work/$name.log") lines of reports, $((SECONDS - begin)) s"
  if [ "$result" -ne 0 ] || [ "$of" -eq 0 ] || [ -s "$work/$name.log" ]; then
    grep -E ' MISS$' "$work/$name.out" >&2 || true
    head -n 40 "$work/$name.log" >&2
    touch "$work/failed"
  fi
}

# Two at a time. Names of layers, and only those, have an " H". CLBlast's kernels, whole tiles for products however small,
# take so long that few layers go through them: what follows a product is the same for every cell but for files that the
# other ways run too.
{
  check fused --path fused --precision float32 --shapes processor
  # Groups of 128 with local memory and barriers. Not `chain`: its groups tell one another what is there by counting, which
  # to a detector of races is none.
  check tiles --path tiles --precision float32 --shapes gpu --only "clip states"
  check "tiles, operations" --path tiles --precision float32 --shapes gpu --only "dense 5 to 2"
  # Rows and sums that the items of a group share.
  check "sums, norms" --path fused --precision float32 --shapes gpu --only "lstm + - 4 B2 I2 H4 ragged 4,2 norm"
  check "sums, losses" --path fused --precision float32 --shapes gpu --only "of labels"
  check "sums, texts" --path fused --precision float32 --shapes gpu --only "ctc of 5"
  check gemm --path gemm --precision float32 --shapes gpu --only "clip states"
  check "gemm, float64" --path gemm --precision float64 --shapes gpu --only "graves +- -+ -- 2x3"
} &
others=$!
check sweep --path sweep --precision float32 --shapes gpu --only " H" &
wait $! || status=1
wait "$others" || status=1
[ ! -e "$work/failed" ] || status=1

# Kernels begin with KERNEL void name(; oclgrind counts the instructions of each that runs.
sed -n 's/^KERNEL void \([a-z0-9_]*\)(.*/\1/p' Kernels/*.cl | sort -u >"$work/all"
cat "$work"/*.out | sed -n "s/^Instructions executed for kernel '\(.*\)':$/\1/p" | sort -u >"$work/ran"
comm -23 "$work/all" "$work/ran" >"$work/missing"
echo "oclgrind: $(comm -12 "$work/all" "$work/ran" | wc -l) of $(wc -l <"$work/all") kernels ran"
while read -r kernel; do
  echo "error: kernel $kernel of Kernels/ did not run; add a case of it to Sources/MDLSTM/Verification" >&2
  status=1
done <"$work/missing"
exit "$status"
