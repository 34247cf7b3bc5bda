// SPDX-License-Identifier: MIT
#include "bounce/standard.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bounce/dsn.h"
#include "bounce/original.h"

namespace unsent {
namespace {

const Part* find_part(const MimeTree& tree, std::initializer_list<std::string_view> types) {
  for (const Part& part : tree.parts)
    if (std::find(types.begin(), types.end(), part.type) != types.end() &&
        !is_inside_message(tree, part))
      return &part;
  return nullptr;
}

bool has_report_type(const MimeTree& tree, std::string_view report_type) {
  return std::any_of(tree.parts.begin(), tree.parts.end(), [&](const Part& part) {
    return part.type == "multipart/report" && part.report_type == report_type &&
           !is_inside_message(tree, part);
  });
}

// A status part under another type: its text begins with the fields themselves.
const Part* find_untyped_status(const MimeTree& tree) {
  for (const Part& part : tree.parts) {
    if (part.is_multipart() || is_inside_message(tree, part)) continue;
    std::string_view body = part.body.substr(0, 2000);
    while (!body.empty() && is_line_end(body.front())) body.remove_prefix(1);
    if (starts_with_ignoring_case(body, "reporting-mta:")) return &part;
  }
  return nullptr;
}

}  // namespace

bool take_returned_part(const Report& report, Bounce& bounce) {
  const Part* part = find_returned_part(report.tree);
  if (part == nullptr) return false;
  const Extent stated = part->is_message() ? Extent::full : Extent::headers;
  const bool is_encoded = part->encoding != TransferEncoding::identity;
  const std::string decoded = is_encoded ? decoded_body(*part) : std::string();
  const std::string_view bytes = is_encoded ? std::string_view(decoded) : part->body;
  read_original(bounce.original, bytes, stated, bounce.defects);
  // message/rfc822 whose header stands among the part's own fields
  if (bounce.original.extent == Extent::none && part->headers.has("Message-ID"))
    read_original(
        bounce.original,
        std::string_view(part->header_bytes.data(), part->header_bytes.size() + part->body.size()),
        stated, bounce.defects);
  if (is_encoded) {
    Defects inner;
    add_inner_ids(bounce.original, open_mime(bytes, inner), 0);
  } else {
    const auto index = static_cast<std::size_t>(part - report.tree.parts.data());
    add_inner_ids(bounce.original, report.tree, index + (part->is_message() ? 1 : 0));
  }
  return bounce.original.extent != Extent::none;
}

namespace {

void take_status(const DeliveryStatus& status, Bounce& bounce) {
  bounce.reporter = status.reporting_mta;
  bounce.received_from = status.received_from;
  bounce.recipients = status.recipients;
  bounce.original.envelope_id = status.envelope_id;
  bounce.original.queue_id = status.queue_id;
  bounce.original.reverse_path = status.sender;
  if (bounce.original.message_id.empty()) bounce.original.message_id = status.original_message_id;
}

// Without any Action the class of the status codes tells (RFC 3463 section 3.1).
Kind kind_by_status(const std::vector<RecipientReport>& recipients) {
  bool is_success = !recipients.empty();
  bool is_delay = !recipients.empty();
  for (const RecipientReport& report : recipients) {
    const char status_class = report.status.empty() ? '5' : report.status.front();
    is_success = is_success && status_class == '2';
    is_delay = is_delay && status_class == '4';
  }
  return is_success ? Kind::success : is_delay ? Kind::delay : Kind::bounce;
}

bool read_delivery_status(const Report& report, Bounce& bounce) {
  const Part* part =
      find_part(report.tree, {"message/delivery-status", "message/global-delivery-status"});
  if (part == nullptr && report.signs.is_report_type) part = find_untyped_status(report.tree);
  const bool is_stated = has_report_type(report.tree, "delivery-status");
  if (part == nullptr && !is_stated) return false;
  if (part != nullptr) {
    DeliveryStatus status = parse_delivery_status(decoded_body(*part), bounce.defects);
    // Without the empty line before them its fields stand among the part's own.
    if (status.empty()) status = parse_delivery_status(part->header_bytes, bounce.defects);
    take_status(status, bounce);
  }
  take_returned_part(report, bounce);
  bounce.kind = kind_of(bounce.recipients);
  bounce.rule = "dsn";
  return true;
}

// A disposition of deleted, denied or failed says that the mail was thrown away or
// rejected (Sieve reject, quota notices): for its sender that is a bounce.
Kind kind_of_disposition(std::string_view disposition) {
  for (const std::string_view gone : {"deleted", "denied", "failed"})
    if (disposition == gone) return Kind::bounce;
  return Kind::read_receipt;
}

bool read_disposition(const Report& report, Bounce& bounce) {
  const Part* part = find_part(
      report.tree, {"message/disposition-notification", "message/global-disposition-notification"});
  if (part == nullptr && !has_report_type(report.tree, "disposition-notification")) return false;
  DeliveryStatus status;
  if (part != nullptr) status = parse_delivery_status(decoded_body(*part), bounce.defects);
  take_status(status, bounce);
  const std::string stated_id = bounce.original.message_id;
  take_returned_part(report, bounce);
  if (bounce.original.message_id.empty()) bounce.original.message_id = stated_id;
  bounce.kind = kind_of_disposition(status.disposition);
  if (bounce.kind == Kind::bounce)
    for (RecipientReport& one : bounce.recipients) one.action = Action::failed;
  bounce.rule = "mdn";
  return true;
}

// Reports without a type of their own: RFC 7489 7.2.1.1 lays down the subject of DMARC's;
// complaint feeds and notification services have theirs.
bool is_untyped_report(const Report& report) {
  const Headers& headers = report.message.headers();
  const std::string subject = headers.decoded("Subject");
  const bool is_dmarc = contains_ignoring_case(subject, "report domain:") &&
                        contains_ignoring_case(subject, "submitter:");
  return is_dmarc || contains_ignoring_case(subject, "dmarc failure report") ||
         starts_with_ignoring_case(subject, "complaint about message") ||
         headers.has("X-Amz-Sns-Message-Id");
}

bool read_feedback(const Report& report, Bounce& bounce) {
  const bool is_feedback = find_part(report.tree, {"message/feedback-report"}) != nullptr ||
                           has_report_type(report.tree, "feedback-report");
  const bool is_tls =
      has_report_type(report.tree, "tlsrpt") || report.message.headers().has("TLS-Report-Domain");
  if (!is_feedback && !is_tls && !is_untyped_report(report)) return false;
  if (is_feedback) take_returned_part(report, bounce);
  bounce.kind = Kind::report;
  bounce.rule = is_feedback ? "arf" : is_tls ? "tls-rpt" : "feed";
  return true;
}

}  // namespace

Kind kind_of(const std::vector<RecipientReport>& recipients) {
  const auto any = [&](auto matches) {
    return std::any_of(recipients.begin(), recipients.end(),
                       [&](const RecipientReport& one) { return matches(one.action); });
  };
  if (any([](Action action) { return action == Action::failed; })) return Kind::bounce;
  if (any([](Action action) { return action == Action::delayed; })) return Kind::delay;
  if (any([](Action action) { return action != Action::unknown; })) return Kind::success;
  return kind_by_status(recipients);
}

const Part* find_wrapped_report(const Message& message, const MimeTree& tree) {
  const Part* part = find_part(tree, {"message/rfc822", "message/global"});
  const auto root = static_cast<std::size_t>(part - tree.parts.data()) + 1;
  if (part == nullptr || root >= tree.parts.size()) return nullptr;
  const Headers& outer = message.headers();
  const Headers& inner = tree.parts[root].headers;
  const auto is_same = [&](const char* name) {
    return outer.text(name) == inner.text(name) && inner.has(name);
  };
  const bool is_copy =
      is_same("From") && is_same("Subject") && (is_same("Message-ID") || !outer.has("Message-ID"));
  return is_copy ? part : nullptr;
}

bool read_standard_report(const Report& report, Bounce& bounce) {
  return read_delivery_status(report, bounce) || read_disposition(report, bounce) ||
         read_feedback(report, bounce);
}

}  // namespace unsent
