// SPDX-License-Identifier: MIT
#include "action/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "action/printable.h"
#include "base/text.h"

namespace unsent {
namespace {

using json = nlohmann::ordered_json;

json or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json original_json(const Judgement& judgement) {
  const Original& original = judgement.bounce.original;
  json object;
  object["extent"] = name_of(original.extent);
  object["message_id"] = or_null(original.message_id);
  object["from"] = or_null(original.from);
  object["reverse_path"] = or_null(original.reverse_path);
  object["subject"] = original.headers.has("Subject") ? json(original.subject) : json(nullptr);
  object["date"] = original.date ? json(format_rfc3339(*original.date)) : json(nullptr);
  object["recipients"] = original.recipients;
  object["client_ip"] = judgement.client ? json(judgement.client->text()) : json(nullptr);
  object["other_message_ids"] = original.other_message_ids;
  return object;
}

json recipients_json(const std::vector<RecipientReport>& recipients) {
  json list = json::array();
  for (const RecipientReport& report : recipients) {
    json one;
    one["address"] = or_null(report.address);
    one["action"] = or_null(std::string(name_of(report.action)));
    one["status"] = or_null(report.status);
    one["diagnostic"] = or_null(report.diagnostic);
    list.push_back(std::move(one));
  }
  return list;
}

json evidence_json(const Facts& facts) {
  json list = json::array();
  for (const Fact& fact : facts) {
    json one;
    one["check"] = name_of(fact.check);
    one["points_to"] = name_of(fact.points_to);
    one["strength"] = name_of(fact.strength);
    one["detail"] = fact.detail;
    one["source"] = or_null(fact.source);
    list.push_back(std::move(one));
  }
  return list;
}

json questions_json(const std::vector<AskedQuestion>& questions) {
  json list = json::array();
  for (const AskedQuestion& asked : questions) {
    json one;
    one["name"] = asked.question.name;
    one["type"] = name_of(asked.question.type);
    one["answer"] = name_of(asked.status);
    one["why"] = or_null(asked.why);
    list.push_back(std::move(one));
  }
  return list;
}

std::string subject_of(const Message& message) {
  std::string subject = printable(message.headers().decoded("Subject"));
  return subject.empty() ? "(no subject)" : subject;
}

}  // namespace

std::string to_json(const Place& place, const Message& message, const Judgement& judgement,
                    const std::optional<std::vector<AskedQuestion>>& questions) {
  const Bounce& bounce = judgement.bounce;
  const bool is_report = bounce.kind != Kind::ordinary;
  json object;
  object["path"] = to_valid_utf8(place.path);
  object["offset"] = place.offset;
  object["kind"] = name_of(bounce.kind);
  object["verdict"] = name_of(judgement.decision.verdict);
  object["reason"] = judgement.decision.reason;
  object["rule"] = or_null(bounce.rule);
  object["reporter"] = or_null(bounce.reporter);
  object["original"] = is_report ? original_json(judgement) : json(nullptr);
  object["recipients"] = recipients_json(bounce.recipients);
  object["evidence"] = evidence_json(judgement.facts);
  object["defects"] = is_report ? bounce.defects.list() : message.defects().list();
  if (questions) object["questions"] = questions_json(*questions);
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string to_line(const Place& place, const Message& message, const Judgement& judgement) {
  const Decision& decision = judgement.decision;
  std::string line = fmt::format("{:<11}  {:<12}  {}", name_of(decision.verdict),
                                 name_of(judgement.bounce.kind), fit(subject_of(message), 60));
  if (decision.verdict != Verdict::ordinary)
    line += fmt::format(": {}", printable(decision.reason));
  if (place.path != "-") line += fmt::format("  [{}:{}]", printable(place.path), place.offset);
  return line;
}

}  // namespace unsent
