// SPDX-License-Identifier: MIT
#include "bounce/feed.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "bounce/announced.h"
#include "bounce/original.h"
#include "bounce/packed.h"
#include "bounce/texts.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kBeginning = 1024;  // of a file: what it is shows there
constexpr std::size_t kMostEncoded = 96 * 1024;

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return find_ignoring_case(text, word) != std::string_view::npos;
  });
}

// --- What the header shows ---

// Somebody speaks about a report.
bool is_conversation(const Headers& headers) {
  return headers.has("In-Reply-To") || headers.has("List-Id") || goes_on_with_topic(headers);
}

// RFC 7489 7.2.1.1 and RFC 8460 5.4 lay the Subject down; complaint feeds have theirs.
bool has_feed_subject(std::string_view subject) {
  const bool is_domain_report =
      contains_any(subject, {"report domain:"}) && contains_any(subject, {"submitter:"});
  return is_domain_report || contains_any(subject, {"dmarc failure report"}) ||
         starts_with_ignoring_case(subject, "complaint about message");
}

bool has_feed_field(const Headers& headers) {
  static constexpr std::array<std::string_view, 4> kFields = {
      "TLS-Report-Domain", "X-Amz-Sns-Message-Id", "X-XARF", "X-ARF"};
  return std::any_of(kFields.begin(), kFields.end(),
                     [&](std::string_view name) { return headers.has(name); });
}

// --- What its files show ---

// "receiver.example!ourshop.example!1795910400!1795996799!id.xml.gz" (RFC 7489 7.2.1.1,
// RFC 8460 5.3)
bool is_report_name(std::string_view name) {
  const auto pieces = split(name, '!');
  if (pieces.size() < 4) return false;
  const auto is_time = [](std::string_view text) {
    text = text.substr(0, text.find('.'));
    return text.size() >= 8 && std::all_of(text.begin(), text.end(), is_digit);
  };
  return is_time(pieces[2]) && is_time(pieces[3]);
}

enum class Contents { unknown, dmarc, tls };

Contents contents_of(std::string_view beginning) {
  beginning = trim(without_mark(beginning));
  const bool is_xml = starts_with_ignoring_case(beginning, "<?xml") ||
                      starts_with_ignoring_case(beginning, "<feedback");
  // RFC 7489 appendix C: what surveys export is called so, too.
  if (is_xml && contains_any(beginning, {"<feedback"}) &&
      contains_any(beginning, {"report_metadata", "policy_published"}))
    return Contents::dmarc;
  const bool is_tls = !beginning.empty() && beginning.front() == '{' &&
                      contains_any(beginning, {"\"organization-name\"", "\"policies\""}) &&
                      contains_any(beginning, {"\"report-id\"", "\"date-range\""});
  return is_tls ? Contents::tls : Contents::unknown;
}

Contents contents_of(const Part& part) {
  const std::string bytes = decode(part.body.substr(0, kMostEncoded), part.encoding);
  const std::string unpacked = beginning_of_packed(bytes, kBeginning);
  return contents_of(unpacked.empty() ? std::string_view(bytes).substr(0, kBeginning) : unpacked);
}

Contents find_contents(const MimeTree& tree) {
  for (const Part& part : tree.parts) {
    if (part.is_multipart() || part.is_message() || is_inside_message(tree, part)) continue;
    if (part.type.compare(0, 18, "application/tlsrpt") == 0) return Contents::tls;
    if (is_report_name(part.file_name))
      return contains_any(part.file_name, {".json"}) ? Contents::tls : Contents::dmarc;
    if (const Contents contents = contents_of(part); contents != Contents::unknown) return contents;
  }
  return Contents::unknown;
}

// RFC 5965 3.1 under another type: "Feedback-Type: abuse" is the first of its fields.
bool begins_with_feedback(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  Defects ignored;
  const Headers fields = Headers::read(without_mark(text), ignored);
  return fields.has("Feedback-Type") &&
         (fields.has("Version") || fields.has("User-Agent") || fields.has("Source-IP"));
}

bool is_feedback_type(const Part& part) {
  return part.type == "message/feedback-report" || part.report_type == "feedback-report";
}

bool has_feedback_type(const MimeTree& tree) {
  return std::any_of(tree.parts.begin(), tree.parts.end(), [&](const Part& part) {
    return is_feedback_type(part) && !is_inside_message(tree, part);
  });
}

bool is_feedback(const MimeTree& tree) {
  return std::any_of(tree.parts.begin(), tree.parts.end(), [&](const Part& part) {
    if (is_inside_message(tree, part)) return false;
    if (is_feedback_type(part)) return true;
    const bool is_text = part.type == "text/plain" || part.type == "application/octet-stream";
    return is_text && begins_with_feedback(readable_text(part, kBeginning));
  });
}

bool is_tls_report(const Report& report) {
  return report.message.headers().has("TLS-Report-Domain") ||
         std::any_of(report.tree.parts.begin(), report.tree.parts.end(), [&](const Part& part) {
           return part.report_type == "tlsrpt" && !is_inside_message(report.tree, part);
         });
}

std::string_view rule_of(const Report& report) {
  const Headers& headers = report.message.headers();
  if (is_feedback(report.tree)) return "arf";
  if (is_tls_report(report)) return "tls-rpt";
  const std::string subject = headers.decoded("Subject");
  if (is_conversation(headers)) return "";
  const Contents contents = find_contents(report.tree);
  if (contents == Contents::tls) return "tls-rpt";
  const bool is_told = has_feed_field(headers) || has_feed_subject(subject);
  return is_told || contents == Contents::dmarc ? "feed" : "";
}

}  // namespace

bool read_feed(const Report& report, Bounce& bounce) {
  // Where a gateway wrapped it the header announces nothing.
  if (!read_announced(report.message.headers()).may_be_feed && !has_feedback_type(report.tree))
    return false;
  bounce.rule = rule_of(report);
  if (bounce.rule.empty()) return false;
  if (bounce.rule == "arf") take_returned_part(report, bounce);
  bounce.kind = Kind::report;
  return true;
}

}  // namespace unsent
