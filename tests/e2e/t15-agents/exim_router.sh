style=router
. "$here/t15-agents/exim.sh"
