// SPDX-License-Identifier: MIT
#include "bounce/recognise.h"

#include "base/text.h"
#include "bounce/prose.h"
#include "bounce/standard.h"
#include "bounce/weighing.h"
#include "mail/address.h"

namespace unsent {

bool may_be_report(const Message& message, RuleSet& rules) {
  const Signs signs = read_signs(message);
  return signs.may_be_report() || (!signs.is_journal && rules.opens(message.headers()));
}

namespace {

enum class Wrapped { open, keep };

Bounce recognise(const Message& message, RuleSet& rules, Wrapped wrapped) {
  const Signs signs = read_signs(message);
  if (signs.is_journal || (!signs.may_be_report() && !rules.opens(message.headers()))) return {};
  Bounce bounce;
  const MimeTree tree = open_mime(message, bounce.defects);
  const Part* inside = wrapped == Wrapped::open ? find_wrapped_report(message, tree) : nullptr;
  if (inside != nullptr) {
    // One scanner wraps once: what is wrapped deeper stays so.
    Bounce inner = recognise(Message::view(inside->body), rules, Wrapped::keep);
    if (inner.kind != Kind::ordinary) return inner;
  }
  const Report report{message, signs, tree, rules};
  if (read_standard_report(report, bounce)) {
    const bool may_return = bounce.kind != Kind::report && bounce.rule == "dsn";
    if (may_return && bounce.original.extent == Extent::none)
      find_original_anywhere(report, bounce);
    if (may_return && bounce.recipients.empty()) find_recipients_anywhere(report, bounce);
  } else if (!read_outlook_report(report, bounce)) {
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

Bounce recognise(const Message& message, RuleSet& rules) {
  return recognise(message, rules, Wrapped::open);
}

}  // namespace unsent
