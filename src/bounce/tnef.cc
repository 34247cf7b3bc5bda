// SPDX-License-Identifier: MIT
#include "bounce/tnef.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "bounce/original.h"

namespace unsent {
namespace {

constexpr std::string_view kSignature = "\x78\x9F\x3E\x22";  // MS-OXTNEF 2.1.3.1
constexpr std::size_t kMaxAttributes = 64;                   // the class is one of the first
constexpr std::size_t kMaxClass = 128;

struct ClassEnd {
  std::string_view text;
  OutlookForm form;
};
// MS-OXOMSG 2.2.2: REPORT.IPM.Note.IPNRN is "read", …IPNNRN "not read". The older names
// are those of Microsoft Mail.
constexpr std::array<ClassEnd, 7> kEnds = {
    {{".ipnrn", OutlookForm::receipt},
     {".ipnnrn", OutlookForm::receipt},
     {".read receipt", OutlookForm::receipt},
     {".ndr", OutlookForm::failure},
     {".non-delivery", OutlookForm::failure},
     {".dr", OutlookForm::delivered},
     {".rules.ooftemplate.microsoft", OutlookForm::absence}}};

OutlookForm form_of(std::string_view message_class) {
  // A length that ends within the last word is forgiven.
  const bool is_receipt = contains_ignoring_case(message_class, "report.") &&
                          contains_ignoring_case(message_class, ".ipn");
  if (is_receipt) return OutlookForm::receipt;
  for (const ClassEnd& end : kEnds)
    if (ends_with_ignoring_case(message_class, end.text)) return end.form;
  return OutlookForm::none;
}

std::size_t number(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i)
    value = value << 8U | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

bool is_form_type(const Part& part) {
  return part.type == "application/ms-tnef" || part.type == "application/vnd.ms-tnef" ||
         (part.type == "application/octet-stream" &&
          equal_ignoring_case(part.file_name, "winmail.dat"));
}

}  // namespace

OutlookForm read_outlook_form(std::string_view tnef) {
  constexpr std::size_t kMessageClass = 0x00078008;  // attMessageClass, MS-OXTNEF 2.1.3.2
  constexpr std::size_t kHead = 9;                   // level, id, length
  if (tnef.substr(0, kSignature.size()) != kSignature) return OutlookForm::unread;
  tnef.remove_prefix(std::min<std::size_t>(tnef.size(), 6));  // and the key
  for (std::size_t i = 0; i < kMaxAttributes && tnef.size() >= kHead; ++i) {
    const std::size_t length = number(tnef.substr(5, 4));
    if (number(tnef.substr(1, 4)) == kMessageClass) {
      const std::string_view text = tnef.substr(kHead, kMaxClass);
      return form_of(trim(text.substr(0, std::min(length, text.find('\0')))));
    }
    const std::size_t whole = kHead + length + 2;  // and the checksum
    if (whole > tnef.size()) break;
    tnef.remove_prefix(whole);
  }
  return OutlookForm::unread;
}

OutlookForm outlook_form(const MimeTree& tree) {
  for (const Part& part : tree.parts)
    if (is_form_type(part) && !is_inside_message(tree, part))
      return read_outlook_form(decoded_body(part));
  return OutlookForm::none;
}

}  // namespace unsent
