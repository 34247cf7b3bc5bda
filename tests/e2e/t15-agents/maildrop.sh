# maildrop takes HOME from the password file and clears the rest: the test's own is set first.
{ printf 'HOME="%s"\nimport XDG_CONFIG_HOME\nimport XDG_DATA_HOME\n' "$HOME"; recipe mailfilter; } > "$HOME/.mailfilter"
chmod 600 "$HOME/.mailfilter"
agent_empty() {
  rm -rf "$inbox"/new/* "$inbox"/cur/* "$put_away"
  maildirmake.maildrop -f Backscatter "$inbox"
}
hand_over() { maildrop "$HOME/.mailfilter" < "$1" > log 2>&1; }
