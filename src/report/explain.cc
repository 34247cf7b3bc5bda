// SPDX-License-Identifier: MIT
#include "report/explain.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "verdict/what_if.h"

namespace unsent {
namespace {

std::string line(std::string_view label, std::string_view text) {
  return fmt::format("  {:<11} {}\n", label, printable(text));
}

std::string bounce_text(const Bounce& bounce) {
  const Original& original = bounce.original;
  std::string out = line("recognised", bounce.rule);
  if (!bounce.reporter.empty()) out += line("reporter", bounce.reporter);
  out += line("original",
              fmt::format("{}, Message-ID {}, from {}", name_of(original.extent),
                          original.message_id.empty() ? "none" : '<' + original.message_id + '>',
                          original.from.empty() ? "nobody" : original.from));
  for (const RecipientReport& report : bounce.recipients)
    out += line("recipient",
                fmt::format("{} {} {}", report.address, name_of(report.action), report.status));
  return out;
}

std::string fact_text(const Fact& fact) {
  std::string out = line(name_of(fact.check), fmt::format("{} ({}): {}", name_of(fact.points_to),
                                                          name_of(fact.strength), fact.detail));
  if (!fact.source.empty()) out += line("", "  from: " + fact.source);
  return out;
}

std::string changes_text(const std::vector<Change>& changes) {
  if (changes.empty()) return line("otherwise", "no single circumstance would have changed that");
  std::string out;
  for (const Change& change : changes)
    out += line(out.empty() ? "otherwise" : "",
                fmt::format("{}, if {}", name_of(change.verdict), change.condition));
  return out;
}

}  // namespace

std::string explain(const Message& message, const Judgement& judgement) {
  const Bounce& bounce = judgement.bounce;
  const std::string subject = message.headers().decoded("Subject");
  std::string out = fmt::format("{} ({})\n", name_of(judgement.decision.verdict),
                                describe(judgement.decision.row));
  out += line("message", fmt::format("{}: {}", name_of(bounce.kind),
                                     subject.empty() ? "(no subject)" : subject));
  if (bounce.kind == Kind::ordinary) return out;
  out += line("because", judgement.decision.reason);
  out += bounce_text(bounce);
  for (const Fact& fact : judgement.facts) out += fact_text(fact);
  for (const std::string& defect : bounce.defects.list()) out += line("defect", defect);
  return out + changes_text(what_would_change(bounce.kind, judgement.facts));
}

}  // namespace unsent
