#!/bin/sh
# Setup: the built program, installed below a prefix of its own.
# Test: all that is promised is there and names the program where it is; pages, units and
# completions are what their own programs accept; what is completed is what --help knows.
set -eu
unsent=$(realpath "$1")
built=$(dirname "$unsent")
source=$(cd "$(dirname "$0")/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "$*"; exit 1; }

prefix=/opt/unsent
DESTDIR="$scratch/into" cmake --install "$built" --prefix "$prefix" > "$scratch/out" 2>&1 ||
  fail "$(cat "$scratch/out")"
root="$scratch/into$prefix"
[ "$("$root/bin/unsent" --version)" = "$("$unsent" --version)" ] || fail "the program does not run"
for command in $("$unsent" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
  [ -f "$root/share/man/man1/unsent-$command.1" ] || fail "no page for $command"
done
[ -f "$root/share/man/man5/unsent-config.5" ] || fail "no unsent-config(5)"
"$root/bin/unsent" config | cmp - "$root/share/unsent/config.toml" || fail "another example"
[ "$(ls "$root/share/unsent/rules" | wc -l)" -gt 50 ] || fail "rules are missing"
for recipe in "$source"/samples/recipes/*; do
  sed "s,/usr/bin/unsent,$prefix/bin/unsent," "$recipe" |
    cmp - "$root/share/unsent/recipes/$(basename "$recipe")" || fail "$recipe"
done
! grep -r /usr/bin/unsent "$root/share/unsent" "$root/lib" || fail "these name another program"

mkdir "$scratch/units"
for socket in "$root"/lib/systemd/system/*.socket; do
  [ -f "${socket%.socket}.service" ] || fail "$socket starts nothing"
  cp "$socket" "$scratch/units"
done
# What systemd has against each unit, with the program where it is and a user that there is.
for unit in "$root"/lib/systemd/system/*.service; do
  name=$(basename "$unit")
  sed -e "s,$prefix/bin/unsent,$unsent," -e '/^Documentation=/d' -e 's/^\(User\|Group\)=.*/\1=mail/' \
    "$unit" > "$scratch/units/$name"
  systemd-analyze verify "$scratch/units/$name" > "$scratch/out" 2>&1 || fail "$(cat "$scratch/out")"
  ! grep -q "$name" "$scratch/out" || fail "$(cat "$scratch/out")"
  systemd-analyze security --offline=true --threshold=20 "$scratch/units/$name" \
    > "$scratch/out" 2>&1 || fail "$name: $(grep -e '✗' -e Overall "$scratch/out")"
done
for unit in "$root"/lib/systemd/user/*.service; do
  name=$(basename "$unit" | sed 's/@/@alice\\x40mail.example/')
  sed -e "s,$prefix/bin/unsent,$unsent," -e '/^Documentation=/d' "$unit" > "$scratch/units/$name"
  XDG_RUNTIME_DIR="$scratch" systemd-analyze --user verify "$scratch/units/$name" > "$scratch/out" 2>&1 || fail "$(cat "$scratch/out")"
  ! grep -q -F "$name" "$scratch/out" || fail "$(cat "$scratch/out")"
done
for timer in "$root"/lib/systemd/system/*.timer "$root"/lib/systemd/user/*.timer; do
  [ -f "${timer%.timer}.service" ] || fail "$timer starts nothing"
  systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$timer")" > /dev/null || fail "$timer"
done

bash -n "$root/share/bash-completion/completions/unsent"
zsh -n "$root/share/zsh/vendor-completions/_unsent"
fish --no-execute "$root/share/fish/vendor_completions.d/unsent.fish"
for command in $("$unsent" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
  "$unsent" "$command" --help | grep -o '^  [^ ].*' | grep -o -e '--[a-z][a-z-]*' | grep -v -x -e --help | sort -u \
    > "$scratch/options"
  bash -c '. "$1"; COMP_WORDS=(unsent "$2" --); COMP_CWORD=2; _unsent
           printf "%s\n" "${COMPREPLY[@]}"' - "$root/share/bash-completion/completions/unsent" \
    "$command" | grep -e '^--' | grep -v -x -e --help | sort -u > "$scratch/completed"
  while read -r option; do
    grep -q -x -e "$option" "$scratch/completed" || fail "bash does not complete $command $option"
    grep -q -e "from $command' -l ${option#--} " "$root/share/fish/vendor_completions.d/unsent.fish" ||
      fail "fish does not complete $command $option"
  done < "$scratch/options"
  while read -r option; do
    "$unsent" "$command" --help | grep -q -e "$option" || fail "$command does not know $option"
  done < "$scratch/completed"
done
verbs=$(bash -c '. "$1"; COMP_WORDS=(unsent quarantine ""); COMP_CWORD=2; _unsent
  printf "%s " "${COMPREPLY[@]:0:4}"' - "$root/share/bash-completion/completions/unsent")
[ "$verbs" = "list show release purge " ] || fail "verbs of quarantine: $verbs"
