// SPDX-License-Identifier: MIT
// Recognising, opening and judging of any bytes, the header block that comes of it, and
// the reports, which show text of the mail and stay what they are.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "policy/annotate.h"
#include "report/csv.h"
#include "report/html.h"
#include "report/report.h"

namespace {

void require(bool is_so) {
  if (!is_so) std::abort();
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

void require_lines(std::string_view text) {
  require(unsent::is_valid_utf8(text));
  for (const char c : text) require(c == '\n' || !is_control(c));
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; ++at) ++count;
  return count;
}

void check_reports(const unsent::Message& message, const unsent::Judgement& judgement) {
  const unsent::Position place{std::string(message.bytes().substr(0, 64)), 0};
  unsent::ScanSummary summary;
  const unsent::ScanItem item = unsent::scan_item(place, message, judgement);
  summary.add(item, message.bytes().size());
  const unsent::ScanHead head{{place.path}, false, {}};
  require_lines(unsent::to_text(head, summary, {}));
  require_lines(unsent::to_text(head, summary, {.width = 60}));
  const std::string line = unsent::csv_line(item, item.subject);
  require(line.ends_with("\r\n"));
  require(line.find_first_of("\r\n") == line.size() - 2);
  std::string page;
  unsent::put_html(head, summary, [&](std::string_view text) { page += text; });
  require_lines(page);
  // Elements of one report on a page: one script, no picture.
  require(count_of(page, "<script") == 1 && count_of(page, "<img") == 0);
  require(count_of(page, "<tr role") <= 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const unsent::Message message = unsent::Message::view(bytes);
  const unsent::Judgement judgement = unsent::judge(message, {}, {});
  unsent::to_json({"-", 0}, message, judgement);
  check_reports(message, judgement);
  const std::string block = unsent::header_block(judgement);
  // What was annotated once is not changed by doing it again.
  const std::string once = unsent::annotate(bytes, block);
  if (unsent::annotate(once, block) != once) std::abort();
  return 0;
}
