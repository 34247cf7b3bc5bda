style=forward
. "$here/t15-agents/postfix.sh"
