style=optin
. "$here/t15-agents/exim.sh"
