#!/bin/bash
# Trainings over ranks: builds mdlstm with MPI (make mpi's trait) and checks that 1, 2 and 4 ranks end with the same bytes, also
# when some go on from what others left; that a rank that stops is named in time; that a killed one ends all and that what it left is
# removed; that ranks which do not know of each other are refused, those of another MPI's launcher too; and that a training which is
# killed is repeated until it is done. Scripts/mpi.sh says which MPI and which launcher are taken.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/mpi.sh
export TMPDIR=$WORK/tmp
mkdir "$TMPDIR"
cd "$WORK"
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

head -c 6000 "$ROOT/README.md" > text.txt
for ranks in 1 2 4; do
  timeout 120 $MPIRUN -np "$ranks" "$MDLSTM" train text.txt --batch 8 --sequence 16 --steps 12 --shards 4 --out "t$ranks" \
    > /dev/null 2>&1 || fail "text on $ranks ranks"
done
cmp t1/model.safetensors t2/model.safetensors && cmp t1/model.safetensors t4/model.safetensors ||
  fail "models of text differ"
pass "text on 1, 2 and 4 ranks, the same model"

train 3 d3 --steps 24 > /dev/null 2> d3.log || fail "3 ranks"
cmp d1/model.safetensors d3/model.safetensors || fail "3 ranks have another model"
[ "$(grep -c "no power of two" d3.log)" -eq 1 ] || fail "3 ranks are noted once: $(cat d3.log)"
pass "3 ranks, the same model, and a note"

train 4 e --steps 12 --checkpoint-every 12 > /dev/null 2>&1 || fail "4 ranks, 12 steps"
train 2 e --steps 24 --resume auto > /dev/null 2> e.log || fail "2 ranks go on from 4"
grep -q "^resumed: e/checkpoint-0000000012" e.log || fail "2 ranks do not go on from step 12: $(cat e.log)"
cmp d1/model.safetensors e/model.safetensors || fail "2 ranks that go on from 4 have another model"
pass "2 ranks go on from what 4 left"

# Two thirds and three quarters of the list, twice, in as few messages as there are other ranks.
for form in "3 4 4000000" "4 6 4500000"; do
  read -r ranks messages bytes <<< "$form"
  timeout 120 $MPIRUN -np "$ranks" "$MDLSTM" exchange --megabytes 3 --rounds 2 --json > exchange.json 2> exchange.log ||
    fail "exchange on $ranks ranks: $(cat exchange.log)"
  [ "$(grep -o "\"messages\":$messages,\"bytes\":$bytes" exchange.json | wc -l)" -eq "$ranks" ] ||
    fail "$ranks ranks send other than $messages messages with $bytes bytes: $(cat exchange.json)"
done
pass "a sum over 3 and 4 ranks sends no more than a ring"

# A long training whose last rank gets a signal; the seconds until all have ended are in ENDED, the code in CODE.
signalled() {
  local signal=$1 out=$2
  shift 2
  train 4 "$out" --steps 400000 "$@" > "$out.log" 2>&1 &
  local launcher=$!
  local tries=0
  until [ "$(ranks "$out" | wc -l)" -ge 4 ] || [ $tries -ge 100 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  sleep 3
  local begin=$SECONDS
  kill "-$signal" "$(ranks "$out" | tail -n 1)" || {
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
ls -d "$TMPDIR"/mdlstm-rank-* > /dev/null 2>&1 || fail "a killed rank leaves no folder: the next check would show nothing"
train 2 after --steps 2 > /dev/null 2>&1 || fail "2 ranks after a killed one"
! ls -d "$TMPDIR"/mdlstm-rank-* 2> /dev/null || fail "folders of killed ranks are left"
pass "what killed ranks leave is removed by later ones"
signalled STOP stopped --exchange-timeout 4
# MPICH's launcher may end with the signal by which it has killed the others.
[ "$MPI" = openmpi ] || [ "$CODE" -ne 9 ] || CODE=75
grep -q "which does not answer" stopped.log && [ "$CODE" -eq 75 ] && [ "$ENDED" -le 7 ] ||
  fail "a stopped rank: $ENDED s, exit $CODE: $(cat stopped.log)"
pass "a stopped rank is named after $ENDED s"

# refused NAME COMMAND..: ends with 69 and writes nothing to the folder `none`.
refused() {
  local name=$1
  shift
  CODE=0
  timeout 60 "$@" "$MDLSTM" train diagonal --steps 2 --out none > refused.log 2>&1 || CODE=$?
  [ "$CODE" -eq 69 ] && [ ! -e none ] || fail "$name: exit $CODE: $(cat refused.log)"
  pass "$name are refused"
}
refused "ranks that do not know of each other" env OMPI_COMM_WORLD_SIZE=4
if [ -n "$OTHER_MPIRUN" ]; then
  refused "ranks of another MPI's launcher" $OTHER_MPIRUN -np 4
else
  echo "left out: ranks of another MPI's launcher, which is not installed"
fi

train 1 whole --steps 400 > /dev/null 2>&1 || fail "a training that is left alone"
timeout 300 "$ROOT/Scripts/train-until-done" -n 5 -p 2 $MPIRUN -np 4 "$MDLSTM" train diagonal --size 8 --hidden 8 --batch 12 \
  --shards 4 --steps 400 --checkpoint-every 10 --out repeated > repeated.log 2>&1 &
REPEATS=$!
newest() { find repeated -name 'checkpoint-*' 2> /dev/null | sort | tail -n 1; }
BEFORE=
for kills in 1 2; do
  # At a checkpoint that was not there before: then the next try, which comes after a pause.
  for ((tries = 0; tries < 600; tries++)); do
    [[ ! $(newest) > $BEFORE ]] || break
    sleep 0.1
  done
  kill -KILL "$(ranks repeated | tail -n 1)" || fail "no rank is left for kill $kills: $(cat repeated.log)"
  while [ -n "$(ranks repeated)" ]; do sleep 0.1; done
  BEFORE=$(newest)
done
wait $REPEATS || fail "a training that is repeated: exit $?: $(cat repeated.log)"
[ "$(grep -c "^train-until-done: try" repeated.log)" -eq 2 ] || fail "a training has not been killed twice: $(cat repeated.log)"
cmp whole/model.safetensors repeated/model.safetensors || fail "a training that was killed twice has another model"
pass "a training that is killed twice is repeated until it is done, the same model"
echo "$PASSED passed, 0 failed"
