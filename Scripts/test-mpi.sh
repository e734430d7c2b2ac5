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

# Published tasks and colours, begun by 4 ranks and gone on with by 2 without --shards: as one rank alone ends with 4.
# shared NAME FILES COMMAND..: NAME-1 and NAME-4 get the same FILES. The command gets --out and what FIRST and ALL say.
shared() {
  local name=$1 files=$2
  shift 2
  timeout 120 "$MDLSTM" "$@" $ALL --shards 4 --out "$name-1" > "$name.log" 2>&1 || fail "$name: $(cat "$name.log")"
  timeout 120 $MPIRUN -np 4 "$MDLSTM" "$@" $FIRST --out "$name-4" > "$name.log" 2>&1 || fail "$name on 4 ranks: $(cat "$name.log")"
  timeout 120 $MPIRUN -np 2 "$MDLSTM" "$@" $ALL --resume auto --out "$name-4" > "$name.log" 2>&1 ||
    fail "2 ranks go on with $name: $(cat "$name.log")"
  for file in $files; do cmp "$name-1/$file" "$name-4/$file" || fail "$name: 1 rank and 4, then 2, have another $file"; done
  pass "$name: 4 ranks, then 2, as one"
}
SMALL="--layers 2 --hidden 3 --batch 8"
FIRST="--steps 20 --checkpoint-every 20" ALL="--steps 30" \
  shared parity "grid.safetensors feedForward.safetensors" train parity --bits 5 $SMALL
FIRST="" ALL="--seeds 2" shared addition \
  "grid-seed1/model.safetensors grid-seed2/model.safetensors" \
  train addition --digits 1 --examples 160 $SMALL
# An array of pictures without a program to draw them: bytes of a text.
pictures() {
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': ($1), }"
  head -c "$2" "$OLDPWD/README.md"
}
mkdir colors
pictures "4, 12, 14, 3" 2016 > colors/a.npy
pictures "3, 10, 9, 3" 810 > colors/b.npy
cat > colors.json << 'END'
{"version": 1, "model": {"layers": [{"type": "recurrent", "cell": "spatial", "hiddenSize": 3, "directions": ["++"]}]},
 "task": {"kind": "density", "neighbourhood": 3, "patch": [7, 5], "border": "inside", "color": "ycc",
   "head": {"components": 3, "scales": 2, "features": 4}},
 "training": {"batch": 6, "learningRate": {"base": 0.01, "decay": "constant"}}}
END
FIRST="--steps 2" ALL="--steps 4" \
  shared colors "model.safetensors luma/model.safetensors chroma/model.safetensors" train colors --config colors.json

# Files shared out: what is printed and written does not depend on the number of ranks.
for class in 0 1; do
  "$MDLSTM" data dead-leaves --count 7 --size "9x1$class" --radius "$((2 + class))..4" --out "classes/$class" > /dev/null 2>&1
done
for file in classes/*/*; do mv "$file" "${file%/*}/${file//\//-}"; done
cat > classes.json << 'END'
{"version": 1, "model": {"layers": [{"type": "recurrent", "cell": "leaky", "hiddenSize": 4, "directions": "all"},
   {"type": "pool", "by": "mean"}, {"type": "dense", "outputSize": "auto"}]},
 "task": {"kind": "classify"}, "training": {"epochs": 2, "batch": 3}}
END
"$MDLSTM" train classes --config classes.json --out classes-run > /dev/null 2>&1
# shares FOLDER COMMAND..: stdout without times, and what is written to FOLDER, are those of one rank.
shares() {
  local folder=$1
  shift
  for ranks in 1 3; do
    timeout 120 $MPIRUN -np $ranks "$MDLSTM" "$@" 2> said.log | sed 's/,"seconds":[^}]*//' > "told$ranks" || fail "$*: $(cat said.log)"
    rm -rf "wrote$ranks"
    [ ! -e "$folder" ] || mv "$folder" "wrote$ranks"
  done
  cmp told1 told3 || fail "3 ranks tell something else: $*"
  [ ! -e wrote1 ] || diff -r wrote1 wrote3 || fail "3 ranks write something else: $*"
  [ -s told1 ] || fail "nothing is told: $*"
}
shares wrote evaluate classes-run classes --json --predictions wrote
shares wrote predict classes-run classes/0 classes/1 --out wrote --probabilities --json
shares wrote evaluate colors-1 colors --ensemble
shares wrote predict colors-1 colors --out wrote
shares wrote evaluate t1 text.txt --json
pass "evaluate and predict over 1 and 3 ranks tell and write the same"

# refused CODE WORDS COMMAND..: ends with the code and says the words, once.
refused() {
  local code=$1 words=$2
  shift 2
  CODE=0
  timeout 120 "$@" > refused.log 2>&1 || CODE=$?
  [ "$CODE" -eq "$code" ] && [ "$(grep -c "$words" refused.log)" -eq 1 ] || fail "expected $code and '$words', found $CODE: $(cat refused.log)"
}
refused 65 "the command of rank 0 and rank 1 differ" $MPIRUN -np 1 "$MDLSTM" predict classes-run classes/1 --out none : \
  -np 1 "$MDLSTM" predict classes-run classes/0 --out none
refused 64 "has shards 4, this one 2" $MPIRUN -np 2 "$MDLSTM" train parity --bits 5 $SMALL --steps 40 --shards 2 --resume auto --out parity-4
refused 64 "only 'train', 'evaluate' and 'predict' share" $MPIRUN -np 2 "$MDLSTM" cells
refused 66 "nowhere" $MPIRUN -np 2 "$MDLSTM" evaluate classes-run nowhere
[ ! -e none ] || fail "something was written"
pass "what ranks cannot share is refused, once"

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
