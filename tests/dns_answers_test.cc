// SPDX-License-Identifier: MIT
#include "dns/answers.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

const Answers::Clock::time_point kNow{std::chrono::hours(1)};

DnsAnswer answer_of(DnsStatus status) { return {status, {}, {}, {}}; }
DnsAnswer text(std::string value) { return {DnsStatus::ok, {}, {std::move(value)}, {}}; }

}  // namespace

TEST_CASE("what is known stays, failures are forgotten in time") {
  struct Row {
    DnsStatus status;
    int known_for;  // seconds; 0: for ever
  };
  constexpr Row kRows[] = {{DnsStatus::ok, 0},       {DnsStatus::no_data, 0},
                           {DnsStatus::nxdomain, 0}, {DnsStatus::temp_error, 60},
                           {DnsStatus::timeout, 60}, {DnsStatus::not_asked, 1}};
  for (const Row& row : kRows) {
    CAPTURE(name_of(row.status));
    Answers answers;
    const DnsQuestion question{"a.example", DnsType::a};
    CHECK_FALSE(answers.find(question, kNow));
    answers.keep(question, answer_of(row.status), kNow);
    CHECK(answers.find(question, kNow).value().status == row.status);
    CHECK_FALSE(answers.find({"a.example", DnsType::mx}, kNow).has_value() !=
                (row.status == DnsStatus::timeout));
    const std::chrono::seconds later(row.known_for == 0 ? 86400 : row.known_for);
    CHECK(answers.find(question, kNow + later).has_value() == (row.known_for == 0));
  }
  Answers answers;
  answers.keep({"a.example", DnsType::a}, answer_of(DnsStatus::pending), kNow);
  CHECK(answers.size() == 0);
}

TEST_CASE("a silent name is not waited for again, nor is what stands below it") {
  Answers answers;
  answers.keep({"silent.example", DnsType::mx}, answer_of(DnsStatus::timeout), kNow);
  for (const char* name : {"silent.example", "mx.silent.example", "a.b.c.silent.example"}) {
    CAPTURE(name);
    CHECK(answers.find({name, DnsType::a}, kNow).value().status == DnsStatus::timeout);
    CHECK_FALSE(answers.find({name, DnsType::a}, kNow + Answers::kFailureLife));
  }
  for (const char* name : {"example", "other.example", "notsilent.example", "silent.example.net"}) {
    CAPTURE(name);
    CHECK_FALSE(answers.find({name, DnsType::a}, kNow));
  }
}

TEST_CASE("a top-level domain that was silent once silences nobody") {
  Answers answers;
  answers.keep({"example", DnsType::txt}, answer_of(DnsStatus::timeout), kNow);
  CHECK_FALSE(answers.find({"a.example", DnsType::txt}, kNow));
}

TEST_CASE("an answer that comes after all counts, and ends the silence") {
  Answers answers;
  answers.keep({"a.example", DnsType::a}, answer_of(DnsStatus::timeout), kNow);
  answers.keep({"a.example", DnsType::a}, text("x"), kNow);
  CHECK(answers.find({"a.example", DnsType::a}, kNow).value().is_ok());
  CHECK_FALSE(answers.find({"mx.a.example", DnsType::a}, kNow));
}

TEST_CASE("what was known before its domain fell silent is still known") {
  Answers answers;
  answers.keep({"mx.a.example", DnsType::a}, text("x"), kNow);
  answers.keep({"a.example", DnsType::txt}, answer_of(DnsStatus::timeout), kNow);
  CHECK(answers.find({"mx.a.example", DnsType::a}, kNow).value().is_ok());
}

TEST_CASE("the memory is bounded in answers and in bytes") {
  Answers few(100);
  for (int i = 0; i < 1000; ++i) {
    few.keep({"h" + std::to_string(i) + ".example", DnsType::a}, text("x"), kNow);
    CHECK(few.size() <= 100);
  }
  Answers large;
  for (int i = 0; i < 40; ++i) {
    const DnsQuestion question{"t" + std::to_string(i) + ".example", DnsType::txt};
    large.keep(question, text(std::string(1U << 20U, 'x')), kNow);
    CHECK(large.find(question, kNow).value().is_ok());
    CHECK(large.size() <= 16);
  }
}

TEST_CASE("a full memory still knows what came last, and who was silent") {
  Answers answers(100);
  answers.keep({"silent.example", DnsType::mx}, answer_of(DnsStatus::timeout), kNow);
  for (int i = 0; i < 99; ++i) {
    answers.keep({"h" + std::to_string(i) + ".example", DnsType::a}, text("x"), kNow);
    if (i < 90) CHECK(answers.find({"mx.silent.example", DnsType::a}, kNow).has_value());
    for (int last = i; last >= 0 && last > i - 50; --last)
      CHECK(answers.find({"h" + std::to_string(last) + ".example", DnsType::a}, kNow).has_value());
  }
}

}  // namespace unsent
