// SPDX-License-Identifier: MIT
#include "mailbox/file_form.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mailbox/from_line.h"

namespace unsent {
namespace {

// Two bytes a character, as Windows writes text: told by its mark, or by every other byte of the
// first word being none.
bool is_utf16(std::string_view head) {
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return true;
  constexpr std::size_t kWord = 8;
  if (head.size() < kWord) return false;
  const auto are_empty = [&](std::size_t from) {
    for (std::size_t at = 0; at < kWord; ++at)
      if ((head[at] == '\0') != (at % 2 == from)) return false;
    return true;
  };
  return are_empty(0) || are_empty(1);
}

constexpr std::array<std::string_view, 9> kIndexEnds = {
    ".msf",   ".cmeta", ".ev-summary", ".ev-summary-meta", ".ibex.index", ".ibex.index.data",
    ".plist", ".index", ".lock"};
constexpr std::array<std::string_view, 6> kIndexNames = {"maildirfolder",      "maildirsize",
                                                         "msgFilterRules.dat", "filterlog.html",
                                                         "popstate.dat",       "subscriptions"};

}  // namespace

StrangeForm strange_form_of(std::string_view head) {
  if (is_utf16(head))
    return {"is text in UTF-16, and no mail as it was sent",
            "make UTF-8 of it (iconv -f UTF-16 -t UTF-8), or save it again as an mbox"};
  if (looks_like_mmdf(head))
    return {"is a mailbox of MMDF, whose messages no From_ line begins",
            "make an mbox of it, as mail programs do when they save to another folder"};
  return {};
}

bool is_binary(std::string_view head) {
  return std::any_of(head.begin(), head.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x09 && c != '\1';  // as MMDF has it
  });
}

std::optional<EmlxMessage> emlx_message(std::string_view name, std::string_view head) {
  if (!ends_with_ignoring_case(name, ".emlx")) return std::nullopt;
  const std::size_t end = head.find('\n');
  if (end == head.npos) return std::nullopt;
  const std::string_view digits = trim(head.substr(0, end));
  EmlxMessage message{end + 1, 0};
  const auto [last, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), message.size);
  const bool is_number = error == std::errc() && last == digits.data() + digits.size();
  const bool has_header = field_name_length(head.substr(end + 1)) > 0;
  return is_number && has_header ? std::optional(message) : std::nullopt;
}

bool names_server(std::string_view path) {
  return path.find("://") != path.npos || path.starts_with("imaps:") || path.starts_with("imap:") ||
         (path.find('/') == path.npos && Address::parse(path).has_value());
}

bool is_index_of_mail(std::string_view name) {
  name = name.substr(name.rfind('/') + 1);
  if (name.starts_with("dovecot") || name.starts_with("cyrus.")) return true;
  const auto ends = [&](std::string_view end) { return name.ends_with(end); };
  return std::any_of(kIndexEnds.begin(), kIndexEnds.end(), ends) ||
         std::find(kIndexNames.begin(), kIndexNames.end(), name) != kIndexNames.end();
}

}  // namespace unsent
