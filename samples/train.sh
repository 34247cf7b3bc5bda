#!/bin/sh
# Has a program that was configured with UNSENT_PROFILE=record do what is done most, so that
# UNSENT_PROFILE=use knows it. Usage: train.sh UNSENT
set -eu
unsent=$(realpath "$1")
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch" XDG_DATA_HOME="$scratch"
printf '$ORIGIN example.\nourshop 300 IN TXT "v=spf1 ip4:203.0.113.0/24 -all"\n' > "$scratch/zone"
judge="--zone $scratch/zone --domain ourshop.example --now 2026-11-23T12:00:00Z"
inbox=samples/flood/inbox.mbox
# Mail of all kinds, and what is no mail: the statuses tell that some is backscatter, or odd.
judged() { "$@" > "$scratch/out" 2>&1 || [ $? -le 3 ] || { cat "$scratch/out"; exit 1; }; }
for ledger in none complete; do
  for i in 1 2 3; do judged "$unsent" scan --threads 1 $judge "$inbox"; done
  judged "$unsent" scan --threads 1 $judge --json "$inbox"
  judged "$unsent" check --explain $judge tests/fuzz/seeds/bounce/* tests/fuzz/seeds/judge/*
  judged "$unsent" filter $judge < tests/fuzz/seeds/bounce/00
  "$unsent" import --complete ourshop.example --since 2026-11-01T00:00:00Z samples/flood/sent > "$scratch/out"
done
judged "$unsent" scan --threads 1 $judge --sent samples/flood/sent --html "$scratch/page.html" "$inbox"
