// SPDX-License-Identifier: MIT
#include "bounce/recognise.h"

#include <algorithm>

#include "base/text.h"
#include "bounce/announced.h"
#include "bounce/certified.h"
#include "bounce/feed.h"
#include "bounce/prose.h"
#include "bounce/standard.h"
#include "bounce/weighing.h"
#include "bounce/wrapped.h"
#include "mail/address.h"

namespace unsent {

namespace {

constexpr int kMostWraps = 6;

bool opens(const Message& message, const Signs& signs, RuleSet& rules) {
  if (signs.is_journal) return false;
  return signs.may_be_report() || read_announced(message.headers()).anything() ||
         rules.opens(message.headers());
}

bool names_nobody(const std::vector<RecipientReport>& recipients) {
  return std::all_of(recipients.begin(), recipients.end(),
                     [](const RecipientReport& one) { return one.address.empty(); });
}

Bounce recognise(const Message& message, RuleSet& rules, int wraps) {
  const Signs signs = read_signs(message, rules.wording());
  if (!opens(message, signs, rules)) return {};
  Bounce bounce;
  const MimeTree tree = open_mime(message, bounce.defects);
  if (wraps < kMostWraps)
    if (const auto wrapped = find_wrapped(message, signs, tree)) {
      Bounce inner = recognise(wrapped->message, rules, wraps + 1);
      if (wrapped->is_all || inner.kind != Kind::ordinary) return inner;
    }
  const Report report{message, signs, tree, rules};
  if (read_standard_report(report, bounce)) {
    const bool may_return = bounce.rule == "dsn";
    if (may_return && bounce.original.extent == Extent::none)
      find_original_anywhere(report, bounce);
    if (may_return && names_nobody(bounce.recipients)) find_recipients_anywhere(report, bounce);
  } else if (!read_certified_receipt(report, bounce) && !read_feed(report, bounce) &&
             !read_outlook_report(report, bounce)) {
    read_prose_report(report, bounce);
  }
  if (bounce.kind == Kind::ordinary) return {};
  for (const char* name : {"In-Reply-To", "References"})
    if (const HeaderField* field = message.headers().find(name))
      for (std::string& id : parse_message_ids(field->value))
        bounce.references.push_back(to_valid_utf8(id));
  return bounce;
}

}  // namespace

bool may_be_report(const Message& message, RuleSet& rules) {
  return opens(message, read_signs(message, rules.wording()), rules);
}

Bounce recognise(const Message& message, RuleSet& rules) { return recognise(message, rules, 0); }

}  // namespace unsent
