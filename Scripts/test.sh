#!/bin/bash
# Builds and runs all tests; the last line tells how many passed and failed. Fails without an OpenCL device.
#
# Optimised, in a folder of its own: the reference's loops take 20 times as long otherwise. In four processes: compiling
# kernels takes most of the time, and pocl compiles one at a time in a process.
set -euo pipefail
cd "$(dirname "$0")/.."

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
options=(-c release -Xswiftc -enable-testing --scratch-path .build-tests)
swift build --build-tests "${options[@]}"

apart=(LayerParityTests LayerParityDoubleTests DeviceShapeTests)
skips=()
# By the whole name: a suite's file is in the names of all tests of it too.
processes=()
for suite in "${apart[@]}"; do
  # Shapes of devices that are not there: how pocl optimises them tells nothing, and takes two thirds of the time.
  flags=()
  [ "$suite" != DeviceShapeTests ] || flags=(POCL_EXTRA_BUILD_FLAGS=-cl-opt-disable)
  env "${flags[@]}" swift test "${options[@]}" --skip-build --ignore-lock --filter "[.]$suite/" >"$logs/$suite" 2>&1 &
  processes+=($!)
  skips+=(--skip "[.]$suite/")
done
status=0
swift test "${options[@]}" --skip-build --ignore-lock "${skips[@]}" 2>&1 | tee "$logs/rest" || status=$?
for process in "${processes[@]}"; do wait "$process" || status=$?; done
for suite in "${apart[@]}"; do cat "$logs/$suite"; done

# Tests of all processes that ran, and those of them that failed; each process must have run some.
total=0
for log in "$logs"/*; do
  ran=$(sed -n 's/.*Test run with \([0-9]*\) test.*/\1/p' "$log" | tail -n 1)
  if [ "${ran:-0}" -eq 0 ]; then
    echo "error: no test ran, or not to the end" >&2
    status=1
  fi
  total=$((total + ${ran:-0}))
done
# Once more at the end, where whoever reads a log looks first.
cat "$logs"/* | grep -E '^✘|: error:|^error:' | sort -u || true
failed=$(cat "$logs"/* | grep -E '^✘ Test .* failed after' | grep -cvE '^✘ Test run with' || true)
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "$((total - failed)) passed, $failed failed"
exit "$status"
