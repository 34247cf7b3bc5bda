// SPDX-License-Identifier: MIT
#include "submit/submission.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include "base/file.h"
#include "base/open.h"
#include "scratch_folder.h"

namespace unsent {
namespace {

std::string read_as(EndsAt ends_at, std::string_view bytes) {
  const ScratchFolder folder;
  write_file(folder / "message", bytes);
  const auto file = open_file(folder / "message", O_RDONLY);
  REQUIRE(file);
  const auto read = read_submission(file->get(), ends_at);
  REQUIRE(read);
  return *read;
}

Config with_domains(std::initializer_list<const char*> names) {
  Config config;
  for (const char* name : names) config.domains.push_back(*DomainName::parse(name));
  return config;
}

// Behind the "@" of a new id.
std::string domain_of_id(const SendmailCall& call, const Config& config, std::string_view message) {
  const std::string id = new_message_id(call, config, Message::view(message), Time(seconds(5)));
  return id.substr(id.find('@') + 1);
}

}  // namespace

TEST_CASE("a message ends where standard input does, or at a line of one dot if that is asked") {
  const struct {
    std::string bytes;
    std::string to_dot;
  } rows[] = {
      {"", ""},
      {"To: b\n\nHi\n", "To: b\n\nHi\n"},
      {"To: b\n\nHi\n.\nmore\n", "To: b\n\nHi\n.\n"},
      {".\nmore\n", ".\n"},
      {"a\r\n.\r\nmore\r\n", "a\r\n.\r\n"},
      {"a.\n..\n .\nb\n", "a.\n..\n .\nb\n"},
      {std::string(70'000, 'x') + "\n.\nmore\n", std::string(70'000, 'x') + "\n.\n"},
  };
  for (const auto& row : rows) {
    CHECK(read_as(EndsAt::end_of_file, row.bytes) == row.bytes);
    CHECK(read_as(EndsAt::dot, row.bytes) == row.to_dot);
  }
}

TEST_CASE("what cannot be read is an error") {
  CHECK(!read_submission(-1, EndsAt::dot));
  CHECK(!read_submission(-1, EndsAt::end_of_file));
}

TEST_CASE("a new id is of the domain that is named, or of ours where the sender is at home") {
  constexpr const char* kFrom = "From: alice@mail.ourshop.example\n\nHi\n";
  SendmailCall call;
  CHECK(domain_of_id(call, with_domains({"else.example", "ourshop.example"}), kFrom) ==
        "mail.ourshop.example");
  CHECK(domain_of_id(call, with_domains({"else.example"}), kFrom) == "else.example");
  CHECK(domain_of_id(call, {}, kFrom) == "mail.ourshop.example");
  CHECK(!domain_of_id(call, {}, "Subject: from nobody\n\n").empty());
  call.sender = "bob@else.example";
  CHECK(domain_of_id(call, {}, kFrom) == "else.example");
  call.sender = "";
  CHECK(domain_of_id(call, {}, kFrom) == "mail.ourshop.example");
  call.domain = "given.example";
  CHECK(domain_of_id(call, with_domains({"ourshop.example"}), kFrom) == "given.example");
}

TEST_CASE("an id tells the time, and none is given twice") {
  const Message message = Message::view("");
  const std::string one = new_message_id({}, {}, message, Time(seconds(5)));
  CHECK(one.starts_with("5."));
  CHECK(one.find('@') == 2 + 16);
  CHECK(new_message_id({}, {}, message, Time(seconds(5))) != one);
}

}  // namespace unsent
