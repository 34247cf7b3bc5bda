// SPDX-License-Identifier: MIT
#include "mail/tnef.h"

#include <doctest/doctest.h>

#include "tnef_bytes.h"

namespace unsent {

using namespace tnef_bytes;

TEST_CASE("class, words, recipients and what is returned are read") {
  const std::string returned =
      stream(attribute(0x00069003, properties({unicode(0x007D,
                                                       "Message-ID: <a1@ourshop.example>\r\n"
                                                       "From: alice@ourshop.example\r\n"),
                                               text(0x0037, "Your order")})));
  const std::string bytes = stream(
      attribute(0x00078008, "REPORT.IPM.Note.NDR" + zero()) +
      attribute(0x00018004, "Undeliverable: Your order" + zero()) +
      attribute(0x00069003,
                properties({text(0x1001, "Sorry.\r\n"), number_of(0x0C17, 3), named("note", "x"),
                            multiple(0x1234, {"a", "bcdef"}), text(0x6820, "mx.remote.example"),
                            text(0x1046, "<a1@ourshop.example>")})) +
      attribute(0x00069004,
                number(2, 4) +
                    properties({text(0x3001, "Bob"), text(0x39FE, "bob@remote.example"),
                                text(0x3003, "/O=REMOTE/CN=BOB"), number_of(0x0C20, 511),
                                text(0x0C1B, "550 5.1.1 unknown")}) +
                    properties({text(0x3001, "Dave")})) +
      attribute(0x00069002, std::string(14, '\0')) + attribute(0x0006800F, "Reporting-MTA: x") +
      attribute(0x00069005, properties({object(0x3701, returned)})));
  const auto tnef = read_tnef(bytes);
  REQUIRE(tnef);
  CHECK(tnef->message_class == "REPORT.IPM.Note.NDR");
  CHECK(tnef->subject == "Undeliverable: Your order");
  CHECK(tnef->body == "Sorry.\n");
  CHECK(tnef->reporting_mta == "mx.remote.example");
  CHECK(tnef->original_message_id == "<a1@ourshop.example>");
  REQUIRE(tnef->recipients.size() == 2);
  CHECK(tnef->recipients[0].address == "bob@remote.example");
  CHECK(tnef->recipients[0].status == "5.1.1");
  CHECK(tnef->recipients[0].diagnostic == "550 5.1.1 unknown");
  CHECK(tnef->recipients[1].address == "Dave");
  CHECK(tnef->recipients[1].status.empty());
  CHECK(tnef->files == std::vector<std::string>{"Reporting-MTA: x"});
  REQUIRE(tnef->messages.size() == 1);
  CHECK(tnef->messages[0].header ==
        "Message-ID: <a1@ourshop.example>\nFrom: alice@ourshop.example\n");
  CHECK(tnef->messages[0].subject == "Your order");
}

TEST_CASE("texts are read in the code page that is stated") {
  const auto tnef = read_tnef(stream(attribute(0x00069007, number(1251, 4) + number(0, 4)) +
                                     attribute(0x00018004, "\xCF\xF0\xE8" + zero())));
  REQUIRE(tnef);
  CHECK(tnef->subject == "\xD0\x9F\xD1\x80\xD0\xB8");
}

TEST_CASE("what is none, cut, or promises more than there is gives what can be read") {
  for (const std::string& bytes :
       {std::string(), std::string("x"), std::string(1000, '\0'), std::string("\x78\x9F\x3E")})
    CHECK_FALSE(read_tnef(bytes));
  const std::string whole = stream(attribute(0x00078008, "REPORT.IPM.Note.NDR" + zero()) +
                                   attribute(0x00069003, properties({text(0x1001, "Sorry.")})));
  for (std::size_t size = 6; size < whole.size(); ++size) CHECK(read_tnef(whole.substr(0, size)));
  CHECK(read_tnef(whole.substr(0, whole.size() - 3))->message_class == "REPORT.IPM.Note.NDR");
  for (const std::string& odd :
       {number(0xFFFFFFFF, 4),
        number(0xFFFFFFFF, 4) + number(0x101E, 2) + number(0x3001, 2) + number(0xFFFFFFFF, 4),
        number(1, 4) + number(0x7777, 2) + number(0x3001, 2) + number(1, 4),
        number(1, 4) + number(0x1E, 2) + number(0x8001, 2) + std::string(16, '\1') + number(1, 4) +
            number(0xFFFFFFFF, 4)}) {
    CHECK(read_tnef(stream(attribute(0x00069003, odd)))->body.empty());
    CHECK(
        read_tnef(stream(attribute(0x00069004, number(0xFFFFFFFF, 4) + odd)))->recipients.empty());
  }
}

TEST_CASE("recipients, attachments and depth are bounded") {
  std::string rows = number(5000, 4);
  for (int i = 0; i < 5000; ++i) rows += properties({text(0x3001, "b@x.example")});
  CHECK(read_tnef(stream(attribute(0x00069004, rows)))->recipients.size() == 1000);
  std::string files;
  for (int i = 0; i < 100; ++i) files += attribute(0x0006800F, "x");
  CHECK(read_tnef(stream(files))->files.size() == 20);
  std::string nested = stream(attribute(0x00018004, "innermost" + zero()));
  for (int i = 0; i < 10; ++i)
    nested = stream(attribute(0x00069005, properties({object(0x3701, nested)})));
  auto tnef = read_tnef(nested);
  int depth = 0;
  while (tnef && !tnef->messages.empty()) {
    ++depth;
    tnef = TnefMessage(tnef->messages.front());
  }
  CHECK(depth == 4);
}

}  // namespace unsent
