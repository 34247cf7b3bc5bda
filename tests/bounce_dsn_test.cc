// SPDX-License-Identifier: MIT
#include "bounce/dsn.h"

#include <doctest/doctest.h>

#include "bounce/recipient_field.h"

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
      {"rfc822;SMTP:bob@remote.example", "bob@remote.example"},
      {"rfc822; <smtp:bob@remote.example>", "bob@remote.example"},
      {"SMTP; bob@remote.example", "bob@remote.example"},
      {"rfc822;mailto:bob@remote.example", "bob@remote.example"},
      {"rfc822; <mailto:bob@remote.example>", "bob@remote.example"},
      {"rfc822; rfc822; bob@remote.example", "bob@remote.example"},
      {"RFC822: bob@remote.example", "bob@remote.example"},
      {"rfc822; \"bob@remote.example\"", "bob@remote.example"},
      {"rfc822; 'bob@remote.example'", "bob@remote.example"},
      {"rfc822; `bob@remote.example'", "bob@remote.example"},
      {"rfc822; <\"bob@remote.example\">", "bob@remote.example"},
      {"rfc822; \"bob...b\"@remote.example", "bob...b@remote.example"},
      {"rfc822; \"bob b\"@remote.example", "\"bob b\"@remote.example"},
      {"rfc822; \"Bob, of Remote\" <bob@remote.example>", "bob@remote.example"},
      {"rfc822; (Bob) bob@remote.example", "bob@remote.example"},
      {"rfc822; (Bob (sales)) <bob@remote.example>", "bob@remote.example"},
      {"rfc822; Bob bob@remote.example", "bob@remote.example"},
      {"rfc822; bob@remote.example>", "bob@remote.example"},
      {"rfc822; <bob@remote.example", "bob@remote.example"},
      {"rfc822; bob@remote.example,", "bob@remote.example"},
      {"rfc822; bob@remote.example.", "bob@remote.example"},
      {"rfc822; <bob@remote.example.>", "bob@remote.example"},
      {"rfc822; =?utf-8?Q?bob=40remote.example?=", "bob@remote.example"},
      {"rfc822; bob+40remote.example", "bob@remote.example"},
      {"rfc822; bob+40@remote.example", "bob+40@remote.example"},
      {"rfc822; /DD.RFC-822=bob(a)remote.example/P=GW/C=US/@x400.example", "bob@remote.example"},
      {"X400; c=us;a= ;p=Org;o=Site;dda:SMTP=bob@remote.example;", "bob@remote.example"},
      {"x400; /RFC-822=bob(u)b(a)remote.example/C=DE/ADMD= /", "bob_b@remote.example"},
      {"rfc822; IMCEASMTP-bob+40remote+2Eexample@ourshop.example", "bob@remote.example"},
      {"rfc822; IMCEAEX-_O=SITE_CN=BOB@ourshop.example", "IMCEAEX-_O=SITE_CN=BOB@ourshop.example"},
      {"X400; /C=DE/ADMD= /S=bob/", "/C=DE/ADMD= /S=bob/"},
      {"rfc822; bob", "bob"},
      {"rfc822; <>", ""},
      {"rfc822; |/usr/bin/vacation bob", "|/usr/bin/vacation bob"},
      {"rfc822;", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CHECK(parse_recipient(row.value) == row.address);
  }
}

TEST_CASE("a field that names several recipients gives each, and a remark or a route is none") {
  using List = std::vector<std::string>;
  struct Row {
    std::string_view value;
    List recipients;
  };
  const List both = {"bob@remote.example", "dave@remote.example"};
  const List bob = {"bob@remote.example"};
  const Row rows[] = {
      {"rfc822; bob@remote.example, dave@remote.example", both},
      {"rfc822; bob@remote.example;dave@remote.example", both},
      {"rfc822;bob@remote.example dave@remote.example", both},
      {"rfc822; <bob@remote.example>, <dave@remote.example>", both},
      {"rfc822; Bob <bob@remote.example>, \"Dave, too\" <dave@remote.example>", both},
      {"rfc822; SMTP:bob@remote.example, SMTP:dave@remote.example", both},
      {"rfc822; bob@remote.example (was: dave@remote.example, eve@remote.example)", bob},
      {"rfc822; @a.example,@b.example:bob@remote.example", bob},
      {"rfc822; <@a.example,@b.example:bob@remote.example>", bob},
      {"rfc822; bob@remote.example", bob},
      {"rfc822; \"a@b\"@remote.example", {"\"a@b\"@remote.example"}},
      {"rfc822;", {}},
      {"rfc822; ,,,", {}},
      {"", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CHECK(parse_recipients(row.value) == row.recipients);
  }
  std::string many = "rfc822; ";
  for (int i = 0; i < 5000; ++i) many += "b@x.example, ";
  CHECK(parse_recipients(many).size() == kMaxInField);
}

TEST_CASE("where the final recipient is a pipe, a file or a name, the original one is told") {
  for (const std::string_view final_one :
       {"|/usr/bin/vacation bob", "\"|/usr/bin/procmail\"@mx.remote.example", "/dev/null", "bob",
        ":include:/etc/list@mx.remote.example", "IMCEAEX-_O=SITE_CN=BOB@ourshop.example", "unknown",
        "<>", ""}) {
    CAPTURE(final_one);
    Defects defects;
    const auto status = parse_delivery_status(
        "Final-Recipient: rfc822; " + std::string(final_one) +
            "\nOriginal-Recipient: rfc822; bob@remote.example\nAction: failed\n",
        defects);
    REQUIRE(status.recipients.size() == 1);
    CHECK(status.recipients[0].address == "bob@remote.example");
    CHECK(status.recipients[0].original.empty());
  }
}

TEST_CASE("recipients whose fields no empty line parts are several, each with what is its own") {
  Defects defects;
  const auto status = parse_delivery_status(
      "Reporting-MTA: dns; mx.remote.example\nFinal-Recipient: rfc822; bob@remote.example\n"
      "Action: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; dave@remote.example\n"
      "Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; said\n",
      defects);
  REQUIRE(status.recipients.size() == 2);
  CHECK(status.recipients[0].status == "5.1.1");
  CHECK(status.recipients[1].address == "dave@remote.example");
  CHECK(status.recipients[1].action == Action::delayed);
  CHECK(status.recipients[1].status == "4.4.1");
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "Final-Recipient: rfc822; b@x.example\n";
  CHECK(parse_delivery_status(many, defects).recipients.size() == kMaxRecipients);
}

TEST_CASE("a returned mail's own Status field is no recipient") {
  Defects defects;
  CHECK(parse_delivery_status("Status: RO\nSubject: x\n\nHello\n", defects).recipients.empty());
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

TEST_CASE("of a long diagnostic that is every recipient's no more is kept than is shown") {
  std::string part = "Reporting-MTA: dns; mx.remote.example\n\n";
  for (int i = 0; i < 1000; ++i)
    part += "Final-Recipient: rfc822; r" + std::to_string(i) + "@remote.example\n";
  part += "Action: failed\nDiagnostic-Code: smtp; 550 5.1.1 " + std::string(60000, '\xFF') + "\n";
  Defects defects;
  const DeliveryStatus status = parse_delivery_status(part, defects);
  REQUIRE(status.recipients.size() == 1000);
  for (const RecipientReport& one : status.recipients) {
    CHECK(one.status == "5.1.1");
    CHECK(one.diagnostic.size() <= 1000);
    CHECK(one.diagnostic.capacity() < 4000);
  }
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
