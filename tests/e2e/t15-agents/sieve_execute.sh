recipe=execute.sieve tags=no
. "$here/t15-agents/sieve.sh"
