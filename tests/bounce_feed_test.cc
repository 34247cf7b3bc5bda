// SPDX-License-Identifier: MIT
#include "bounce/feed.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/base64.h"
#include "bounce/packed.h"
#include "bounce/recognise.h"
#include "mail/transfer_encoding.h"

namespace unsent {
namespace {

using namespace std::string_literals;

const std::string kDmarc =
    "<?xml version=\"1.0\"?>\n<feedback><report_metadata><org_name>x</org_name>";
const std::string kTls =
    "{\"organization-name\":\"x\",\"date-range\":{},\"report-id\":\"1\",\"policies\":[]}";

// gzip.compress and zipfile.writestr of kDmarc.
const std::string kGzip =
    "H4sIAAAAAAACA7Oxr8jNUShLLSrOzM+zVTLUM1Cyt+OySUtNTUlKTM62sylKLcgvKonPTS1JTEksSbSzyS9Kj89L"
    "zE21q7DRh7MBOi3OHkcAAAA=";

std::string zip(const std::string& name, const std::string& content, char method = 0) {
  return "PK\x03\x04\x14\0\0\0"s + method + "\0"s + std::string(16, '\1') +
         static_cast<char>(name.size()) + "\0\0\0"s + name + content;
}

struct Mail {
  std::string from = "noreply@remote.example";
  std::string subject = "Your report";
  std::string type = "application/octet-stream";
  std::string file_name = "x.bin";
  std::string content = "";
  std::string fields = "";
};

std::string text_of(const Mail& mail) {
  return "From: " + mail.from + "\nTo: dmarc@ourshop.example\nSubject: " + mail.subject + "\n" +
         mail.fields +
         "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"d\"\n\n--d\n"
         "Content-Type: text/plain\n\nSee below.\n\n--d\nContent-Type: " +
         mail.type + "; name=\"" + mail.file_name + "\"\nContent-Transfer-Encoding: base64\n\n" +
         encode_base64(mail.content) + "\n--d--\n";
}

Bounce recognise_mail(const Mail& mail) { return recognise(Message::parse(text_of(mail))); }

}  // namespace

TEST_CASE("a DMARC or TLS report is one whatever its container, type and subject") {
  const std::string file = "remote.example!ourshop.example!1795910400!1795996799";
  struct Row {
    Mail mail;
    std::string_view rule;
  };
  const Row rows[] = {
      {{.subject = "Report Domain: ourshop.example Submitter: remote.example Report-ID: <1>"},
       "feed"},
      {{.subject = "[Preview] Report domain: ourshop.example Submitter: x Report-ID: 1"}, "feed"},
      {{.type = "application/gzip", .file_name = file + ".xml.gz", .content = "x"}, "feed"},
      {{.file_name = file + "!1.zip", .content = "x"}, "feed"},
      {{.type = "text/plain", .content = decode_base64(kGzip)}, "feed"},
      {{.subject = "DMARC aggregate", .content = zip("r.xml", kDmarc)}, "feed"},
      {{.from = "noreply-dmarc@remote.example", .subject = "=?utf-8?B?5ZGo?=", .content = kDmarc},
       "feed"},
      {{.type = "text/xml", .content = "\xEF\xBB\xBF" + kDmarc}, "feed"},
      {{.content = kTls}, "tls-rpt"},
      {{.from = "smtp-tls@remote.example", .subject = "", .content = zip("r.json", kTls)},
       "tls-rpt"},
      {{.type = "application/tlsrpt+gzip", .content = "x"}, "tls-rpt"},
      {{.file_name = file + "!1.json.gz", .content = "x"}, "tls-rpt"},
      {{.subject = "x", .fields = "TLS-Report-Domain: ourshop.example\n"}, "tls-rpt"},
      {{.type = "text/plain", .content = "Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n"},
       "arf"},
      {{.type = "message/feedback-report", .content = "Feedback-Type: abuse\n"}, "arf"},
      {{.subject = "x", .fields = "X-XARF: PLAIN\n"}, "feed"},
      {{.subject = "complaint about message from 192.0.2.1"}, "feed"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.mail.subject);
    CAPTURE(row.mail.content);
    const Bounce bounce = recognise_mail(row.mail);
    CHECK(bounce.kind == Kind::report);
    CHECK(bounce.rule == row.rule);
  }
}

TEST_CASE("a report that is the whole message is one by its file's name or content") {
  const auto whole = [](const std::string& type, const std::string& content) {
    return recognise(Message::parse("From: noreply-dmarc@remote.example\nTo: d@ourshop.example\n"
                                    "Subject: Report\nContent-Type: " +
                                    type + "\nContent-Transfer-Encoding: base64\n\n" + content +
                                    "\n"))
        .kind;
  };
  CHECK(whole("application/zip; name=\"r.example!o.example!1795910400!1795996799.zip\"", "eA==") ==
        Kind::report);
  CHECK(whole("application/octet-stream", kGzip) == Kind::report);
  CHECK(whole("application/octet-stream", "eA==") == Kind::ordinary);
}

TEST_CASE("a complaint that a gateway wrapped is one, whatever the header says") {
  const std::string text =
      "Return-Path: <>\nFrom: noreply@remote.example\nTo: alice@ourshop.example\nSubject: FW: "
      "Your order\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=g\n\n--g\n"
      "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\n"
      "This is an authentication failure report.\n--b\nContent-Type: message/feedback-report\n\n"
      "Feedback-Type: auth-failure\nUser-Agent: x\nVersion: 1\n--b\n"
      "Content-Type: text/rfc822-headers\n\nFrom: alice@ourshop.example\n"
      "Message-ID: <a1@ourshop.example>\n\n--b--\n--g\n\nScanned.\n--g--\n";
  const Bounce bounce = recognise(Message::parse(text));
  CHECK(bounce.kind == Kind::report);
  CHECK(bounce.rule == "arf");
  CHECK(bounce.original.message_id == "a1@ourshop.example");
}

TEST_CASE("mail that speaks of reports, or attaches another file, is ordinary") {
  const std::string subject = "Report Domain: ourshop.example Submitter: x Report-ID: 1";
  const Mail mails[] = {
      {.subject = "Re: " + subject},
      {.subject = "Fwd: " + subject, .content = kDmarc},
      {.subject = subject, .fields = "In-Reply-To: <x@remote.example>\n"},
      {.subject = subject, .content = kDmarc, .fields = "List-Id: <dmarc.lists.example>\n"},
      {.subject = "Your DMARC report service", .content = "%PDF-1.4"},
      {.subject = "Monthly report", .content = zip("a.xml", "<html><body>feedback</body></html>")},
      {.subject = "Monthly report", .content = "{\"policies\":1}"},
      {.subject = "Survey", .content = "<?xml version='1.0'?><feedbacks><feedback>5</feedback>"},
      {.subject = "Abuse of trust", .type = "text/plain", .content = "Feedback-Type is a field.\n"},
      {.subject = "Report", .file_name = "what!a!nice!report.pdf", .content = "x"},
      {.subject = "Report", .file_name = "a!b!1!2.xml", .content = "x"},
      {.subject = "Report",
       .content = "\x1F\x8B"
                  "broken"},
      {.subject = "Report", .content = "PK\x03\x04"},
      {.subject = "Report", .content = zip("x", "x", 12)},
  };
  for (const Mail& mail : mails) {
    CAPTURE(mail.subject);
    CAPTURE(mail.content);
    CHECK(recognise_mail(mail).kind == Kind::ordinary);
  }
}

TEST_CASE("of a packed file the beginning is unpacked, and no more") {
  CHECK(beginning_of_packed(decode_base64(kGzip), 1000) == kDmarc);
  CHECK(beginning_of_packed(decode_base64(kGzip), 5) == kDmarc.substr(0, 5));
  CHECK(beginning_of_packed(zip("r.xml", "abc"), 1000) == "abc");
  for (const std::string& bytes :
       {""s, "x"s, "\x1F\x8B"s, "PK\x03\x04"s, "PK\x01\x02"s + std::string(40, 'x'),
        zip("r.xml", "\xFF\xFF", 8)})
    CHECK(beginning_of_packed(bytes, 1000).empty());
}

}  // namespace unsent
