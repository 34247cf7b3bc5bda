// SPDX-License-Identifier: MIT
#include "flood/mention.h"

#include <algorithm>

#include "base/text.h"
#include "flood/make.h"
#include "flood/member.h"
#include "flood/shape.h"
#include "mail/encoded_word.h"
#include "mail/header.h"

namespace unsent {
namespace {

constexpr std::size_t kMostIds = 16;
constexpr std::size_t kMostSubjects = 6;
constexpr std::size_t kLongestQuote = std::size_t{8} << 10U;
constexpr std::size_t kTellingWords = 3;
constexpr std::size_t kTellingLetters = 12;

void add_once(std::vector<std::uint64_t>& list, std::uint64_t hash, std::size_t most) {
  if (list.size() < most && std::find(list.begin(), list.end(), hash) == list.end())
    list.push_back(hash);
}

// Most mail names nothing: its addresses are read where it does.
class Mentioning {
 public:
  explicit Mentioning(const Message& message) : message_(message) {}

  void add_id(std::string_view id) {
    if (id.empty() || mention_.ids.size() >= kMostIds) return;
    add_once(mention_.ids, id_hash(id), kMostIds);
    add_once(mention_.makes, make_hash(id, domain()), kMostIds);
  }
  void add_ids(std::string_view field) {
    for (const std::string& id : parse_message_ids(field, kMostIds)) add_id(id);
  }
  void add_subject(std::string_view subject) {
    const std::string shape = subject_shape(subject);
    if (is_telling(shape)) add_once(mention_.subjects, flood_hash(shape), kMostSubjects);
  }
  // "Automatic reply: topic": as it stands, and behind the words before the topic.
  void add_answer_subject(std::string_view subject) {
    add_subject(subject);
    const std::size_t colon = subject.find(':');
    if (colon != subject.npos) add_subject(subject.substr(colon + 1));
  }

  Mention take() {
    if (mention_.is_empty()) return {};
    const auto from = parse_addresses(message_.headers().text("From"), 1);
    if (!from.empty()) mention_.author = from.front().text();
    if (recipient()) mention_.recipient = recipient()->text();
    return std::move(mention_);
  }

 private:
  const std::optional<Address>& recipient() {
    if (!recipient_) recipient_ = stated_recipient(message_.headers());
    return *recipient_;
  }
  std::string domain() { return recipient() ? recipient()->domain().text() : std::string(); }

  const Message& message_;
  std::optional<std::optional<Address>> recipient_;
  Mention mention_;
};

bool is_list_mail(const Headers& headers) {
  return headers.has("List-Id") || headers.has("List-Unsubscribe") || headers.has("List-Post");
}

// "> > Subject: Cheap pills", "Subject: Cheap pills" in a forwarded header.
bool is_quote_mark(char c) { return is_blank(c) || c == '>' || c == '|' || c == '*'; }

// The line of that colon begins with that name, behind quote marks.
bool is_field(std::string_view body, std::size_t colon, std::string_view name) {
  if (!ends_with_ignoring_case(body.substr(0, colon), name)) return false;
  std::size_t at = colon - name.size();
  while (at > 0 && is_quote_mark(body[at - 1])) --at;
  return at == 0 || is_line_end(body[at - 1]);
}

void add_quoted(Mentioning& mentioning, std::string_view body) {
  body = body.substr(0, kLongestQuote);
  for (std::size_t at = body.find(':'); at != body.npos; at = body.find(':', at + 1)) {
    std::string_view rest = body.substr(at + 1);
    if (is_field(body, at, "message-id")) mentioning.add_ids(take_line(rest));
    if (is_field(body, at, "subject")) mentioning.add_subject(decode_words(trim(take_line(rest))));
  }
}

bool shows_original(Kind kind, const Original& original) {
  const bool is_delivery_report =
      kind == Kind::bounce || kind == Kind::delay || kind == Kind::success;
  return is_delivery_report && (!original.from.empty() || !original.reverse_path.empty()) &&
         !original.message_id.empty();
}

}  // namespace

bool is_telling(std::string_view shape) {
  std::size_t words = 0;
  std::size_t letters = 0;
  for (const std::string_view word : split(shape, ' ')) {
    if (word == "#") continue;
    letters += word.size();
    if (word.size() >= 3) ++words;
  }
  return words >= kTellingWords && letters >= kTellingLetters;
}

Mention mention_of(const Message& message, const Judgement& judgement) {
  const Bounce& bounce = judgement.bounce;
  if (bounce.kind == Kind::ordinary || shows_original(bounce.kind, bounce.original)) return {};
  Mentioning mentioning(message);
  mentioning.add_id(bounce.original.message_id);
  for (const std::string& id : bounce.references) mentioning.add_id(id);
  for (const std::string& id : bounce.original.other_message_ids) mentioning.add_id(id);
  mentioning.add_subject(bounce.original.subject);
  const bool is_answer = bounce.kind == Kind::auto_reply || bounce.kind == Kind::challenge ||
                         bounce.kind == Kind::virus_notice || bounce.kind == Kind::read_receipt;
  if (is_answer) mentioning.add_answer_subject(message.headers().decoded("Subject"));
  return mentioning.take();
}

Mention answer_mention(const Message& message) {
  const Headers& headers = message.headers();
  if (is_list_mail(headers)) return {};
  Mentioning mentioning(message);
  bool is_answer = false;
  for (const char* name : {"In-Reply-To", "References"})
    if (const HeaderField* field = headers.find(name)) {
      is_answer = true;
      mentioning.add_ids(field->value);
    }
  const std::string subject = headers.decoded("Subject");
  const std::size_t colon = subject.find(':');
  if (is_answer || (colon != subject.npos && colon <= 4)) mentioning.add_answer_subject(subject);
  add_quoted(mentioning, message.body());
  return mentioning.take();
}

}  // namespace unsent
