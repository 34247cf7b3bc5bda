// SPDX-License-Identifier: MIT
#include "bounce/dsn.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "bounce/recipient_field.h"
#include "mail/address.h"
#include "mail/encoded_word.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxDiagnostic = 1000;
constexpr std::size_t kMaxBlocks = 4 * kMaxRecipients;

std::string first_of(const Headers& fields, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const HeaderField* field = fields.find(name)) return unfold(field->value);
  return {};
}

std::string read_message_id(const Headers& fields) {
  const auto ids = parse_message_ids(
      first_of(fields, {"Original-Message-ID", "X-Original-Message-ID", "X-Actual-Message-ID"}), 1);
  return ids.empty() ? std::string() : ids.front();
}

void read_message_fields(DeliveryStatus& status, const Headers& fields) {
  const auto set = [](std::string& to, std::string value) {
    if (to.empty()) to = std::move(value);
  };
  set(status.reporting_mta,
      lower(to_valid_utf8(typed_value(first_of(fields, {"Reporting-MTA", "Reporting-UA"})))));
  set(status.received_from, std::string(typed_value(first_of(fields, {"Received-From-MTA"}))));
  set(status.envelope_id, first_of(fields, {"Original-Envelope-Id", "X-Original-Envelope-Id"}));
  set(status.queue_id, first_of(fields, {"X-Postfix-Queue-ID", "X-Sendmail-Queue-ID"}));
  set(status.sender, parse_recipient(first_of(fields, {"X-Postfix-Sender", "X-Original-Sender"})));
  set(status.original_message_id, read_message_id(fields));
  // "manual-action/MDN-sent-manually; displayed/error" (RFC 8098 3.2.6)
  const std::string disposition = first_of(fields, {"Disposition"});
  std::string_view type = disposition;
  if (const std::size_t mode = type.rfind(';'); mode != std::string_view::npos)
    type.remove_prefix(mode + 1);
  set(status.disposition, lower(trim(type.substr(0, type.find('/')))));
}

bool is_recipient_block(const Headers& fields) {
  return fields.has("Final-Recipient") || fields.has("Original-Recipient") ||
         fields.has("Action") || !find_status(first_of(fields, {"Status"})).empty();
}

// The fields of one name in a block: without empty lines between them those of several
// recipients are in one, and what all share stands once.
class Column {
 public:
  Column(const Headers& fields, const char* name) : fields_(fields.all(name)) {}
  std::size_t size() const { return fields_.size(); }
  std::string at(std::size_t row) const {
    if (fields_.empty()) return {};
    const std::size_t last = fields_.size() - 1;
    return unfold(fields_[last == 0 ? 0 : std::min(row, last)]->value);
  }

 private:
  FieldList fields_;
};

struct Columns {
  explicit Columns(const Headers& fields)
      : final_recipient(fields, "Final-Recipient"),
        actual_recipient(fields, "X-Actual-Recipient"),
        original_recipient(fields, "Original-Recipient"),
        action(fields, "Action"),
        status(fields, "Status"),
        diagnostic(fields, "Diagnostic-Code") {}
  Column final_recipient;
  Column actual_recipient;
  Column original_recipient;
  Column action;
  Column status;
  Column diagnostic;
};

RecipientReport read_outcome(const Columns& columns, std::size_t row) {
  RecipientReport report;
  report.action = parse_action(columns.action.at(row));
  // A lone field is every recipient's: of a long one no more is decoded, or kept, than is shown.
  const std::string field = columns.diagnostic.at(row);
  const std::string_view written = typed_value(field).substr(0, 4 * kMaxDiagnostic);
  const std::string decoded = to_valid_utf8(decode_words(written));
  report.diagnostic.assign(cut_utf8(decoded, kMaxDiagnostic));
  report.status = find_status(columns.status.at(row));
  if (report.status.empty()) report.status = find_status(report.diagnostic);
  return report;
}

// Exchange's own name for a mailbox, which nobody can write to from outside.
bool is_internal(std::string_view address) {
  return starts_with_ignoring_case(address, "imceaex-");
}

// Whom the field names, and as whom the sender knew him: a pipe, a file or a name alone is
// told by the latter where that is better.
void name_recipient(RecipientReport& report, std::string final_one, std::string original) {
  report.address = std::move(final_one);
  report.original = std::move(original);
  if (report.original == report.address) return report.original.clear();
  if (report.original.empty()) return;
  const bool is_better =
      is_address(report.original) && (!is_address(report.address) || is_internal(report.address));
  if (report.address.empty() || is_better) report.address = std::exchange(report.original, {});
}

void read_row(const Columns& columns, std::size_t row, std::vector<RecipientReport>& recipients) {
  auto finals = parse_recipients(columns.final_recipient.at(row));
  if (finals.empty()) finals = parse_recipients(columns.actual_recipient.at(row));
  auto originals = parse_recipients(columns.original_recipient.at(row));
  if (finals.empty()) finals = originals;
  finals.resize(std::max<std::size_t>(1, finals.size()));
  originals.resize(finals.size(), originals.empty() ? std::string() : originals.front());
  const std::size_t first = recipients.size();
  recipients.push_back(read_outcome(columns, row));
  recipients.resize(std::min(first + finals.size(), kMaxRecipients), recipients[first]);
  for (std::size_t i = 0; first + i < recipients.size(); ++i)
    name_recipient(recipients[first + i], std::move(finals[i]), std::move(originals[i]));
}

void read_recipients(const Headers& fields, std::vector<RecipientReport>& recipients) {
  const Columns columns(fields);
  const std::size_t rows = std::max<std::size_t>(1, columns.final_recipient.size());
  for (std::size_t row = 0; row < rows && recipients.size() < kMaxRecipients; ++row)
    read_row(columns, row, recipients);
}

}  // namespace

std::string find_status(std::string_view text) {
  for (std::size_t i = 0; i + 4 < text.size(); ++i) {
    const bool is_class = text[i] == '2' || text[i] == '4' || text[i] == '5';
    if (!is_class || text[i + 1] != '.') continue;
    if (i > 0 && (is_digit(text[i - 1]) || text[i - 1] == '.')) continue;
    std::size_t end = i + 2;
    const auto take_number = [&] {
      const std::size_t begin = end;
      while (end < text.size() && is_digit(text[end]) && end - begin < 3) ++end;
      return end > begin;
    };
    if (!take_number() || end >= text.size() || text[end] != '.') continue;
    ++end;
    if (!take_number()) continue;
    const bool goes_on = end < text.size() &&
                         (is_digit(text[end]) ||
                          (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1])));
    if (!goes_on) return std::string(text.substr(i, end - i));
  }
  return {};
}

DeliveryStatus parse_delivery_status(std::string_view bytes, Defects& defects) {
  DeliveryStatus status;
  for (std::size_t blocks = 0; !bytes.empty(); ++blocks) {
    if (blocks == kMaxBlocks || status.recipients.size() == kMaxRecipients) {
      defects.add("more recipients in the status part than the limit");
      break;
    }
    Defects in_block;  // prose and blank lines between the blocks are usual
    const Headers fields = Headers::read(bytes, in_block);
    if (!fields.empty()) read_message_fields(status, fields);
    if (is_recipient_block(fields)) read_recipients(fields, status.recipients);
    const std::size_t end = fields.end() > 0 ? fields.end() : Lines(bytes).next().next;
    bytes.remove_prefix(end);
  }
  return status;
}

bool names_status_field(std::string_view text) {
  static constexpr std::array<std::string_view, 10> kFirst = {
      "Reporting-MTA", "Reporting-UA",      "Arrival-Date",    "Original-Envelope-Id",
      "DSN-Gateway",   "Received-From-MTA", "Final-Recipient", "Original-Recipient",
      "Action",        "X-Postfix-Queue-ID"};
  text = trim(without_mark(text));
  const std::string_view name = text.substr(0, field_name_length(text.substr(0, 100)));
  return std::any_of(kFirst.begin(), kFirst.end(),
                     [&](std::string_view one) { return equal_ignoring_case(name, one); });
}

bool begins_with_status(std::string_view text) {
  if (!names_status_field(text)) return false;
  Defects ignored;
  const DeliveryStatus status = parse_delivery_status(trim(without_mark(text)), ignored);
  const auto is_told = [&](const RecipientReport& one) {
    return one.action != Action::unknown || !status.disposition.empty();
  };
  return std::any_of(status.recipients.begin(), status.recipients.end(), is_told);
}

}  // namespace unsent
