// SPDX-License-Identifier: MIT
#include "serve/fields.h"
#include "serve/wire.h"

namespace unsent {
namespace {

constexpr std::string_view kYes = "ok";
constexpr std::string_view kNo = "no";

FieldWriter answer() {
  FieldWriter out;
  out.text(kYes);
  return out;
}

void write_texts(FieldWriter& out, const std::vector<std::string>& texts) {
  out.number(std::ssize(texts));
  for (const std::string& text : texts) out.text(text);
}

std::vector<std::string> read_texts(FieldReader& in) {
  std::vector<std::string> texts(in.count());
  for (std::string& text : texts) text = in.text();
  return texts;
}

void write_names(FieldWriter& out, const std::vector<NameCount>& names) {
  out.number(std::ssize(names));
  for (const NameCount& one : names) out.text(one.name).number(one.count);
}

std::vector<NameCount> read_names(FieldReader& in) {
  std::vector<NameCount> names(in.count());
  for (NameCount& one : names) {
    one.name = in.text();
    one.count = in.number();
  }
  return names;
}

void write_message(FieldWriter& out, const SentMessage& one) {
  out.number(one.row).text(one.from).optional_time(one.date).text(one.subject);
  out.time(one.sent_at).flag(one.has_all_recipients);
  write_texts(out, one.message_ids);
  write_texts(out, one.senders);
  out.number(std::ssize(one.recipients));
  for (const SentRecipient& to : one.recipients) out.text(to.address).text(to.organisation);
}

SentMessage read_message(FieldReader& in) {
  SentMessage one;
  one.row = in.number();
  one.from = in.text();
  one.date = in.optional_time();
  one.subject = in.text();
  one.sent_at = in.time();
  one.has_all_recipients = in.flag();
  one.message_ids = read_texts(in);
  one.senders = read_texts(in);
  one.recipients.resize(in.count());
  for (SentRecipient& to : one.recipients) {
    to.address = in.text();
    to.organisation = in.text();
  }
  return one;
}

// "ok" and what read makes of the rest, or why not.
template <typename T, typename Read>
LedgerAnswer<T> decode(std::string_view line, const Read& read) {
  FieldReader in(line);
  const std::string word = in.text();
  if (word == kNo) {
    std::string why = in.text();
    return {T{}, in.is_done() && !why.empty() ? why : "the service does not say why"};
  }
  LedgerAnswer<T> answer;
  if (word == kYes) answer.value = read(in);
  if (word != kYes || !in.is_done()) return {T{}, "the service answers with something else"};
  return answer;
}

}  // namespace

std::string encode_refusal(std::string_view why) {
  return FieldWriter().text(kNo).text(why).line();
}

std::string encode_found(const std::vector<SentMessage>& messages) {
  FieldWriter out = answer();
  out.number(std::ssize(messages));
  for (const SentMessage& one : messages) write_message(out, one);
  return out.line();
}

std::string encode_sender(const SenderRecord& record) {
  FieldWriter out = answer();
  out.flag(record.has_sent).flag(record.coverage.is_covered).text(record.coverage.detail);
  return out.flag(record.wants_proofs).line();
}

std::string encode_number(std::int64_t number) { return answer().number(number).line(); }

std::string encode_identity(const LearnedIdentity& identity) {
  FieldWriter out = answer();
  out.number(identity.messages).flag(identity.needs_proof);
  write_names(out, identity.senders);
  write_names(out, identity.message_id_hosts);
  return out.line();
}

std::string encode_tokens(const TextTokens& tokens) {
  return answer().text(tokens.whole).text(tokens.brief).line();
}

LedgerAnswer<std::vector<SentMessage>> decode_found(std::string_view line) {
  return decode<std::vector<SentMessage>>(line, [](FieldReader& in) {
    std::vector<SentMessage> messages(in.count());
    for (SentMessage& one : messages)
      if (in.is_good()) one = read_message(in);
    return messages;
  });
}

LedgerAnswer<SenderRecord> decode_sender(std::string_view line) {
  return decode<SenderRecord>(line, [](FieldReader& in) {
    SenderRecord record;
    record.has_sent = in.flag();
    record.coverage.is_covered = in.flag();
    record.coverage.detail = in.text();
    record.wants_proofs = in.flag();
    return record;
  });
}

LedgerAnswer<std::int64_t> decode_number(std::string_view line) {
  return decode<std::int64_t>(line, [](FieldReader& in) { return in.number(); });
}

LedgerAnswer<LearnedIdentity> decode_identity(std::string_view line) {
  return decode<LearnedIdentity>(line, [](FieldReader& in) {
    LearnedIdentity identity;
    identity.messages = in.number();
    identity.needs_proof = in.flag();
    identity.senders = read_names(in);
    identity.message_id_hosts = read_names(in);
    return identity;
  });
}

LedgerAnswer<TextTokens> decode_tokens(std::string_view line) {
  return decode<TextTokens>(line, [](FieldReader& in) {
    std::string whole = in.text();
    return TextTokens{std::move(whole), in.text()};
  });
}

}  // namespace unsent
