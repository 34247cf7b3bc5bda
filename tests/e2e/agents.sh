# What must hold for every delivery agent. Sourced after mails.sh by a test that has defined
#   hand_over FILE   gives the message to the agent, as the MTA or its queue would; true if
#                    the agent took it, false if it wants to try again
#   try_again        runs what was deferred once more
#   inbox, put_away  the Maildirs
# and made $bin/unsent, which the recipe calls, a link to the program.
agent_fail() { echo "$agent: $*"; exit 1; }
agent_empty() { rm -rf "$inbox"/new/* "$inbox"/cur/* "$put_away"; }
agent_total() { echo $(($(mail_count "$inbox") + $(mail_count "$put_away"))); }
# The file that FOLDER holds ends in the bytes of FILE: only headers were put before it.
agent_ends_in() { # FILE FOLDER
  delivered=$(mail_only "$2") || agent_fail "$1 is not in $2"
  # Some agents hand a pipe an empty line more, as an mbox has it.
  { cat "$1"; [ "${suffixed-}" != yes ] || ! grep -q '^From: MAILER-DAEMON' "$1" || echo; } > expected
  tail -c "$(wc -c < expected)" "$delivered" | cmp - expected || agent_fail "$1 was changed"
}
# However often the agent must try: FILE is there, once, whole.
agent_arrives_once() { # FILE WHAT
  tries=0
  until hand_over "$1"; do
    tries=$((tries + 1))
    [ "$(agent_total)" -eq 0 ] || agent_fail "$2: delivered and deferred"
    [ "$tries" -lt 3 ] || agent_fail "$2: deferred for ever"
    agent_mend
  done
  [ "$(agent_total)" -eq 1 ] || agent_fail "$2: $(agent_total) copies"
  agent_ends_in "$1" "$inbox"
  agent_mend
  agent_empty
}
agent_mend() {
  ln -sfn "$unsent" "$bin/unsent"
  [ ! -e ledger.good ] || { cp ledger.good "$ledger"; chmod 666 "$ledger"; }
}

agent_test() {
  ledger=$XDG_DATA_HOME/unsent/ledger.db
  for name in genuine backscatter ordinary; do
    # An agent writes Return-Path itself, and procmail wants an empty line at the end.
    { sed '/^Return-Path/d' "$name"; echo; } > "$name.bare" && mv "$name.bare" "$name"
  done
  { sed '/^$/q' ordinary; printf 'From here on \303\274\n>From there\n.\n..\n%s\n\n' "$(head -c 900 /dev/zero | tr '\0' x)"; } > odd
  agent_empty
  for name in ordinary odd; do
    hand_over "$name" || agent_fail "$name was not taken"
    agent_ends_in "$name" "$inbox"
    agent_empty
  done
  hand_over genuine || agent_fail "genuine was not taken"
  agent_ends_in genuine "$inbox"
  [ "$tags" = no ] || grep -q '^X-Unsent-Verdict: genuine' "$(mail_only "$inbox")" || agent_fail "no verdict"
  agent_empty
  hand_over backscatter || agent_fail "backscatter was not taken"
  [ "$(mail_count "$inbox")" -eq 0 ] || agent_fail "backscatter is in the inbox"
  agent_ends_in backscatter "$put_away"
  agent_empty

  cp "$ledger" ledger.good
  for name in ordinary genuine; do
    rm "$bin/unsent"
    agent_arrives_once "$name" "$name, unsent missing"
    rm "$bin/unsent"
    printf '#!/bin/sh\nkill -9 $$\n' > "$bin/unsent"
    chmod 755 "$bin/unsent"
    agent_arrives_once "$name" "$name, unsent killed at once"
    rm "$bin/unsent"
    printf '#!/bin/sh\ncat > /dev/null\nprintf "Subject: half"\nkill -9 $$\n' > "$bin/unsent"
    chmod 755 "$bin/unsent"
    agent_arrives_once "$name" "$name, unsent killed while it writes"
    head -c 5000 /dev/urandom > "$ledger"
    agent_arrives_once "$name" "$name, ledger corrupt"
  done
}
