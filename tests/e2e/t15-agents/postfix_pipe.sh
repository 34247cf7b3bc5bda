style=pipe
. "$here/t15-agents/postfix.sh"
