# peer_bounceparser.pl MBOX: what Mail::DeliveryStatus::BounceParser finds in each message;
# for bench_scan.py.
use strict;
use warnings;
use Mail::DeliveryStatus::BounceParser;

my ($message, $found) = ('', 0);
sub look {
    return if $message eq '';
    my $bounce = eval { Mail::DeliveryStatus::BounceParser->new($message) };
    $found++ if $bounce && $bounce->is_bounce && $bounce->reports;
    $message = '';
}
open(my $mbox, '<', $ARGV[0]) or die "$ARGV[0]: $!";
while (my $line = <$mbox>) {
    if ($line =~ /^From /) { look() } else { $message .= $line }
}
look();
print "$found\n";
