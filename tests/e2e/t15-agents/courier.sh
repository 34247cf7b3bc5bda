# Courier's local delivery on its own, which reads the user's .courier: unpacked, since a
# system has only one mail server. The mail is a file on its standard input.
unpack courier-mta
recipe courier > "$HOME/.courier"
chmod 600 "$HOME/.courier"
chown -R nobody:nogroup "$HOME"
hand_over() { # 99 is one of its successes
  chmod 644 "$1"
  status=0
  (
    input=$scratch/$1
    cd "$HOME"
    setpriv --reuid nobody --regid nogroup --clear-groups env -i PATH="$PATH" HOME="$HOME" \
      "$scratch/root/usr/lib/courier/courier/modules/local/courierdeliver" \
      nobody "$HOME" '' alice@ourshop.example "$(sender_of "$1")" < "$input" 2>> "$scratch/log"
  ) || status=$?
  [ "$status" -eq 0 ] || [ "$status" -eq 99 ]
}
sender_of() { case $1 in ordinary|odd) echo carol@remote.example ;; esac; }
tags=no
touch log
chmod 666 log
# Its lines on the envelope have no ends of their own, as qmail's have.
sed '/^Return-Path/d' backscatter > bare
hand_over bare
grep -A 1 '^Return-Path' "$(mail_only "$put_away")" | tr '\n' '|' |
  grep -q '^Return-Path: <>|Delivered-To: alice@ourshop.example|$' || agent_fail "the envelope: $(head -n 12 "$(mail_only "$put_away")")"
