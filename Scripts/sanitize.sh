#!/bin/bash
# The tests under the address sanitizer, with its search for leaks, and under the thread sanitizer: no report, no failure.
#
# `Scripts/sanitize.sh address` or `thread` for one of them; SUITES=regex, as `swift test --filter` takes it, for others than
# those below. Left out are the suites that compile hundreds of kernels or train networks: they take the same code through
# more numbers, in many times the time. No XCTest: it leaks by itself (swift-corelibs-xctest issue 534).
set -euo pipefail
cd "$(dirname "$0")/.."

suites=(
  # The runtime: buffers, kernels, programs, products, devices; archives; the tolerances themselves.
  OpenCLRuntimeTests MDLSTMArchivesTests _TestSupportTests
  # Grids, layers, files, weights of other libraries, training on the reference.
  GridTests ScheduleTests SweepTableTests BandTests LayerCallTests LayerParameterTests RandomTests NoiseTests JSONTests
  NumpyTests SafetensorsTests OutputFileTests CheckpointTests Exchange PublishedCasesTests TrainerTests ImageTests
  PNGFileTests JPEGFileTests
  # Layers and trainers on the device, those that fail too.
  PublishedParityTests KernelLibraryTests ParameterOrderTests TrainerFailureTests NoiseParityTests SweepPlanTests
  DeviceTuningTests BrokenDeviceTests ResumeTests
  # The command, which is built with the sanitizer too.
  BadInputTests InitCommandTests ConvertCommandTests CellsCommandTests
)
filter=${SUITES:-$(IFS='|'; echo "${suites[*]}")}
# On pocl alone: other drivers leak as they are loaded.
pocl=/etc/OpenCL/vendors/pocl.icd
if [ -e "$pocl" ]; then export OCL_ICD_VENDORS=${OCL_ICD_VENDORS:-$pocl}; fi
# LLVM, where pocl compiles, gives threads signal stacks, which the address sanitizer would take for its own and unmap.
export ASAN_OPTIONS=detect_leaks=1:use_sigaltstack=0
export LSAN_OPTIONS="suppressions=$PWD/Scripts/leak-suppressions.txt:print_suppressions=0"
export TSAN_OPTIONS=halt_on_error=0

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
for sanitizer in ${1:-address thread}; do
  begin=$SECONDS result=0
  options=(--sanitize "$sanitizer" --scratch-path ".build-$sanitizer")
  swift build --build-tests "${options[@]}"
  swift test --skip-build "${options[@]}" --disable-xctest --filter "$filter" >"$log" 2>&1 || result=$?
  reports=$(grep -cE '(ERROR|WARNING): (Address|Leak|Thread)Sanitizer' "$log" || true)
  ran=$(sed -n 's/.*Test run with \([0-9]*\) test.*/\1/p' "$log" | tail -n 1)
  echo "$sanitizer sanitizer: ${ran:-0} tests, $reports reports, $((SECONDS - begin)) s"
  if [ "$result" -ne 0 ] || [ "$reports" -ne 0 ] || [ "${ran:-0}" -eq 0 ]; then
    grep -E '^✘|Sanitizer|^ *#[0-9]+ ' "$log" | head -n 60 >&2 || true
    status=1
  fi
done
exit "$status"
