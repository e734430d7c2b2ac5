#!/bin/bash
# Trainings over several hosts, which Scripts/hosts makes of this machine (root): 2 and 3 hosts, and 2 with two ranks each, end with the
# bytes of one rank; a rank that is killed ends those of other hosts; and when a link goes down every rank ends in time and names who is
# missing. Scripts/mpi.sh says which MPI is taken.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/mpi.sh
if [ -z "${HOSTS_ADDRESSES:-}" ]; then
  # Built by now, as the hosts reach no other network.
  MDLSTM_EXECUTABLE=$MDLSTM Scripts/hosts -n 3 "$PWD/Scripts/test-hosts.sh"
  exit
fi
cd "$WORK"

# A rank whose messages and exit code are kept, whatever becomes of the launcher. A launcher that kills it may kill its shell alone.
cat > rank << 'END'
#!/bin/sh
number=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}
trap : TERM
"$@" 2> "$WORK/rank$number.log"
code=$?
echo $code > "$WORK/rank$number.code"
exit $code
END
chmod +x rank
export WORK
KEEPER=$WORK/rank

# start HOSTS RANKS OUT MORE..: a small training of the published task by so many ranks on each host; its launcher is LAUNCHER.
start() {
  local launcher out=$3
  launcher=$(over "$1" "$2")
  shift 3
  rm -f rank?.code rank?.log
  $launcher $KEEPER "$MDLSTM" train diagonal --size 8 --hidden 8 --batch 12 --shards 4 --out "$WORK/$out" "$@" > "$out.out" 2>&1 &
  LAUNCHER=$!
}
# The launcher may wait without end for a host that is gone; MPICH's does at times though all its ranks have ended.
stop() {
  for ((tries = 0; tries < 20; tries++)); do
    kill -0 $LAUNCHER 2> /dev/null || break
    sleep 0.1
  done
  kill -KILL $LAUNCHER 2> /dev/null || true
  wait $LAUNCHER 2> /dev/null || true
}
# train HOSTS RANKS OUT MORE..: the same to its end; fails unless every rank ends with 0.
train() {
  start "$@"
  for ((tries = 0; tries < 1200; tries++)); do
    [ "$(find . -name 'rank?.code' | wc -l)" -lt $(($1 * $2)) ] && kill -0 $LAUNCHER 2> /dev/null || break
    sleep 0.1
  done
  stop
  [ "$(find . -name 'rank?.code' | wc -l)" -eq $(($1 * $2)) ] && [ "$(cat rank?.code | sort -u)" = 0 ]
}
messages() { tail -n 3 "$WORK"/rank*.log "$WORK"/*.out; }

"$MDLSTM" train diagonal --size 8 --hidden 8 --batch 12 --shards 4 --steps 24 --out one > /dev/null 2>&1 || fail "one rank alone"
for form in "2 1" "3 1" "2 2"; do
  read -r hosts ranks <<< "$form"
  out=on$hosts$ranks
  train "$hosts" "$ranks" "$out" --steps 24 || fail "$hosts hosts with $ranks: $(messages)"
  cmp one/model.safetensors "$out/model.safetensors" || fail "$hosts hosts with $ranks: another model than one rank"
  pass "$hosts hosts, ranks on each: $ranks, the model of one rank"
done

# Half of the list within the host, a quarter between hosts, and both back.
rm -f rank?.code
timeout -k 5 60 $(over 2 2) "$KEEPER" "$MDLSTM" exchange --megabytes 3 --rounds 2 --json > exchange.json 2> exchange.out ||
  [ "$(cat rank?.code | sort -u)" = 0 ] || fail "exchange on 2 hosts with 2: $(messages)"
[ "$(grep -o '"messages":4,"bytes":4500000' exchange.json | wc -l)" -eq 4 ] || fail "2 hosts with 2 send: $(cat exchange.json)"
pass "a sum over 2 hosts with two ranks each sends over a link what two ranks alone would"

# Begins a training on 3 hosts that does not end by itself.
begin() {
  local out=$1
  shift
  start 3 1 "$out" --steps 4000000 "$@"
  for ((tries = 0; tries < 300; tries++)); do
    [ "$(ranks "$WORK/$out" | wc -l)" -lt 3 ] || break
    sleep 0.1
  done
  sleep 4
  [ "$(ranks "$WORK/$out" | wc -l)" -eq 3 ] || fail "3 hosts do not train: $(messages)"
}
# Waits until no rank is left, at most so many seconds; how long it took is in ENDED, in milliseconds.
ended() {
  local begin
  begin=$(date +%s%3N)
  while [ -n "$(ranks "$WORK/$1")" ] && [ $(($(date +%s%3N) - begin)) -lt $(($2 * 1000)) ]; do sleep 0.05; done
  ENDED=$(($(date +%s%3N) - begin))
}

KEEPER=
begin killed
kill -KILL "$(comm -12 <(ip netns pids host2 | sort) <(ranks "$WORK/killed" | sort))"
ended killed 20
[ "$ENDED" -lt 5000 ] || fail "a killed rank: after $ENDED ms $(ranks "$WORK/killed" | wc -l) are left"
stop
pass "a killed rank ends those of other hosts, all in $ENDED ms"

KEEPER=$WORK/rank
begin parted --exchange-timeout 5
ip -n host2 link set eth0 down
ended parted 20
[ "$ENDED" -le 7000 ] || fail "a link down: after $ENDED ms $(ranks "$WORK/parted" | wc -l) are left: $(messages)"
sleep 0.2
for rank in 0 1 2; do
  [ "$(cat "rank$rank.code")" = 75 ] || fail "a link down: rank $rank ends with $(cat "rank$rank.code"): $(messages)"
done
for rank in 0 2; do
  grep -q "rank $rank (host host$((rank + 1))): waited .*rank 1 (host host2).*, which does not answer" "rank$rank.log" ||
    fail "a link down: rank $rank does not name host2: $(messages)"
done
grep -q "rank 1 (host host2): waited .*rank [02] (host host[13])" rank1.log || fail "a link down: host2 names nobody: $(messages)"
pass "a link down: every rank has ended with 75 after $ENDED ms of at most 7000, and names who is missing"
stop
echo "$PASSED passed, 0 failed"
