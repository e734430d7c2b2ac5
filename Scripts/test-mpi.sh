#!/bin/bash
# Trainings over ranks: builds mdlstm with MPI (make mpi's trait) and checks that 1, 2 and 4 ranks end with the same bytes, also
# when some go on from what others left; that a rank that stops is named in time; that a killed one ends all; and that ranks
# which do not know of each other are refused. Needs mpirun; the one of MPICH is known by its options.
set -euo pipefail
cd "$(dirname "$0")/.."
MDLSTM=${MDLSTM_EXECUTABLE:-$PWD/.build-mpi/debug/mdlstm}
[ -n "${MDLSTM_EXECUTABLE:-}" ] || swift build --traits MPI --product mdlstm --scratch-path .build-mpi
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"
if mpirun --version | grep -q "Open MPI"; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  MPIRUN="mpirun --oversubscribe --bind-to none"
else
  MPIRUN="mpirun"
fi
PASSED=0

fail() {
  echo "failed: $1"
  exit 1
}
pass() {
  echo "passed: $1"
  PASSED=$((PASSED + 1))
}
# train RANKS OUT MORE..: a small training of the published task.
train() {
  local ranks=$1 out=$2
  shift 2
  timeout 120 $MPIRUN -np "$ranks" "$MDLSTM" train diagonal --size 8 --hidden 8 --batch 12 --shards 4 --out "$out" "$@"
}

"$MDLSTM" --version | grep -q "^MPI: " || fail "--version names the MPI"
for ranks in 1 2 4; do train "$ranks" "d$ranks" --steps 24 > /dev/null 2>&1 || fail "$ranks ranks"; done
cmp d1/model.safetensors d2/model.safetensors && cmp d1/model.safetensors d4/model.safetensors ||
  fail "1, 2 and 4 ranks have different models"
pass "1, 2 and 4 ranks, the same model"

head -c 6000 "$OLDPWD/README.md" > text.txt
for ranks in 1 2 4; do
  timeout 120 $MPIRUN -np "$ranks" "$MDLSTM" train text.txt --batch 8 --sequence 16 --steps 12 --shards 4 --out "t$ranks" \
    > /dev/null 2>&1 || fail "text on $ranks ranks"
done
cmp t1/model.safetensors t2/model.safetensors && cmp t1/model.safetensors t4/model.safetensors ||
  fail "models of text differ"
pass "text on 1, 2 and 4 ranks, the same model"

train 4 e --steps 12 > /dev/null 2>&1 || fail "4 ranks, 12 steps"
train 2 e --steps 24 --resume auto > /dev/null 2>&1 || fail "2 ranks go on from 4"
cmp d1/model.safetensors e/model.safetensors || fail "2 ranks that go on from 4 have another model"
pass "2 ranks go on from what 4 left"

# A long training whose last rank gets a signal; the seconds until all have ended are in ENDED, the code in CODE.
signalled() {
  local signal=$1 out=$2
  shift 2
  train 4 "$out" --steps 400000 "$@" > "$out.log" 2>&1 &
  local launcher=$!
  local tries=0
  until [ "$(pgrep -fc "^$MDLSTM train diagonal .*--out $out " || true)" -ge 4 ] || [ $tries -ge 100 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  sleep 3
  local begin=$SECONDS
  kill "-$signal" "$(pgrep -fn "^$MDLSTM train diagonal .*--out $out ")" || {
    kill $launcher || true
    fail "no rank is left to get $signal: $(cat "$out.log")"
  }
  CODE=0
  wait $launcher || CODE=$?
  ENDED=$((SECONDS - begin))
}
signalled KILL killed
[ "$CODE" -ne 0 ] && [ "$ENDED" -le 5 ] || fail "a killed rank: $ENDED s, exit $CODE"
pass "a killed rank ends all in $ENDED s"
signalled STOP stopped --exchange-timeout 4
grep -q "which does not answer" stopped.log && [ "$CODE" -eq 75 ] && [ "$ENDED" -le 7 ] ||
  fail "a stopped rank: $ENDED s, exit $CODE: $(cat stopped.log)"
pass "a stopped rank is named after $ENDED s"

CODE=0
OMPI_COMM_WORLD_SIZE=4 "$MDLSTM" train diagonal --steps 2 --out none > refused.log 2>&1 || CODE=$?
[ "$CODE" -eq 69 ] && [ ! -e none ] || fail "ranks that do not know of each other: exit $CODE: $(cat refused.log)"
pass "ranks that do not know of each other are refused"
echo "$PASSED passed, 0 failed"
