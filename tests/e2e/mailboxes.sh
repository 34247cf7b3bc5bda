# For the tests of what is done to mailboxes: a home of their own, a ledger there that knows
# one message. Sourced with $here set; $1 is the program. Then in the scratch folder.
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
unset XDG_STATE_HOME
cd "$scratch"
. "$here/mails.sh"
mail_setup < /dev/null
