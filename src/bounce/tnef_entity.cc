// SPDX-License-Identifier: MIT
#include "bounce/tnef_entity.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bounce/dsn.h"
#include "mail/header.h"

namespace unsent {
namespace {

constexpr std::string_view kBoundary = "=_winmail.dat_=";

enum class TnefReport { none, failed, delayed, delivered };

// MS-OXOMSG 2.2.2.1 names the classes; the last one is of MS-OXTNEF 2.1.3.3.1.
TnefReport report_of(std::string_view message_class) {
  struct Ending {
    std::string_view text;
    TnefReport report;
  };
  constexpr std::array<Ending, 4> kEndings = {{{".NDR", TnefReport::failed},
                                               {".Delayed.DR", TnefReport::delayed},
                                               {".DR", TnefReport::delivered},
                                               {".Non-Delivery", TnefReport::failed}}};
  const bool is_report = contains_ignoring_case(message_class, "report.") ||
                         contains_ignoring_case(message_class, "microsoft mail.");
  for (const Ending& ending : kEndings)
    if (is_report && ends_with_ignoring_case(message_class, ending.text)) return ending.report;
  return TnefReport::none;
}

std::string_view action_of(TnefReport report) {
  return report == TnefReport::delayed     ? "delayed"
         : report == TnefReport::delivered ? "delivered"
                                           : "failed";
}

class Entity {
 public:
  Entity()
      : text_("Content-Type: multipart/report; report-type=delivery-status; boundary=\"" +
              std::string(kBoundary) + "\"\n\n") {}

  void add(std::string_view type, std::string_view body) {
    text_ += "--" + std::string(kBoundary) + "\nContent-Type: " + std::string(type) + "\n\n";
    text_ += body;
    text_ += '\n';
  }

  std::string take() && { return std::move(text_) + "--" + std::string(kBoundary) + "--\n"; }

 private:
  std::string text_;
};

// One field; nothing where there is no value.
std::string field(std::string_view name, std::string_view value) {
  std::string line(trim(value));
  if (line.empty()) return {};
  std::replace_if(line.begin(), line.end(), is_line_end, ' ');
  return std::string(name) + ": " + line + '\n';
}

std::string status_of(const TnefMessage& tnef, TnefReport report) {
  std::string text = field("Reporting-MTA", tnef.reporting_mta) +
                     field("Original-Message-ID", tnef.original_message_id) + '\n';
  for (const TnefRecipient& one : tnef.recipients)
    text += field("Final-Recipient", "rfc822; " + one.address) +
            field("Action", action_of(report)) + field("Status", one.status) +
            field("Diagnostic-Code", one.diagnostic) + '\n';
  return text;
}

std::string header_of(const TnefMessage& returned) {
  if (!returned.header.empty()) return returned.header;
  return field("Message-ID", returned.message_id) + field("Subject", returned.subject);
}

bool reads_as_message(std::string_view text) {
  Defects ignored;
  const Headers headers = Headers::read(text, ignored);
  return headers.has("From") && (headers.has("Date") || headers.has("Message-ID"));
}

// A status part or a message among the files; false if there is neither.
bool add_files(const TnefMessage& tnef, Entity& entity) {
  bool is_any = false;
  for (const std::string& file : tnef.files) {
    const bool is_status = begins_with_status(file);
    if (!is_status && !reads_as_message(file)) continue;
    entity.add(is_status ? "message/delivery-status" : "message/rfc822", file);
    is_any = true;
  }
  return is_any;
}

void add_messages(const TnefMessage& tnef, Entity& entity) {
  for (const TnefMessage& returned : tnef.messages)
    if (const std::string header = header_of(returned); !header.empty())
      entity.add("text/rfc822-headers", header);
}

}  // namespace

std::optional<std::string> entity_of(const TnefMessage& tnef, std::string_view words) {
  const TnefReport report = report_of(tnef.message_class);
  Entity entity;
  entity.add("text/plain; charset=utf-8", tnef.body.empty() ? words : tnef.body);
  if (report != TnefReport::none && !tnef.recipients.empty())
    entity.add("message/delivery-status", status_of(tnef, report));
  const bool has_files = add_files(tnef, entity);
  if (report == TnefReport::none && !has_files) return std::nullopt;
  add_messages(tnef, entity);
  return std::move(entity).take();
}

}  // namespace unsent
