style=forward
. "$here/t15-agents/opensmtpd.sh"
