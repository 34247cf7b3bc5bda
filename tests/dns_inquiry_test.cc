// SPDX-License-Identifier: MIT
#include "dns/inquiry.h"

#include <doctest/doctest.h>

#include "map_resolver.h"

namespace unsent {
namespace {

// Knows only what was told to it already; all else is pending.
class Slow : public Resolver {
 public:
  DnsAnswer lookup(std::string_view name, DnsType type) override {
    asked.emplace_back(name);
    return is_known ? dns.lookup(name, type) : DnsAnswer{DnsStatus::pending, {}, {}, {}};
  }
  MapResolver dns;
  bool is_known = false;
  std::vector<std::string> asked;
};

}  // namespace

TEST_CASE("what must be asked is pending, each question once, and known when it was answered") {
  Slow slow;
  slow.dns.add("a.example", DnsType::a, "192.0.2.1");
  InquiryResolver resolver(slow);
  Inquiry inquiry;
  resolver.take_up(inquiry);
  CHECK_FALSE(resolver.is_waiting());
  for (const char* name : {"a.example", "A.Example."})
    CHECK(resolver.lookup(name, DnsType::a).status == DnsStatus::pending);
  CHECK(resolver.lookup("b.example", DnsType::a).status == DnsStatus::pending);
  CHECK(resolver.is_waiting());
  CHECK(inquiry.pending() ==
        std::vector<DnsQuestion>{{"a.example", DnsType::a}, {"b.example", DnsType::a}});
  slow.is_known = true;
  resolver.take_up(inquiry);
  CHECK(resolver.lookup("a.example", DnsType::a).is_ok());
  CHECK(resolver.lookup("b.example", DnsType::a).status == DnsStatus::nxdomain);
  CHECK_FALSE(resolver.is_waiting());
  CHECK(inquiry.pending().empty());
}

TEST_CASE("an answer that nobody asks for any more is not waited for") {
  Slow slow;
  InquiryResolver resolver(slow);
  Inquiry inquiry;
  resolver.take_up(inquiry);
  resolver.lookup("a.example", DnsType::a);
  slow.is_known = true;
  resolver.take_up(inquiry);
  CHECK(inquiry.pending().empty());
}

TEST_CASE("an answer stays the same however often its message is judged") {
  Slow slow;
  slow.is_known = true;
  slow.dns.add("a.example", DnsType::a, "192.0.2.1");
  InquiryResolver resolver(slow);
  Inquiry inquiry;
  for (int run = 0; run < 3; ++run) {
    resolver.take_up(inquiry);
    CHECK(resolver.lookup("a.example", DnsType::a).is_ok());
  }
  CHECK(slow.asked.size() == 1);
}

TEST_CASE("a message asks so many different questions, and no more") {
  Slow slow;
  InquiryResolver resolver(slow, 3);
  Inquiry inquiry;
  for (int run = 0; run < 2; ++run) {
    resolver.take_up(inquiry);
    for (int i = 0; i < 100; ++i) {
      const auto status = resolver.lookup("h" + std::to_string(i) + ".example", DnsType::a).status;
      CHECK(status == (i >= 3     ? DnsStatus::not_asked
                       : run == 0 ? DnsStatus::pending
                                  : DnsStatus::nxdomain));
    }
    CHECK(inquiry.asked.size() == 3);
    slow.is_known = true;
  }
  Inquiry other;
  resolver.take_up(other);
  CHECK(resolver.lookup("h99.example", DnsType::a).status == DnsStatus::nxdomain);
}

TEST_CASE("once its time is up, what is pending stays unknown, and nothing more is asked") {
  Slow slow;
  InquiryResolver resolver(slow);
  Inquiry inquiry;
  resolver.take_up(inquiry);
  resolver.lookup("a.example", DnsType::a);
  inquiry.is_over = true;
  resolver.take_up(inquiry);
  CHECK(resolver.lookup("a.example", DnsType::a).status == DnsStatus::timeout);
  CHECK(resolver.lookup("b.example", DnsType::a).status == DnsStatus::not_asked);
  CHECK_FALSE(resolver.is_waiting());
  CHECK(inquiry.pending().empty());
}

TEST_CASE("the list of questions says why each was first asked") {
  Slow slow;
  slow.is_known = true;
  InquiryResolver resolver(slow);
  Inquiry inquiry;
  resolver.take_up(inquiry);
  resolver.lookup("a.example", DnsType::a);
  {
    const AskedBecause outer(resolver, "outer");
    resolver.lookup("a.example", DnsType::a);
    resolver.lookup("b.example", DnsType::a);
    const AskedBecause inner(resolver, "inner");
    resolver.lookup("c.example", DnsType::mx);
  }
  resolver.lookup("d.example", DnsType::a);
  std::string text;
  for (const AskedQuestion& one : inquiry.list())
    text += one.question.name + " " + std::string(name_of(one.question.type)) + " " +
            std::string(name_of(one.status)) + " " + one.why + "\n";
  CHECK(text ==
        "a.example A NXDOMAIN where it leads to\nb.example A NXDOMAIN outer\nc.example MX NXDOMAIN "
        "inner\n"
        "d.example A NXDOMAIN where it leads to\n");
}

TEST_CASE("what is no name is no question") {
  Slow slow;
  InquiryResolver resolver(slow);
  Inquiry inquiry;
  resolver.take_up(inquiry);
  for (const char* name : {"", "a..example", ".", "b\xC3\xBC.example"})
    CHECK(resolver.lookup(name, DnsType::a).status == DnsStatus::nxdomain);
  CHECK(inquiry.asked.empty());
  CHECK(slow.asked.empty());
}

}  // namespace unsent
