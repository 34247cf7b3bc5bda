// SPDX-License-Identifier: MIT
#include "bounce/tnef.h"

#include <doctest/doctest.h>

#include <string>

#include "bounce/recognise.h"

namespace unsent {
namespace {

std::string number(std::size_t value, std::size_t bytes) {
  std::string out;
  for (; bytes > 0; --bytes, value >>= 8U) out += static_cast<char>(value & 0xFFU);
  return out;
}

std::string attribute(std::size_t id, const std::string& data) {
  return "\x01" + number(id, 4) + number(data.size(), 4) + data + number(0, 2);
}

// Version and code page stand before the class (MS-OXTNEF 2.1.3).
std::string tnef(const std::string& message_class) {
  return number(0x223E9F78, 4) + number(1, 2) + attribute(0x00089006, number(0x10000, 4)) +
         attribute(0x00069007, number(1252, 8)) +
         attribute(0x00078008, message_class + std::string(1, '\0'));
}

std::string beside_text(const std::string& subject, const std::string& type,
                        const std::string& body) {
  return "From: bob@remote.example\nTo: alice@ourshop.example\nSubject: " + subject +
         "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nXu.\n--b\n"
         "Content-Type: " +
         type + "\nContent-Transfer-Encoding: 8bit\n\n" + body + "\n--b--\n";
}

}  // namespace

TEST_CASE("the message class tells what Outlook's form is") {
  struct Row {
    std::string message_class;
    OutlookForm form;
  };
  for (const Row& row : {
           Row{"REPORT.IPM.NOTE.IPNRN", OutlookForm::receipt},
           Row{"IPM.REPORT.IPM.NOTE.IPNNRN", OutlookForm::receipt},
           Row{"Report.IPM.Schedule.Meeting.Request.IPNRN", OutlookForm::receipt},
           Row{"IPM.Microsoft Mail.Read Receipt", OutlookForm::receipt},
           Row{"REPORT.IPM.NOTE.NDR", OutlookForm::failure},
           Row{"IPM.Microsoft Mail.Non-Delivery", OutlookForm::failure},
           Row{"REPORT.IPM.NOTE.DR", OutlookForm::delivered},
           Row{"IPM.Note.Rules.OofTemplate.Microsoft", OutlookForm::absence},
           Row{"IPM.Note", OutlookForm::none},
           Row{"IPM.Microsoft Mail.Note", OutlookForm::none},
           Row{"IPM.Schedule.Meeting.Request", OutlookForm::none},
           Row{"", OutlookForm::none},
       }) {
    CAPTURE(row.message_class);
    CHECK(read_outlook_form(tnef(row.message_class)) == row.form);
  }
}

TEST_CASE("a form cut short anywhere is read as far as it goes, a broken one not at all") {
  const std::string whole = tnef("REPORT.IPM.NOTE.IPNRN");
  for (std::size_t length = 0; length < whole.size() - 30; ++length)
    CHECK(read_outlook_form(std::string_view(whole).substr(0, length)) == OutlookForm::unread);
  CHECK(read_outlook_form("REPORT.IPM.NOTE.IPNRN") == OutlookForm::unread);
  std::string endless = whole.substr(0, 6);
  for (int i = 0; i < 1000; ++i) endless += attribute(0x00089006, "");
  CHECK(read_outlook_form(endless + whole.substr(6)) == OutlookForm::unread);
  std::string huge = whole;
  huge.replace(11, 4, "\xFF\xFF\xFF\xFF");
  CHECK(read_outlook_form(huge) == OutlookForm::unread);
}

TEST_CASE("a receipt is found beside a text, by its class in any language, else by its subject") {
  const std::string receipt = tnef("REPORT.IPM.NOTE.IPNRN");
  struct Row {
    std::string text;
    Kind kind;
  };
  const Row rows[] = {
      {beside_text("Read: Your order", "application/ms-tnef", receipt), Kind::read_receipt},
      {beside_text("Xu: Your order\nX-MS-TNEF-Correlator: <1@remote.example>",
                   "application/ms-tnef", receipt),
       Kind::read_receipt},
      {beside_text("Read: Your order", "application/octet-stream; name=winmail.dat", receipt),
       Kind::read_receipt},
      {beside_text("Read: Your order", "application/ms-tnef", "broken"), Kind::read_receipt},
      {beside_text("Xu\nX-MS-TNEF-Correlator: <1@remote.example>", "application/ms-tnef",
                   tnef("IPM.Note.Rules.OofTemplate.Microsoft")),
       Kind::auto_reply},
      {beside_text("Read: Your order", "application/ms-tnef", tnef("IPM.Note")), Kind::ordinary},
      {beside_text("Your order", "application/ms-tnef", tnef("IPM.Note")), Kind::ordinary},
      {beside_text("Read: this at once", "text/plain", "Read it."), Kind::ordinary},
      {beside_text("Re: Read: Your order", "application/ms-tnef", "broken"), Kind::ordinary},
      {beside_text("Read: Your order", "message/rfc822",
                   "Content-Type: application/ms-tnef\n\n" + receipt),
       Kind::ordinary},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(recognise(Message::parse(row.text)).kind == row.kind);
  }
}

}  // namespace unsent
