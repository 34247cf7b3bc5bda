// SPDX-License-Identifier: MIT
#include "bounce/standard.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "bounce/dsn.h"
#include "bounce/original.h"
#include "bounce/prose_recipients.h"
#include "bounce/texts.h"
#include "mail/utf16.h"

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

// The fields of such a part, or, without the empty line before them, of its own header.
DeliveryStatus read_status(const Part& part, Defects& defects) {
  const bool is_encoded = part.encoding != TransferEncoding::identity;
  const std::string decoded = is_encoded ? decoded_body(part) : std::string();
  DeliveryStatus status = parse_delivery_status(is_encoded ? decoded : part.body, defects);
  if (status.empty()) status = parse_delivery_status(part.header_bytes, defects);
  return status;
}

constexpr std::size_t kFirstName = 128;  // bytes of a text
constexpr std::size_t kFirstLook = 4096;

// What a status part under another type says: its text begins with the fields themselves.
std::optional<DeliveryStatus> read_retyped_status(const Report& report, Defects& defects) {
  if (!report.signs.is_report_type && !report.signs.is_from_system()) return std::nullopt;
  for (const Part& part : report.tree.parts) {
    if (part.is_multipart() || part.is_message() || is_inside_message(report.tree, part)) continue;
    if (names_status_field(readable_text(part, kFirstName)) &&
        begins_with_status(readable_text(part, kFirstLook)))
      return parse_delivery_status(readable_text(part), defects);
  }
  return std::nullopt;
}

// The message that a part holds, where the tree has it with its whole header.
const Part* find_message_in(const MimeTree& tree, const Part& part) {
  const auto index = static_cast<std::size_t>(&part - tree.parts.data());
  if (!part.is_message() || index + 1 == tree.parts.size()) return nullptr;
  const Part& next = tree.parts[index + 1];
  return next.parent == index && next.headers.is_terminated() ? &next : nullptr;
}

}  // namespace

bool take_returned_part(const Report& report, Bounce& bounce) {
  const Part* part = find_returned_part(report.tree);
  if (part == nullptr) return false;
  const Extent stated = part->is_message() ? Extent::full : Extent::headers;
  const bool is_encoded = part->encoding != TransferEncoding::identity;
  std::string decoded = is_encoded ? decoded_body(*part) : std::string();
  if (auto converted = utf8_of_utf16(decoded)) decoded = std::move(*converted);
  const std::string_view bytes = is_encoded ? std::string_view(decoded) : part->body;
  if (const Part* message = find_message_in(report.tree, *part))
    read_original(bounce.original, *message, stated);
  else
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

void take_status(DeliveryStatus&& status, Bounce& bounce) {
  bounce.reporter = std::move(status.reporting_mta);
  bounce.received_from = std::move(status.received_from);
  bounce.recipients = std::move(status.recipients);
  bounce.original.envelope_id = std::move(status.envelope_id);
  bounce.original.queue_id = std::move(status.queue_id);
  bounce.original.reverse_path = std::move(status.sender);
  if (bounce.original.message_id.empty())
    bounce.original.message_id = std::move(status.original_message_id);
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

const Part* find_status_part(const MimeTree& tree) {
  return find_part(tree, {"message/delivery-status", "message/global-delivery-status"});
}

// RFC 3464 2: there is one; some write one for each recipient.
DeliveryStatus read_all_statuses(const MimeTree& tree, const Part& first, Defects& defects) {
  DeliveryStatus all = read_status(first, defects);
  for (const Part& part : tree.parts) {
    if (all.recipients.size() == kMaxRecipients) break;
    if (&part <= &first || part.type != first.type || is_inside_message(tree, part)) continue;
    for (RecipientReport& one : read_status(part, defects).recipients)
      if (all.recipients.size() < kMaxRecipients && !is_known(all.recipients, one.address))
        all.recipients.push_back(std::move(one));
  }
  return all;
}

// RFC 6522: the report is the multipart/report. Whoever passes one on as its single parts, as
// mail programs do, reports nothing himself; a gateway that types it anew keeps the sender.
bool is_passed_along(const Report& report, const Part& part) {
  const Signs& signs = report.signs;
  const bool is_in_report =
      part.parent != Part::kNoParent && report.tree.parts[part.parent].type == "multipart/report";
  if (is_in_report || signs.is_report_type) return false;
  const Headers& headers = report.message.headers();
  const bool is_answer =
      !signs.from_daemon && (headers.has("In-Reply-To") || is_passed_on(headers));
  return signs.is_person || is_answer || !signs.is_from_system();
}

bool read_delivery_status(const Report& report, Bounce& bounce) {
  const Part* part = find_status_part(report.tree);
  std::optional<DeliveryStatus> status;
  if (part != nullptr) status = read_all_statuses(report.tree, *part, bounce.defects);
  if (!status) status = read_retyped_status(report, bounce.defects);
  if (status && !status->disposition.empty()) return false;
  if (!status && !has_report_type(report.tree, "delivery-status")) return false;
  if (status) take_status(std::move(*status), bounce);
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
  std::optional<DeliveryStatus> status;
  if (part != nullptr) status = read_status(*part, bounce.defects);
  if (!status) status = read_retyped_status(report, bounce.defects);
  if (!status && !has_report_type(report.tree, "disposition-notification")) return false;
  const std::string disposition = status ? status->disposition : std::string();
  if (status) take_status(std::move(*status), bounce);
  const std::string stated_id = bounce.original.message_id;
  take_returned_part(report, bounce);
  if (bounce.original.message_id.empty()) bounce.original.message_id = stated_id;
  bounce.kind = kind_of_disposition(disposition);
  if (bounce.kind == Kind::bounce)
    for (RecipientReport& one : bounce.recipients) one.action = Action::failed;
  bounce.rule = "mdn";
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

bool read_standard_report(const Report& report, Bounce& bounce) {
  const Part* part = find_status_part(report.tree);
  if (part != nullptr && is_passed_along(report, *part)) return false;
  return read_delivery_status(report, bounce) || read_disposition(report, bounce);
}

}  // namespace unsent
