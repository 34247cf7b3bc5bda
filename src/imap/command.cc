// SPDX-License-Identifier: MIT
#include "imap/command.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "imap/folder_name.h"

namespace unsent {
namespace {

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

std::string upper_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

std::string for_people(const ImapDone& done) {
  std::string text = printable(done.text);
  if (text.size() > 200) text = std::string(cut_utf8(text, 200)) + "…";
  return done.code.empty() ? text : fmt::format("[{}] {}", printable(done.code), text);
}

ImapCommand& ImapCommand::add(std::string_view text) {
  parts_.back() += text;
  return *this;
}

ImapCommand& ImapCommand::add_string(std::string_view bytes) {
  if (is_quotable(bytes)) return add(quoted(bytes));
  parts_.back() += fmt::format("{{{}}}", bytes.size());
  parts_.emplace_back(bytes);
  return *this;
}

ImapDone done_of(const ImapReply& reply) {
  return {reply.status, upper_case(reply.code), std::string(reply.code_args),
          std::string(reply.text)};
}

Unexpected refused(const std::string& server, std::string_view what, const ImapDone& done) {
  const std::string text = fmt::format("{}: {}: {}", server, what, for_people(done));
  if (is_one_of(done.code, {"INUSE", "UNAVAILABLE", "LIMIT", "THROTTLED", "SERVERBUG"}))
    return fail(ErrorCode::temp_fail, text, "try again later");
  if (done.code == "OVERQUOTA")
    return fail(ErrorCode::cant_create, text, "make room in the account first");
  if (is_one_of(done.code, {"NOPERM", "AUTHORIZATIONFAILED"}))
    return fail(ErrorCode::no_permission, text);
  return fail(ErrorCode::unavailable, text);
}

}  // namespace unsent
