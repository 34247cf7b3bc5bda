# Dovecot Pigeonhole, with the extension vnd.dovecot.filter. The administrator allows it:
#   plugin {
#     sieve_plugins = sieve_extprograms
#     sieve_extensions = +vnd.dovecot.filter
#     sieve_filter_bin_dir = /usr/lib/unsent/sieve    # holds a link to /usr/bin/unsent
#   }
# If unsent is missing, dies or takes too long, the test is false and the mail is kept as it
# came. Dovecot tells the null sender by setting no SENDER.
require ["vnd.dovecot.filter", "fileinto", "mailbox"];

if filter "unsent" ["filter", "--null-if-unset"] {
  if header :matches "X-Unsent-Verdict" "backscatter*" {
    fileinto :create "Backscatter";
    stop;
  }
}
