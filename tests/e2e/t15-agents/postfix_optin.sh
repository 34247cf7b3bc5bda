style=optin
. "$here/t15-agents/postfix.sh"
