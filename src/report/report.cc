// SPDX-License-Identifier: MIT
#include "report/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_line.h"
#include "base/printable.h"
#include "base/text.h"
#include "report/figures.h"
#include "report/item.h"

namespace unsent {
namespace {

using json = nlohmann::ordered_json;

json original_json(const Judgement& judgement) {
  const Original& original = judgement.bounce.original;
  json object;
  object["extent"] = name_of(original.extent);
  object["message_id"] = json_or_null(original.message_id);
  object["from"] = json_or_null(original.from);
  object["reverse_path"] = json_or_null(original.reverse_path);
  object["subject"] = original.headers.has("Subject") ? json(original.subject) : json(nullptr);
  object["date"] = json_or_null(original.date);
  object["recipients"] = original.recipients;
  object["client_ip"] = judgement.client ? json(judgement.client->text()) : json(nullptr);
  object["other_message_ids"] = original.other_message_ids;
  return object;
}

json recipients_json(const std::vector<RecipientReport>& recipients) {
  json list = json::array();
  for (const RecipientReport& report : recipients) {
    json one;
    one["address"] = json_or_null(report.address);
    one["action"] = json_or_null(name_of(report.action));
    one["status"] = json_or_null(report.status);
    one["diagnostic"] = json_or_null(report.diagnostic);
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
    one["source"] = json_or_null(fact.source);
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
    one["why"] = json_or_null(asked.why);
    list.push_back(std::move(one));
  }
  return list;
}

std::string subject_of(const Message& message) {
  std::string subject = printable(message.headers().decoded("Subject"));
  return subject.empty() ? "(no subject)" : subject;
}

}  // namespace

std::string where_text(const Position& place) {
  if (place.uid != 0) return fmt::format("{}, UID {}", place.path, place.uid);
  return fmt::format("{}, byte {}", place.path, grouped(place.offset));
}

std::string brief_where(const Position& place) {
  return place.uid != 0 ? where_text(place) : fmt::format("{}:{}", place.path, place.offset);
}

std::string to_json(const Position& place, const Message& message, const Judgement& judgement,
                    const std::optional<std::vector<AskedQuestion>>& questions) {
  const Bounce& bounce = judgement.bounce;
  const bool is_report = bounce.kind != Kind::ordinary;
  json object = begin_json();
  object["path"] = to_valid_utf8(place.path);
  object["offset"] = place.offset;
  object["uid"] = place.uid == 0 ? json(nullptr) : json(place.uid);
  object["time"] = json_or_null(arrival_of(message.headers()));
  object["kind"] = name_of(bounce.kind);
  object["verdict"] = name_of(judgement.decision.verdict);
  object["reason"] = judgement.decision.reason;
  object["rule"] = json_or_null(bounce.rule);
  object["reporter"] = json_or_null(bounce.reporter);
  object["original"] = is_report ? original_json(judgement) : json(nullptr);
  object["recipients"] = recipients_json(bounce.recipients);
  object["evidence"] = evidence_json(judgement.facts);
  object["defects"] = is_report ? bounce.defects.list() : message.defects().list();
  if (questions) object["questions"] = questions_json(*questions);
  return json_line(object);
}

std::string failure_json(const std::string& path, const std::string& error) {
  json object = begin_json();
  object["path"] = json_or_null(to_valid_utf8(path));
  object["error"] = error;
  return json_line(object);
}

std::string with_decision(const std::string& line, Kind kind, const Decision& decision,
                          const Facts& facts) {
  json object = json::parse(line, nullptr, false);
  if (!object.is_object()) return line;
  object["kind"] = name_of(kind);
  object["verdict"] = name_of(decision.verdict);
  object["reason"] = decision.reason;
  object["evidence"] = evidence_json(facts);
  return json_line(object);
}

std::string with_campaign(std::string line, std::string_view campaign) {
  if (line.empty() || line.back() != '}') return line;
  line.pop_back();
  line += ",\"campaign\":";
  line += campaign.empty() ? "null" : json(campaign).dump();
  return line + '}';
}

std::string to_line(const Position& place, const Message& message, const Judgement& judgement) {
  const Decision& decision = judgement.decision;
  std::string line = fmt::format("{:<11}  {:<12}  {}", name_of(decision.verdict),
                                 name_of(judgement.bounce.kind), fit(subject_of(message), 60));
  if (decision.verdict != Verdict::ordinary)
    line += fmt::format(": {}", printable(decision.reason));
  if (place.path != "-") line += fmt::format("  [{}]", printable(brief_where(place)));
  return line;
}

}  // namespace unsent
