style=router
. "$here/t08-agents/exim.sh"
