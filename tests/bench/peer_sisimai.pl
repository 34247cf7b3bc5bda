# peer_sisimai.pl MBOX: how many failures Sisimai finds; for bench_scan.py.
use strict;
use warnings;
use Sisimai;

my $found = Sisimai->make($ARGV[0]);
print $found ? scalar(@$found) : 0, "\n";
