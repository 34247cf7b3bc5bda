// SPDX-License-Identifier: MIT
#include "flood/mention.h"

#include <doctest/doctest.h>

#include "flood/flood.h"
#include "flood/shape.h"

namespace unsent {
namespace {

constexpr std::int32_t kDay = 20000;
const std::string kSubject = "Cheap pills, no prescription 17";

std::uint64_t hash_of_subject(std::string_view subject) {
  return flood_hash(subject_shape(subject));
}

std::string bot_id(std::uint32_t number) {
  return std::to_string(number) + "$aa$bb@host" + std::to_string(number) + ".cheap.example";
}

Member bot(std::uint32_t number) {
  Member member;
  member.make = make_hash(bot_id(number), "ourshop.example");
  member.run = hash_of_subject(kSubject) + 2 * member.make;
  member.set_id(id_hash(bot_id(number)));
  member.network = 1000 + number;
  member.block = 100 + number;
  member.organisation = 10 + number % 20;
  member.writer = 500 + number % 40;
  member.day = kDay;
  member.way = Way::access_line;
  return member;
}

// Genuine mail that Sent has all of, so that what it lacks is not there.
void add_own(Flood& flood, std::uint32_t count, bool is_recorded = true) {
  for (std::uint32_t i = 0; i < count; ++i) {
    Member member;
    member.run = member.make = 4711 + 2 * i;
    member.way = Way::ours;
    member.day = kDay;
    member.marks = Member::genuine | Member::proved_elsewhere;
    if (is_recorded) member.marks |= Member::recorded;
    flood.add(member);
  }
}

SentHabits habits() {
  SentHabits some;
  some.add(Message::parse("Subject: Something else entirely\n\n").headers());
  return some;
}

Mention answer(std::string_view subject, std::string_view id = {}, std::int32_t day = kDay + 1) {
  Mention mention;
  if (!id.empty()) {
    mention.ids = {id_hash(id)};
    mention.makes = {make_hash(id, "ourshop.example")};
  }
  if (!subject.empty()) mention.subjects = {hash_of_subject(subject)};
  mention.day = day;
  return mention;
}

struct World {
  std::uint32_t bots = 100;
  std::uint32_t own = 30;
  bool has_sent = true;
  std::vector<Member> others = {};
  std::vector<Mention> mentions = {};
  SentHabits sent = habits();

  MentionRow row(const Mention& mention) const {
    Flood flood;
    for (std::uint32_t i = 0; i < bots; ++i) flood.add(bot(i));
    add_own(flood, own);
    for (const Member& member : others) flood.add(member);
    for (const Mention& one : mentions) flood.note(one);
    flood.note(mention);
    flood.finish();
    return flood.finding(mention, has_sent ? &sent : nullptr).row;
  }
};

Member with(Member member, std::uint8_t marks, Way way) {
  member.marks = marks;
  member.way = way;
  return member;
}

Message message(const std::string& text) { return Message::parse(text); }

}  // namespace

TEST_CASE("the id of one that its run decides is evidence, with Sent and without") {
  CHECK(World{}.row(answer("", bot_id(7))) == MentionRow::by_id);
  CHECK(World{.own = 0, .has_sent = false}.row(answer("", bot_id(7))) == MentionRow::by_id);
  CHECK(World{}.row(answer("Re: your letter of May", bot_id(7))) == MentionRow::by_id);
}

TEST_CASE("an id of anybody else is none") {
  CHECK(World{}.row(answer("", bot_id(700))) == MentionRow::nothing);
  CHECK(World{.bots = 9}.row(answer("", bot_id(7))) == MentionRow::nothing);
  // One of the run, which its own way does not decide.
  CHECK(World{.others = {with(bot(200), 0, Way::server)}}.row(answer("", bot_id(200))) ==
        MentionRow::nothing);
  CHECK(World{.others = {with(bot(200), 0, Way::unknown)}}.row(answer("", bot_id(200))) ==
        MentionRow::nothing);
  // One genuine member protects all.
  CHECK(World{.others = {with(bot(200), Member::genuine, Way::access_line)}}.row(
            answer("", bot_id(7))) == MentionRow::nothing);
  CHECK(World{.others = {with(bot(200), Member::recorded, Way::access_line)}}.row(
            answer("", bot_id(7))) == MentionRow::nothing);
}

TEST_CASE("an id that clients of two networks wrote was copied from somewhere") {
  Member copy = bot(7);
  copy.network = 9999;
  CHECK(World{.others = {copy}}.row(answer("", bot_id(7))) == MentionRow::copied_id);
  CHECK(World{.others = {bot(7)}}.row(answer("", bot_id(7))) == MentionRow::by_id);
}

TEST_CASE("the subject of a run is evidence only where all else speaks for it") {
  CHECK(World{}.row(answer("Automatic: Cheap pills")) == MentionRow::nothing);
  CHECK(World{}.row(answer(kSubject)) == MentionRow::by_subject);
  CHECK(World{}.row(answer(kSubject, bot_id(4711))) == MentionRow::by_subject);
  SUBCASE("not in Sent, and Sent is known to be whole") {
    CHECK(World{.has_sent = false}.row(answer(kSubject)) == MentionRow::sent_unsure);
    CHECK(World{.own = 19}.row(answer(kSubject)) == MentionRow::sent_unsure);
    World in_sent;
    in_sent.sent.add(message("Subject: cheap pills, NO prescription 4\n\n").headers());
    CHECK(in_sent.row(answer(kSubject)) == MentionRow::shared);
    World lacks_one;
    lacks_one.others = {with(Member(), Member::genuine | Member::proved_elsewhere, Way::ours)};
    CHECK(lacks_one.row(answer(kSubject)) == MentionRow::sent_unsure);
  }
  SUBCASE("borne by nobody else in the mailbox") {
    Member other = bot(300);
    other.make = make_hash("a.b@ourshop.example", "ourshop.example");
    other.run = hash_of_subject(kSubject) + 2 * other.make;
    CHECK(World{.others = {other}}.row(answer(kSubject)) == MentionRow::shared);
    CHECK(World{.others = {with(bot(300), 0, Way::server)}}.row(answer(kSubject)) ==
          MentionRow::shared);
    CHECK(World{.others = {with(bot(300), 0, Way::unknown)}}.row(answer(kSubject)) ==
          MentionRow::by_subject);
  }
  SUBCASE("while the flood lasts, and a week longer") {
    CHECK(World{}.row(answer(kSubject, "", kDay + 7)) == MentionRow::by_subject);
    CHECK(World{}.row(answer(kSubject, "", kDay + 8)) == MentionRow::shared);
    CHECK(World{}.row(answer(kSubject, "", kDay - 2)) == MentionRow::shared);
    CHECK(World{.mentions = {answer(kSubject, "", kDay - 30)}}.row(answer(kSubject)) ==
          MentionRow::shared);
  }
  SUBCASE("no id is named that is made in another way") {
    CHECK(World{}.row(answer(kSubject, "a.b@ourshop.example")) == MentionRow::other_id);
  }
  SUBCASE("fifty bear it") {
    CHECK(World{.bots = 50}.row(answer(kSubject)) == MentionRow::by_subject);
    CHECK(World{.bots = 49}.row(answer(kSubject)) == MentionRow::nothing);
  }
}

TEST_CASE("a subject of few words tells nothing") {
  for (const char* subject : {"", "Hello", "Re: invoice 17", "Your order 4711", "a b c d e f",
                              "# # #", "the cat sat", "12345 23456 34567 45678"}) {
    CAPTURE(subject);
    CHECK_FALSE(is_telling(subject_shape(subject)));
  }
  CHECK(is_telling(subject_shape(kSubject)));
  CHECK(is_telling(subject_shape("Rolex copies for everybody")));
}

TEST_CASE("a person's mail names what it answers, or quotes") {
  struct Row {
    const char* text;
    bool has_id, has_subject;
  };
  const Row rows[] = {
      {"Subject: Re: Cheap pills, no prescription 3\nIn-Reply-To: <7$aa$bb@h.cheap.example>\n\nx",
       true, true},
      {"Subject: AW: Cheap pills, no prescription 3\n\nx", false, true},
      {"Subject: Stop\n\n> Subject: Cheap pills, no prescription 3\n> Message-ID: "
       "<7$aa$bb@h.cheap.example>\n",
       true, true},
      {"Subject: Fwd\n\n---\n*Subject:* no\nSubject: Cheap pills, no prescription 3\n", false,
       true},
      {"Subject: Cheap pills, no prescription 3\n\nx", false, false},
      {"Subject: Re: lunch\n\nSee you", false, false},
      {"List-Id: <a.example>\nIn-Reply-To: <7$aa$bb@h.cheap.example>\n\nx", false, false},
      {"\n\n", false, false},
      {"Subject: Stop\n\nThe subject: Cheap pills, no prescription 3\n", false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Mention mention = answer_mention(message(row.text));
    const bool has_id =
        std::count(mention.ids.begin(), mention.ids.end(), id_hash("7$aa$bb@h.cheap.example")) == 1;
    const bool has_subject = std::count(mention.subjects.begin(), mention.subjects.end(),
                                        hash_of_subject(kSubject)) == 1;
    CHECK(has_id == row.has_id);
    CHECK(has_subject == row.has_subject);
  }
}

TEST_CASE("what a mail can name is bounded") {
  std::string text = "In-Reply-To:";
  for (int i = 0; i < 1000; ++i) text += " <" + std::to_string(i) + "@a.example>";
  text += "\nSubject: Re: x\n\n";
  for (int i = 0; i < 1000; ++i) text += "Subject: some words of which " + bot_id(1) + "ab\n";
  const Mention mention = answer_mention(message(text));
  CHECK(mention.ids.size() == 16);
  CHECK(mention.subjects.size() <= 6);
}

TEST_CASE("a bounce that returns its original is a member, and names nothing") {
  Judgement judgement;
  judgement.bounce.kind = Kind::bounce;
  judgement.bounce.original.subject = kSubject;
  judgement.bounce.original.from = "alice@ourshop.example";
  judgement.bounce.original.message_id = bot_id(1);
  CHECK(mention_of(message("\n"), judgement).is_empty());
  judgement.bounce.original.from.clear();
  CHECK(mention_of(message("\n"), judgement).ids.size() == 1);
  judgement.bounce.original.message_id.clear();
  CHECK(mention_of(message("\n"), judgement).subjects.size() == 1);
  judgement.bounce.kind = Kind::ordinary;
  CHECK(mention_of(message("\n"), judgement).is_empty());
}

TEST_CASE("an automatic reply names the topic behind its own words") {
  Judgement judgement;
  judgement.bounce.kind = Kind::auto_reply;
  for (const char* subject :
       {"Automatic reply: Cheap pills, no prescription 9", "Re: Cheap pills, no prescription 9",
        "Abwesenheit: Re: Cheap pills, no prescription 9"}) {
    CAPTURE(subject);
    const Mention mention =
        mention_of(message(std::string("Subject: ") + subject + "\n\n"), judgement);
    CHECK(std::count(mention.subjects.begin(), mention.subjects.end(), hash_of_subject(kSubject)) ==
          1);
  }
}

}  // namespace unsent
