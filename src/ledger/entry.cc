// SPDX-License-Identifier: MIT
#include "ledger/entry.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "mail/date.h"

namespace unsent {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxLine = 4 * 1024 * 1024;
constexpr std::size_t kMaxIds = 20;

void add_ids(std::vector<std::string>& ids, const Headers& headers, const char* name) {
  for (const HeaderField* field : headers.all(name))
    for (std::string& id : parse_message_ids(field->value, kMaxIds)) {
      id = to_valid_utf8(id);
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
    }
}

void add_recipients(std::vector<std::string>& recipients, const Headers& headers,
                    const char* name) {
  for (const HeaderField* field : headers.all(name))
    for (const Address& address : parse_addresses(field->value, 10000))
      recipients.push_back(to_valid_utf8(address.text()));
}

// A string member; null and absence are "".
Result<std::string> text_member(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::string();
  if (!found->is_string())
    return fail(ErrorCode::data, std::string("\"") + key + "\" is not a string");
  return found->get<std::string>();
}

Result<std::vector<std::string>> list_member(const json& object, const char* key) {
  std::vector<std::string> list;
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return list;
  const auto all_strings = [](const json& array) {
    return std::all_of(array.begin(), array.end(), [](const json& one) { return one.is_string(); });
  };
  if (!found->is_array() || !all_strings(*found))
    return fail(ErrorCode::data, std::string("\"") + key + "\" is not a list of strings");
  for (const json& one : *found) list.push_back(one.get<std::string>());
  return list;
}

}  // namespace

Entry entry_of(const Message& message) {
  const Headers& headers = message.headers();
  Entry entry;
  for (const char* name : {"Message-ID", "Resent-Message-ID", "X-Microsoft-Original-Message-ID",
                           "X-Google-Original-Message-ID"})
    add_ids(entry.message_ids, headers, name);
  for (const char* name : {"To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"})
    add_recipients(entry.recipients, headers, name);
  entry.date = to_valid_utf8(headers.text("Date"));
  entry.from = to_valid_utf8(headers.text("From"));
  entry.subject = headers.decoded("Subject");
  const auto path = parse_addresses(headers.text("Return-Path"), 1);
  if (!path.empty()) entry.reverse_path = to_valid_utf8(path.front().text());
  return entry;
}

Result<Entry> parse_entry(std::string_view line) {
  if (line.size() > kMaxLine) return fail(ErrorCode::data, "a line longer than 4 MB");
  const json object = json::parse(line, nullptr, false);
  if (object.is_discarded()) return fail(ErrorCode::data, "not valid JSON");
  if (!object.is_object()) return fail(ErrorCode::data, "not a JSON object");
  Entry entry;
  auto ids = list_member(object, "message_ids");
  auto recipients = list_member(object, "recipients");
  if (!ids) return ids.failure();
  if (!recipients) return recipients.failure();
  for (const std::string& written : *ids)
    for (std::string& id : parse_message_ids(written, 1))
      entry.message_ids.push_back(std::move(id));
  entry.recipients = std::move(*recipients);
  struct Member {
    const char* key;
    std::string* to;
  };
  std::string sent_at;
  for (const Member& member :
       {Member{"date", &entry.date}, Member{"from", &entry.from}, Member{"subject", &entry.subject},
        Member{"reverse_path", &entry.reverse_path}, Member{"sent_at", &sent_at}}) {
    auto text = text_member(object, member.key);
    if (!text) return text.failure();
    *member.to = std::move(*text);
  }
  if (!sent_at.empty()) {
    entry.sent_at = parse_rfc3339(sent_at);
    if (!entry.sent_at)
      return fail(ErrorCode::data, "\"sent_at\" is not an RFC 3339 time: " + sent_at);
  }
  const auto complete = object.find("all_recipients");
  if (complete != object.end() && complete->is_boolean())
    entry.has_all_recipients = complete->get<bool>();
  if (!entry.is_usable())
    return fail(ErrorCode::data, "neither a Message-ID nor From and Date: nothing to match");
  return entry;
}

std::string format_entry(const Entry& entry) {
  nlohmann::ordered_json object;
  object["message_ids"] = entry.message_ids;
  object["date"] = entry.date;
  if (entry.sent_at) object["sent_at"] = format_rfc3339(*entry.sent_at);
  object["from"] = entry.from;
  object["reverse_path"] = entry.reverse_path;
  object["recipients"] = entry.recipients;
  object["subject"] = entry.subject;
  if (!entry.has_all_recipients) object["all_recipients"] = false;
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Time sent_time(const Entry& entry, Time recorded_at) {
  if (entry.sent_at) return *entry.sent_at;
  return parse_date(entry.date).value_or(recorded_at);
}

SentMessage to_sent_message(const Entry& entry, Time recorded_at) {
  SentMessage sent;
  sent.message_ids = entry.message_ids;
  sent.fingerprint = entry.fingerprint();
  sent.reverse_path = entry.reverse_path;
  for (const std::string& text : entry.recipients)
    if (auto address = Address::parse(text)) sent.recipients.push_back(std::move(*address));
  sent.has_all_recipients = entry.has_all_recipients;
  sent.sent_at = sent_time(entry, recorded_at);
  return sent;
}

}  // namespace unsent
