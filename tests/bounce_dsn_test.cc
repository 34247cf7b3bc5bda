// SPDX-License-Identifier: MIT
#include "bounce/dsn.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("per-message and per-recipient fields are read, several recipients in order") {
  const std::string_view text =
      "Reporting-MTA: dns; MX.remote.example\nX-Postfix-Queue-ID: 4F2A1\n"
      "X-Postfix-Sender: rfc822; alice@ourshop.example\nOriginal-Envelope-Id: env-1\n"
      "Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000 (UTC)\n\n"
      "Final-Recipient: rfc822; bob@remote.example\nOriginal-Recipient: "
      "rfc822;team@remote.example\n"
      "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <bob@remote.example>:\n"
      "    User unknown\n\n"
      "Final-Recipient: RFC822; carol@remote.example\nAction: Delayed (for a while)\nStatus: "
      "4.4.1\n";
  Defects defects;
  const DeliveryStatus status = parse_delivery_status(text, defects);
  CHECK(status.reporting_mta == "mx.remote.example");
  CHECK(status.queue_id == "4F2A1");
  CHECK(status.sender == "alice@ourshop.example");
  CHECK(status.envelope_id == "env-1");
  REQUIRE(status.recipients.size() == 2);
  CHECK(status.recipients[0].address == "bob@remote.example");
  CHECK(status.recipients[0].original == "team@remote.example");
  CHECK(status.recipients[0].action == Action::failed);
  CHECK(status.recipients[0].status == "5.1.1");
  CHECK(status.recipients[0].diagnostic == "550 5.1.1 <bob@remote.example>:    User unknown");
  CHECK(status.recipients[1].action == Action::delayed);
  CHECK(status.recipients[1].status == "4.4.1");
}

TEST_CASE("a recipient field gives the bare address, in every way of writing it") {
  struct Row {
    std::string_view value;
    std::string_view address;
  };
  const Row rows[] = {
      {"rfc822; bob@remote.example", "bob@remote.example"},
      {"RFC822;<bob@remote.example>", "bob@remote.example"},
      {"bob@remote.example", "bob@remote.example"},
      {"rfc822; @mx.remote.example:bob@remote.example", "bob@remote.example"},
      {"rfc822; <@a.example,@b.example:bob@remote.example>", "bob@remote.example"},
      {"<bob@remote.example>", "bob@remote.example"},
      {"rfc822; bob@remote.example (expanded from team)", "bob@remote.example"},
      {"utf-8; j\xC3\xB6rg@remote.example", "j\xC3\xB6rg@remote.example"},
      {"utf-8; j\\x{F6}rg@remote.example", "j\xC3\xB6rg@remote.example"},
      {"utf-8; \\x{1F4EC}@remote.example", "\xF0\x9F\x93\xAC@remote.example"},
      {"utf-8; \\x{zz}@remote.example", "\\x{zz}@remote.example"},
      {"utf-8; \\x{110000}@remote.example", "\\x{110000}@remote.example"},
      {"rfc822; bob", "bob"},
      {"rfc822;", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CHECK(parse_recipient(row.value) == row.address);
  }
}

TEST_CASE("a status is three numbers of a known class, and nothing longer") {
  struct Row {
    std::string_view text;
    std::string_view status;
  };
  const Row rows[] = {
      {"5.1.1", "5.1.1"},   {"550 5.7.1 denied", "5.7.1"},
      {"(4.4.1)", "4.4.1"}, {"2.0.0 ok", "2.0.0"},
      {"5.1.10", "5.1.10"}, {"said 5.1.1.", "5.1.1"},
      {"192.5.1.1", ""},    {"5.1.1.9", ""},
      {"3.1.1", ""},        {"5.1", ""},
      {"5..1", ""},         {"", ""},
      {"15.1.1", ""},       {"Exim 4.96", ""},
      {"5.1.1234", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(find_status(row.text) == row.status);
  }
}

TEST_CASE("odd status parts give what they hold") {
  Defects defects;
  CHECK(parse_delivery_status("", defects).empty());
  CHECK(parse_delivery_status("no fields at all\n\nnothing\n", defects).empty());
  const auto prose = parse_delivery_status(
      "Some words first.\n\nAction: failed\n\nFinal-Recipient: rfc822; b@x.example\n", defects);
  CHECK(prose.recipients.size() == 2);
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "Final-Recipient: rfc822; b@x.example\nAction: failed\n\n";
  CHECK(parse_delivery_status(many, defects).recipients.size() == kMaxRecipients);
  CHECK(defects.list() ==
        std::vector<std::string>{"more recipients in the status part than the limit"});
}

TEST_CASE("a disposition is its type, without modifiers") {
  Defects defects;
  const auto of = [&](std::string_view text) {
    return parse_delivery_status(text, defects).disposition;
  };
  CHECK(of("Disposition: manual-action/MDN-sent-manually; displayed\n") == "displayed");
  CHECK(of("Disposition: automatic-action/MDN-sent-automatically; deleted/error\n") == "deleted");
  CHECK(of("Disposition: Displayed\n") == "displayed");
  CHECK(of("Final-Recipient: rfc822; b@x.example\n").empty());
}

}  // namespace unsent
