// SPDX-License-Identifier: MIT
#include "flood/make.h"

#include <doctest/doctest.h>

#include <string>

#include "flood/shape.h"
#include "mail/message.h"

namespace unsent {
namespace {

std::string header_of(int number, const std::string& mailer = "Thunderbird 128.") {
  return "Message-ID: <" + std::to_string(number) +
         "@mail.ourshop.example>\nUser-Agent: " + mailer + std::to_string(number) +
         "\nSubject: Greetings to you\nContent-Type: multipart/alternative;\n boundary=\"--=_" +
         std::to_string(number) + "_x\"\n\n";
}

SentHabits habits_of(int count) {
  SentHabits habits;
  for (int i = 0; i < count; ++i) habits.add(Message::parse(header_of(i)).headers());
  return habits;
}

Make made(const std::string& header, const char* id) {
  const Message message = Message::parse(header);
  return make_of(message.headers(), id);
}

const std::string kSpam =
    "X-Mailer: Outlook Express 6.00\nContent-Type: text/html; charset=\"US-ASCII\"\n"
    "DKIM-Signature: v=1; a=rsa-sha256; d=cheap.example; s=x; b=abc\n\n";

}  // namespace

TEST_CASE("versions, numbers and hosts within an organisation make no other make") {
  const Make one = made(header_of(1), "1@a.ourshop.example");
  CHECK(one == made(header_of(27), "2@b.ourshop.example"));
  CHECK(made(header_of(1, "The Bat! "), "1@a.ourshop.example")[1] != one[1]);
  CHECK(made(header_of(1), "1@other.example")[0] != one[0]);
}

TEST_CASE("what a header does not show is no trait") {
  for (const char* header : {"\n", "X-Mailer:\n\n", "X-Mailer: 1.2\n\n", "DKIM-Signature: d\n\n",
                             "DKIM-Signature: v=1; s=x\n\n", "Subject: a\n\n"}) {
    CAPTURE(header);
    CHECK(made(header, "") == Make{});
    CHECK(made(header, "no-host") == Make{});
  }
}

TEST_CASE("a trait that Sent never shows is foreign, from thirty messages on that show it") {
  const Make spam = made(kSpam, "1$2$3@host.cheap.example");
  for (const Trait trait : kAllTraits) {
    CAPTURE(static_cast<int>(trait));
    CHECK(habits_of(30).is_foreign(trait, spam) == (trait != Trait::signer));
    CHECK_FALSE(habits_of(29).is_foreign(trait, spam));
    CHECK_FALSE(SentHabits().is_foreign(trait, spam));
    CHECK_FALSE(habits_of(30).is_foreign(trait, Make{}));
    CHECK_FALSE(habits_of(30).is_foreign(trait, made(header_of(5), "5@ourshop.example")));
  }
}

TEST_CASE("a ledger knows right-hand sides alone, and not all where there are too many") {
  LearnedIdentity learned;
  learned.message_id_hosts = {{"mail.ourshop.example", 40}};
  SentHabits habits;
  habits.learn(learned);
  const Make spam = made(kSpam, "1@host.cheap.example");
  CHECK(habits.is_foreign(Trait::id_host, spam));
  CHECK_FALSE(habits.is_foreign(Trait::id_host, made(kSpam, "1@x.ourshop.example")));
  CHECK_FALSE(habits.is_foreign(Trait::mailer, spam));
  CHECK_FALSE(habits.knows_subjects());
  for (int i = 0; i < 1000; ++i)
    learned.message_id_hosts.push_back({"h" + std::to_string(i) + ".example", INT64_MAX / 2});
  habits.learn(learned);
  CHECK_FALSE(habits.is_foreign(Trait::id_host, spam));
}

TEST_CASE("a subject may be in Sent if its shape is, or if not all could be kept") {
  CHECK_FALSE(SentHabits().may_have_subject(flood_hash("greetings to you")));
  CHECK_FALSE(SentHabits().knows_subjects());
  SentHabits habits = habits_of(1);
  CHECK(habits.knows_subjects());
  CHECK(habits.may_have_subject(flood_hash(subject_shape("GREETINGS, to you!"))));
  CHECK_FALSE(habits.may_have_subject(flood_hash("cheap pills for you")));
  for (int i = 0; i < 200'000; ++i) {
    std::string word;
    for (int rest = i; rest > 0 || word.size() < 3; rest /= 26)
      word += static_cast<char>('a' + rest % 26);
    habits.add(Message::parse("Subject: the " + word + " a\n\n").headers());
  }
  CHECK(habits.may_have_subject(flood_hash("cheap pills for you")));
}

}  // namespace unsent
