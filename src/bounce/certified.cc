// SPDX-License-Identifier: MIT
#include "bounce/certified.h"

#include <array>

#include "base/text.h"
#include "bounce/dsn.h"
#include "bounce/original.h"
#include "bounce/recipient_field.h"
#include "bounce/texts.h"
#include "mail/address.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxFacts = 64 * 1024;

struct ReceiptType {
  std::string_view name;  // RFC 6109 3.1.2 to 3.3: the value of X-Ricevuta
  Kind kind;
  Action action;
};
constexpr std::array<ReceiptType, 7> kTypes = {
    {{"accettazione", Kind::success, Action::relayed},
     {"non-accettazione", Kind::bounce, Action::failed},
     {"presa-in-carico", Kind::success, Action::relayed},
     {"avvenuta-consegna", Kind::success, Action::delivered},
     {"errore-consegna", Kind::bounce, Action::failed},
     {"preavviso-errore-consegna", Kind::delay, Action::delayed},
     {"rilevazione-virus", Kind::bounce, Action::failed}}};

const ReceiptType* find_type(std::string_view name) {
  for (const ReceiptType& type : kTypes)
    if (equal_ignoring_case(trim(name), type.name)) return &type;
  return nullptr;
}

std::string undo_entities(std::string_view text) {
  struct Entity {
    std::string_view text;
    char character;
  };
  constexpr std::array<Entity, 5> kEntities = {
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
  std::string out;
  while (!text.empty()) {
    const Entity* found = nullptr;
    for (const Entity& entity : kEntities)
      if (text.substr(0, entity.text.size()) == entity.text) found = &entity;
    out += found != nullptr ? found->character : text.front();
    text.remove_prefix(found != nullptr ? found->text.size() : 1);
  }
  return out;
}

// The texts of the elements of that name in daticert.xml, whose elements are flat.
std::vector<std::string> elements(std::string_view xml, const std::string& name) {
  std::vector<std::string> found;
  const std::string close = "</" + name + ">";
  for (std::size_t at = 0; found.size() < kMaxRecipients;) {
    at = xml.find("<" + name, at);
    if (at == xml.npos) break;
    at += name.size() + 1;
    if (at == xml.size() || (xml[at] != '>' && !is_space(xml[at]))) continue;
    const std::size_t begin = xml.find('>', at);
    const std::size_t end = xml.find(close, at);
    if (end == xml.npos) break;
    if (begin < end)
      found.push_back(to_valid_utf8(undo_entities(trim(xml.substr(begin + 1, end - begin - 1)))));
    at = end;
  }
  return found;
}

std::string first(const std::vector<std::string>& list) { return list.empty() ? "" : list[0]; }

std::string find_facts(const MimeTree& tree) {
  for (const Part& part : tree.parts)
    if (equal_ignoring_case(part.file_name, "daticert.xml") && !is_inside_message(tree, part))
      return readable_text(part, kMaxFacts);
  return {};
}

// Of a delivery the box that it speaks of; else all to whom it was sent.
void read_recipients(std::string_view xml, Action action, Bounce& bounce) {
  auto addresses = elements(xml, "consegna");
  if (addresses.empty()) addresses = elements(xml, "destinatari");
  const std::string diagnostic = first(elements(xml, "errore-esteso"));
  for (const std::string& address : addresses) {
    RecipientReport report;
    report.address = parse_recipient(address);
    report.action = action;
    report.diagnostic = std::string(cut_utf8(diagnostic, 1000));
    report.status = find_status(diagnostic);
    bounce.recipients.push_back(std::move(report));
  }
}

// The receipt's own word on the original, where it does not return it.
void read_stated(const Headers& headers, std::string_view xml, Original& original) {
  const auto ids = parse_message_ids(headers.text("X-Riferimento-Message-ID"), 1);
  original.message_id = to_valid_utf8(ids.empty() ? first(elements(xml, "msgid")) : ids[0]);
  for (const char bracket : {'<', '>'}) std::erase(original.message_id, bracket);
}

}  // namespace

bool read_certified_receipt(const Report& report, Bounce& bounce) {
  const Headers& headers = report.message.headers();
  const HeaderField* field = headers.find("X-Ricevuta");
  const ReceiptType* type = field == nullptr ? nullptr : find_type(unfold(field->value));
  if (type == nullptr) return false;
  const std::string xml = find_facts(report.tree);
  read_stated(headers, xml, bounce.original);
  take_returned_part(report, bounce);
  if (bounce.original.from.empty())
    bounce.original.from = parse_recipient(first(elements(xml, "mittente")));
  read_recipients(xml, type->action, bounce);
  bounce.kind = type->kind;
  bounce.rule = "pec";
  return true;
}

}  // namespace unsent
