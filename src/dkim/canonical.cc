// SPDX-License-Identifier: MIT
#include "dkim/canonical.h"

#include <map>

#include "base/text.h"

namespace unsent {
namespace {

std::string_view without_line_end(std::string_view text) {
  while (!text.empty() && is_line_end(text.back())) text.remove_suffix(1);
  return text;
}

// RFC 6376 3.4.1, with every line end as CRLF: mailboxes store LF.
std::string simple(std::string_view raw) {
  std::string out;
  out.reserve(raw.size() + 8);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (!is_line_end(raw[i])) {
      out += raw[i];
      continue;
    }
    while (raw[i] == '\r' && i + 1 < raw.size() && is_line_end(raw[i + 1])) ++i;
    out += "\r\n";
  }
  return out;
}

// RFC 6376 3.4.2.
std::string relaxed(std::string_view name, std::string_view value) {
  std::string out = lower(name) + ':';
  out.reserve(out.size() + value.size());
  const std::size_t start = out.size();
  bool is_pending = false;
  for (const char c : value) {
    if (is_blank(c) || is_line_end(c)) {
      is_pending = out.size() > start;
      continue;
    }
    if (is_pending) out += ' ';
    is_pending = false;
    out += c;
  }
  return out;
}

std::string canonical(std::string_view name, std::string_view raw, Canonicalisation how) {
  raw = without_line_end(raw);
  if (how == Canonicalisation::simple) return simple(raw);
  const std::size_t colon = raw.find(':');
  return relaxed(name, raw.substr(colon == std::string_view::npos ? 0 : colon + 1));
}

}  // namespace

std::string canonical_field(const HeaderField& field, Canonicalisation how) {
  return canonical(field.name, field.raw, how) + "\r\n";
}

std::vector<const HeaderField*> select_signed(const Headers& headers, const HeaderField& own,
                                              const std::vector<std::string>& names) {
  std::map<std::string_view, FieldList> left;  // by name, the last first out
  std::vector<const HeaderField*> selected;
  for (const std::string& name : names) {
    auto [found, is_new] = left.try_emplace(name);
    if (is_new) found->second = headers.all(name);
    auto& fields = found->second;
    while (!fields.empty() && fields.back() == &own) fields.pop_back();
    if (fields.empty()) continue;
    selected.push_back(fields.back());
    fields.pop_back();
  }
  return selected;
}

std::string signed_bytes(const std::vector<const HeaderField*>& selected, const HeaderField& own,
                         const DkimSignature& signature) {
  std::string bytes;
  for (const HeaderField* field : selected) bytes += canonical_field(*field, signature.header);
  const std::string_view raw = own.raw;
  const auto begin = static_cast<std::size_t>(signature.signature_text.data() - raw.data());
  std::string emptied(raw.substr(0, begin));
  emptied += raw.substr(begin + signature.signature_text.size());
  return bytes + canonical(own.name, emptied, signature.header);
}

}  // namespace unsent
