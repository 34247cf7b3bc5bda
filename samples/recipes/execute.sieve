# Dovecot Pigeonhole, with the extension vnd.dovecot.execute: the mail stays as it came, only
# its folder changes. Set up as for filter.sieve, with sieve_execute_bin_dir.
require ["vnd.dovecot.execute", "fileinto", "mailbox"];

if execute :pipe "unsent" ["check", "--null-if-unset"] {
  fileinto :create "Backscatter";
}
