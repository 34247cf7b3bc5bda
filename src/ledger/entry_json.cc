// SPDX-License-Identifier: MIT
// Entries as JSON lines. The parser is nlohmann's event parser: no tree is built, so
// that depth and size of odd input cost nothing.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/text.h"
#include "ledger/entry.h"

namespace unsent {
namespace {

using nlohmann::json;

// What the line says, before it is understood.
struct RawEntry {
  std::vector<std::string> message_ids;
  std::string date;
  std::string sent_at;
  std::string from;
  std::string reverse_path;
  std::vector<std::string> recipients;
  std::string subject;
  std::string sealed;
  std::string key;
  std::vector<std::string> notices;
  bool has_all_recipients = true;
};

class EntryEvents : public nlohmann::json_sax<json> {
 public:
  RawEntry raw;
  std::string wrong;  // the first thing that is

  bool null() override { return depth_ > 0 || stop("not an object"); }
  bool boolean(bool value) override {
    if (is_known("all_recipients")) raw.has_all_recipients = value;
    return is_known("all_recipients") || scalar("true or false");
  }
  bool number_integer(number_integer_t /*value*/) override { return scalar("a number"); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return scalar("a number"); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return scalar("a number");
  }
  bool binary(binary_t& /*value*/) override { return scalar("binary"); }

  bool string(string_t& value) override {
    if (depth_ == 0) return stop("not an object");
    if (depth_ > (is_in_list_ ? 2 : 1)) return true;
    if (std::vector<std::string>* list = list_of(key_)) {
      list->push_back(std::move(value));
      return true;
    }
    if (std::string* text = is_in_list_ ? nullptr : text_of(key_)) *text = std::move(value);
    return !is_known("all_recipients") || stop("\"all_recipients\" is text");
  }

  bool start_object(std::size_t /*size*/) override {
    if (depth_ == 1 && is_ours()) return stop('"' + key_ + "\" is an object");
    if (depth_ == 2 && is_in_list_ && is_ours()) return stop('"' + key_ + "\" holds an object");
    ++depth_;
    return true;
  }
  bool end_object() override { return end(); }
  bool start_array(std::size_t /*size*/) override {
    if (depth_ == 0) return stop("not an object");
    if (depth_ == 1 && is_ours() && list_of(key_) == nullptr)
      return stop('"' + key_ + "\" is a list");
    if (depth_ == 2 && is_in_list_ && is_ours()) return stop('"' + key_ + "\" holds a list");
    if (depth_ == 1) is_in_list_ = true;
    ++depth_;
    return true;
  }
  bool end_array() override { return end(); }
  bool key(string_t& name) override {
    if (depth_ == 1) key_ = name;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return stop("broken JSON at byte " + std::to_string(position));
  }

 private:
  bool stop(std::string what) {
    if (wrong.empty()) wrong = std::move(what);
    return false;
  }
  bool end() {
    if (--depth_ == 1) is_in_list_ = false;
    return true;
  }
  bool is_known(std::string_view name) const { return depth_ == 1 && key_ == name; }
  bool is_ours() {
    return list_of(key_) != nullptr || text_of(key_) != nullptr || key_ == "all_recipients";
  }
  bool scalar(const std::string& what) {
    if (depth_ == 0) return stop("not an object");
    const bool is_value = depth_ == 1 || (depth_ == 2 && is_in_list_);
    return !is_value || !is_ours() || stop('"' + key_ + "\" is " + what);
  }
  std::vector<std::string>* list_of(std::string_view name) {
    if (name == "message_ids") return &raw.message_ids;
    if (name == "notices") return &raw.notices;
    return name == "recipients" ? &raw.recipients : nullptr;
  }
  std::string* text_of(std::string_view name) {
    if (name == "date") return &raw.date;
    if (name == "sent_at") return &raw.sent_at;
    if (name == "from") return &raw.from;
    if (name == "reverse_path") return &raw.reverse_path;
    if (name == "sealed") return &raw.sealed;
    if (name == "key") return &raw.key;
    return name == "subject" ? &raw.subject : nullptr;
  }

  std::size_t depth_ = 0;
  bool is_in_list_ = false;  // in an array that is a value of the outermost object
  std::string key_;          // of the outermost object
};

Unexpected wrong(std::string what) { return fail(ErrorCode::data, std::move(what)); }

std::vector<std::string> normal_ids(const std::vector<std::string>& texts) {
  std::vector<std::string> ids;
  std::unordered_set<std::string> known;
  for (const std::string& text : texts)
    if (std::string id = normal_id(text); !id.empty() && known.insert(id).second)
      ids.push_back(std::move(id));
  return ids;
}

Result<Entry> understand(const RawEntry& raw) {
  Entry entry;
  entry.message_ids = normal_ids(raw.message_ids);
  entry.notices = normal_ids(raw.notices);
  entry.from = field_text(raw.from);
  entry.date = field_text(raw.date);
  entry.subject = field_text(raw.subject);
  entry.fingerprint = make_fingerprint(entry.from, entry.date, entry.subject);
  if (!raw.sent_at.empty()) {
    entry.sent_at = parse_rfc3339(raw.sent_at);
    if (!entry.sent_at)
      return wrong("\"sent_at\" is no RFC 3339 time: " + to_valid_utf8(raw.sent_at));
  }
  if (const auto path = Address::parse(raw.reverse_path)) entry.reverse_path = path->text();
  for (const std::string& text : raw.recipients) {
    const auto address = Address::parse(text);
    if (!address) continue;  // "postmaster", ":blackhole:": nothing that a bounce can name
    entry.recipients.push_back(*address);
  }
  entry.has_all_recipients = raw.has_all_recipients;
  entry.sealed = raw.sealed;
  entry.key = raw.key;
  return entry;
}

std::string json_text(std::string_view text) {
  return json(std::string(text)).dump(-1, ' ', false, json::error_handler_t::replace);
}

template <typename List, typename Text>
std::string list_of(const List& list, Text text) {
  std::string out;
  for (const auto& each : list) out += (out.empty() ? "" : ", ") + json_text(text(each));
  return '[' + out + ']';
}

}  // namespace

Result<Entry> parse_entry(std::string_view line) {
  if (line.size() > kMaxEntryLine) return wrong("line of more than 4 MB");
  EntryEvents events;
  const bool is_read = json::sax_parse(line.begin(), line.end(), &events);
  if (!is_read) return wrong(events.wrong.empty() ? "broken JSON" : events.wrong);
  auto entry = understand(events.raw);
  if (!entry) return entry;
  if (!entry->is_usable())
    return wrong("neither a Message-ID nor From and Date: nothing by which to find it");
  return entry;
}

std::string format_entry(const Entry& entry) {
  if (!entry.sealed.empty())
    return "{\"key\": " + json_text(entry.key) +
           (entry.sent_at ? ", \"sent_at\": " + json_text(format_rfc3339(*entry.sent_at)) : "") +
           ", \"sealed\": " + json_text(entry.sealed) + '}';
  std::string line = "{\"message_ids\": " + list_of(entry.message_ids, [](const std::string& id) {
                       return std::string_view(id);
                     });
  if (!entry.date.empty()) line += ", \"date\": " + json_text(entry.date);
  if (entry.sent_at) line += ", \"sent_at\": " + json_text(format_rfc3339(*entry.sent_at));
  if (!entry.from.empty()) line += ", \"from\": " + json_text(entry.from);
  if (!entry.reverse_path.empty()) line += ", \"reverse_path\": " + json_text(entry.reverse_path);
  line += ", \"recipients\": " +
          list_of(entry.recipients, [](const Address& address) { return address.text(); });
  if (!entry.subject.empty()) line += ", \"subject\": " + json_text(entry.subject);
  if (!entry.notices.empty())
    line += ", \"notices\": " + list_of(entry.notices, [](const std::string& notice) {
              return std::string_view(notice);
            });
  if (!entry.has_all_recipients) line += ", \"all_recipients\": false";
  return line + '}';
}

}  // namespace unsent
