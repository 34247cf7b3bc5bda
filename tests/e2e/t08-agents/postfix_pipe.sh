style=pipe
. "$here/t08-agents/postfix.sh"
