recipe=execute.sieve tags=no
. "$here/t08-agents/sieve.sh"
