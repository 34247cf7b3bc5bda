style=forward
. "$here/t08-agents/postfix.sh"
