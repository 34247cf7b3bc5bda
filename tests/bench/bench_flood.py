#!/usr/bin/env python3
"""What `unsent scan` makes of generated floods: bench_flood.py UNSENT [--seed N] [--form FORM…].

Each form of make_flood.py, under -all, ~all and no record, with DNS and without, with all of
Sent and nine tenths: how many of the genuine ones are called so, how many of the flood's are
called backscatter, and how many are called the opposite. Status 1 if any is: a genuine one called
backscatter, or one of the flood's called genuine.
"""
import argparse
import collections
import csv
import itertools
import json
import subprocess
import sys
import tempfile

import make_flood

NOW = "2026-11-24T12:00:00Z"


def verdicts(unsent, folder, has_dns):
    where = ["--zone", f"{folder}/flood.zone"] if has_dns else ["--no-dns"]
    lines = subprocess.run([unsent, "scan", "--json", "--domain", "ourshop.example", "--now", NOW,
                            "--sent", f"{folder}/sent.mbox", *where,
                            f"{folder}/inbox.mbox"], stdout=subprocess.PIPE, check=True).stdout
    return {one["offset"]: one for one in map(json.loads, lines.splitlines())}


def verdict_of(one):
    """A person's answer is a kind of its own, never acted upon unless it is named."""
    return "reply" if one["kind"] == "reply" else one["verdict"]


def count(folder, got, table):
    counts = collections.Counter()
    with open(f"{folder}/truth.tsv") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            verdict = verdict_of(got[int(row["offset"])])
            counts[row["label"], verdict] += 1
            table[row["what"], verdict] += 1
    return counts


def percent(counts, label, verdict):
    total = sum(n for (one, _), n in counts.items() if one == label)
    return f"{100 * counts[label, verdict] / total:6.1f}" if total else "     -"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("unsent")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", nargs="*", choices=make_flood.FORMS,
                        default=list(make_flood.FORMS))
    parser.add_argument("--table", action="store_true", help="each kind of mail apart")
    arguments = parser.parse_args()
    opposites = 0
    print(f"{'form':12}{'record':>8}{'DNS':>5}{'Sent':>6}   "
          "genuine: so  opposite   flood: so  opposite")
    for form, spf in itertools.product(arguments.form, ["-all", "~all", "none"]):
        for tenths in (10, 9):
            with tempfile.TemporaryDirectory() as folder:
                make_flood.make(form, folder, None, arguments.seed, spf, tenths)
                for has_dns in (True, False):
                    table = collections.Counter()
                    counts = count(folder, verdicts(arguments.unsent, folder, has_dns), table)
                    wrong = counts["genuine", "backscatter"], counts["backscatter", "genuine"]
                    opposites += sum(wrong)
                    so = [percent(counts, one, one) for one in ("genuine", "backscatter")]
                    print(f"{form:12}{spf:>8}{'yes' if has_dns else 'no':>5}{tenths:>4}/10   "
                          f"{so[0]} %    {wrong[0]:8}   {so[1]} %   {wrong[1]:8}", flush=True)
                    if arguments.table:
                        for (what, verdict), n in sorted(table.items()):
                            print(f"    {what:12} {verdict:12} {n}")
    sys.exit(1 if opposites else 0)


if __name__ == "__main__":
    main()
