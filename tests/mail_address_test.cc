// SPDX-License-Identifier: MIT
#include "mail/address.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

std::vector<std::string> texts(const std::vector<Address>& addresses) {
  std::vector<std::string> out;
  for (const Address& address : addresses) out.push_back(address.text());
  return out;
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("an address compares its domain without case and its local part as written") {
  CHECK(*Address::parse("Bob@Remote.Example") == *Address::parse("<Bob@remote.example.>"));
  CHECK(*Address::parse("Bob@remote.example") != *Address::parse("bob@remote.example"));
  CHECK(same_mailbox(*Address::parse("Bob@remote.example"), *Address::parse("bob@REMOTE.example")));
  CHECK_FALSE(same_mailbox(*Address::parse("bob@a.example"), *Address::parse("bob@b.example")));
  CHECK(*Address::parse("\"bob\"@a.example") == *Address::parse("bob@a.example"));
  CHECK(Address::parse("@relay.example,@b.example:bob@a.example")->text() == "bob@a.example");
  CHECK(Address::parse("\"b o@b\"@a.example")->local() == "\"b o@b\"");
  CHECK(Address::parse("bob@[192.0.2.1]")->domain().text() == "[192.0.2.1]");
  CHECK(Address::parse("j\xC3\xB6rg@b\xC3\xBC"
                       "cher.example")
            ->text() == "j\xC3\xB6rg@xn--bcher-kva.example");
  CHECK(*Address::parse("bob@B\xC3\x9C"
                        "CHER.example") == *Address::parse("bob@XN--bcher-kva.example"));
  CHECK(Address::parse("bob@\xFF.example"));  // no UTF-8: as it stands
}

TEST_CASE("what is no address with a domain is none") {
  for (const char* text :
       {"", "<>", "@", "bob", "bob@", "@a.example", "bob@a..example", "bob@.example",
        "b ob@a.example", "bob@a example", "<bob", "bob@[not closed", "bob@a.example>",
        "(bob)@a.example", "bob\x01@a.example", "@relay.example", "bob@a,b", "MAILER-DAEMON",
        "#@[]"}) {
    CAPTURE(text);
    CHECK_FALSE(Address::parse(text));
  }
  CHECK_FALSE(Address::parse(std::string(400, 'x') + "@a.example"));
  CHECK_FALSE(Address::parse("a@" + std::string(260, 'x')));
}

TEST_CASE("a domain is within itself and its parents, never within a mere suffix") {
  const auto mx = *DomainName::parse("MX.Example.ORG");
  CHECK(mx.is_within(*DomainName::parse("example.org")));
  CHECK(mx.is_within(mx));
  CHECK_FALSE(mx.is_within(*DomainName::parse("ample.org")));
  CHECK_FALSE(DomainName::parse("example.org")->is_within(mx));
}

TEST_CASE("an address list gives its addresses and nothing else") {
  struct Row {
    std::string_view value;
    List addresses;
  };
  const Row rows[] = {
      {"Alice Weber <alice@ourshop.example>", {"alice@ourshop.example"}},
      {"\"Weber, Alice\" <a@x.example>, b@y.example (Bob, jr.), C <c@z.example>",
       {"a@x.example", "b@y.example", "c@z.example"}},
      {"undisclosed-recipients:;", {}},
      {"Team: a@x.example, B <b@y.example>;, c@z.example",
       {"a@x.example", "b@y.example", "c@z.example"}},
      {"<@r1.example,@r2.example:u@d.example>", {"u@d.example"}},
      {"\"a@b\" <c@d.example>", {"c@d.example"}},
      {"x@y.example <x@y.example>", {"x@y.example"}},
      {"A\r\n\t<a@x.example>,\r\n b@y.example", {"a@x.example", "b@y.example"}},
      {"a@x.example; b@y.example", {"a@x.example", "b@y.example"}},
      {"Alice <alice @ x.example>", {"alice@x.example"}},
      {"\"Unclosed <a@x.example>", {"a@x.example"}},
      {"(a (nested, b@c.example) comment) a@x.example", {"a@x.example"}},
      {"Alice alice@x.example", {"alice@x.example"}},
      {"(unclosed a@x.example", {}},
      {"", {}},
      {"<>", {}},
      {",,;;", {}},
      {"MAILER-DAEMON", {}},
      {"<a@x.example", {"a@x.example"}},
      {"[mailto:a@x.example]", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CHECK(texts(parse_addresses(row.value)) == row.addresses);
  }
}

TEST_CASE("an address list is bounded") {
  std::string value;
  for (int i = 0; i < 5000; ++i) value += "user@x.example,";
  CHECK(parse_addresses(value).size() == 1000);
  CHECK(parse_addresses(std::string(100000, '(')).empty());
  CHECK(parse_addresses(std::string(100000, '<')).empty());
  // Each of them would be sought to the end: hours.
  std::string open_quotes = "\"";
  for (int i = 0; i < 4000000; ++i) open_quotes += "\\\"";
  CHECK(parse_addresses(open_quotes).empty());
}

TEST_CASE("Message-IDs lose their brackets and white space, and an empty one is none") {
  struct Row {
    std::string_view value;
    List ids;
  };
  const Row rows[] = {
      {"<a@b.example>", {"a@b.example"}},
      {"\r\n <a@b.example>", {"a@b.example"}},
      {"<long-left-\r\n part@b.example>", {"long-left-part@b.example"}},
      {"<a@b.example> <c@d.example>\r\n\t<e@f.example>",
       {"a@b.example", "c@d.example", "e@f.example"}},
      {"a@b.example", {"a@b.example"}},
      {"Your message of Monday <a@b.example>", {"a@b.example"}},
      {"<a@b.example", {"a@b.example"}},
      {"a@b.example>", {"a@b.example"}},
      {"<>", {}},
      {"", {}},
      {"  ", {}},
      {"Your message of Monday", {}},
      {"<  >", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CHECK(parse_message_ids(row.value) == row.ids);
  }
  CHECK(parse_message_ids("<" + std::string(5000, 'x') + ">").empty());
}

}  // namespace unsent
