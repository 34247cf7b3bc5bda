// SPDX-License-Identifier: MIT
// What the ledger's service tells to whom.
#include "serve/clerk.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "ledger/ledger_writer.h"
#include "serve/bookkeeper.h"

namespace unsent {
namespace {

constexpr Time kSent{seconds(1795428000)};

Entry entry(const std::string& from, const std::string& id, const std::string& to,
            const std::string& subject) {
  return entry_of(Message::parse("From: " + from + "\nTo: " + to + "\nSubject: " + subject +
                                 "\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <" + id +
                                 ">\n\nHello\n"));
}

People people() {
  People::Options options;
  options.domains = {*DomainName::parse("ourshop.example")};
  options.aliases = {
      {*Address::parse("sales@ourshop.example"), *Address::parse("alice@ourshop.example")},
      {*Address::parse("info@ourshop.example"), *Address::parse("sales@ourshop.example")}};
  options.senders = {{"carol", {"c@webmail.example", "@carol.example"}}};
  return People(options);
}

struct Host {
  Host() : folder(std::filesystem::temp_directory_path() / "unsent-clerk-XXXXXX") {
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    path = folder + "/ledger.db";
    record(entry("alice@ourshop.example", "a1@ourshop.example", "bob@remote.example", "offer"));
    record(entry("dave@ourshop.example", "d1@ourshop.example", "eve@remote.example", "secret"));
  }
  ~Host() { std::filesystem::remove_all(folder); }

  void record(const Entry& one) {
    auto ledger = LedgerWriter::open(path);
    REQUIRE(ledger);
    REQUIRE((*ledger)->record(one, "test", kSent));
    REQUIRE((*ledger)->declare_complete("ourshop.example", kSent - seconds(86400)));
  }
  Visit visit(const std::string& name, uid_t user = 1000) {
    Visit visit;
    visit.people = std::make_shared<const People>(people());
    visit.client = std::make_shared<const Client>(visit.people->client_named(name));
    visit.user = user;
    return visit;
  }
  Visit trusted() {
    Visit visit = this->visit("root", 0);
    Client client = *visit.client;
    client.is_trusted = true;
    visit.client = std::make_shared<const Client>(client);
    return visit;
  }
  LedgerAnswer<std::vector<SentMessage>> find(const SentKey& key, Visit& visit,
                                              const std::string& recipient = "") {
    const std::string line = clerk().answer(FindRequest{key, recipient}, visit);
    return decode_found(std::string_view(line).substr(0, line.size() - 1));
  }
  Clerk& clerk() {
    if (!clerk_) {
      warm_ = std::make_unique<WarmLedger>(path);
      clerk_ = std::make_unique<Clerk>(*warm_);
    }
    return *clerk_;
  }

  std::string folder;
  std::string path;

 private:
  std::unique_ptr<WarmLedger> warm_;
  std::unique_ptr<Clerk> clerk_;
};

std::string_view line_of(const std::string& line) {
  return std::string_view(line).substr(0, line.size() - 1);
}

}  // namespace

TEST_CASE("a user's addresses: the login at our domains, aliases, what is said, details") {
  const People all = people();
  const Client alice = all.client_named("alice");
  for (const char* own : {"alice@ourshop.example", "ALICE@OurShop.example", "sales@ourshop.example",
                          "info@ourshop.example", "alice+shop@ourshop.example"})
    CHECK_MESSAGE(alice.has(std::string_view(own)), own);
  for (const char* other :
       {"bob@ourshop.example", "alice@sub.ourshop.example", "alice@other.example", "", "alice",
        "+alice@ourshop.example", "bob+alice=ourshop.example@ourshop.example",
        "bob+alice@ourshop.example", "prvs=1234=alice@ourshop.example"})
    CHECK_MESSAGE(!alice.has(std::string_view(other)), other);
  const Client carol = all.client_named("carol");
  CHECK(carol.has(std::string_view("anybody@sub.carol.example")));
  CHECK(carol.has(std::string_view("c@webmail.example")));
  CHECK_FALSE(carol.has(std::string_view("d@webmail.example")));
  CHECK_FALSE(all.client_named("").has(std::string_view("@ourshop.example")));
  CHECK_FALSE(all.client_of(4000000).is_trusted);
  CHECK(all.client_of(0).is_trusted);
}

TEST_CASE("one's own message is found, another's is not said to be missing") {
  Host host;
  Visit alice = host.visit("alice");
  Visit dave = host.visit("dave");
  const ByMessageId of_alice{"a1@ourshop.example"};
  CHECK(host.find(of_alice, alice).value.size() == 1);
  const auto refused = host.find(of_alice, dave);
  CHECK(refused.value.empty());
  CHECK_FALSE(refused.is_available());
  const auto none = host.find(ByMessageId{"none@ourshop.example"}, dave);
  CHECK(none.is_available());
  CHECK(none.value.empty());
  Visit root = host.trusted();
  CHECK(host.find(of_alice, root).value.size() == 1);
}

TEST_CASE("one who guesses what another wrote is told the same whether he is right") {
  Host host;
  Visit alice = host.visit("alice");
  const auto right = host.find(Fingerprint{"dave@ourshop.example", kSent, "secret"}, alice);
  const auto wrong = host.find(Fingerprint{"dave@ourshop.example", kSent, "other"}, alice);
  CHECK_FALSE(right.is_available());
  CHECK(right.unavailable == wrong.unavailable);
  CHECK(host.find(Fingerprint{"alice@ourshop.example", kSent, "offer"}, alice).value.size() == 1);
  // A stranger's in a forged original: that we have none is told.
  CHECK(host.find(Fingerprint{"x@bank.example", kSent, "pay"}, alice).is_available());
}

TEST_CASE("what is told of a message can be compared, by one user alone, and read by none") {
  Host host;
  Visit alice = host.visit("alice");
  Visit root = host.trusted();
  const auto mine = host.find(ByMessageId{"a1@ourshop.example"}, alice);
  const auto roots = host.find(ByMessageId{"a1@ourshop.example"}, root);
  REQUIRE(mine.value.size() == 1);
  REQUIRE(roots.value.size() == 1);
  CHECK(mine.value[0].recipients[0].address != roots.value[0].recipients[0].address);
  const std::string line = host.clerk().answer(CompareRequest{"bob@remote.example"}, alice);
  const auto tokens = decode_tokens(line_of(line));
  CHECK(tokens.value.whole == mine.value[0].recipients[0].address);
  const std::string other = host.clerk().answer(CompareRequest{"bob@remote.exampl"}, alice);
  CHECK(decode_tokens(line_of(other)).value.whole != tokens.value.whole);
  const std::string from = host.clerk().answer(CompareRequest{"alice@ourshop.example"}, alice);
  CHECK(decode_tokens(line_of(from)).value.brief == mine.value[0].from);
  CHECK(host.find(ByMessageId{"a1@ourshop.example"}, alice).value[0].from == mine.value[0].from);
}

TEST_CASE("of others one is told no names, no numbers, and not whether they have sent") {
  Host host;
  Visit alice = host.visit("alice");
  Visit root = host.trusted();
  const std::string own = host.clerk().answer(IdentityRequest{}, alice);
  CHECK(own.find("alice@ourshop.example") != own.npos);
  CHECK(own.find("dave") == own.npos);
  CHECK(host.clerk().answer(IdentityRequest{}, root).find("dave") != own.npos);
  const CountRequest count{"dave@ourshop.example", "eve@remote.example", kSent, kSent};
  CHECK_FALSE(decode_number(line_of(host.clerk().answer(count, alice))).is_available());
  CHECK(decode_number(line_of(host.clerk().answer(count, root))).value == 1);
  const WithoutIdRequest bare{"dave@ourshop.example", kSent, kSent};
  CHECK_FALSE(decode_number(line_of(host.clerk().answer(bare, alice))).is_available());
  CHECK(decode_number(line_of(host.clerk().answer(bare, root))).value == 0);
  const SenderRequest sender{"dave@ourshop.example", kSent};
  const auto told = decode_sender(line_of(host.clerk().answer(sender, alice)));
  CHECK_FALSE(told.value.has_sent);
  CHECK(told.value.coverage.is_covered);
  CHECK(decode_sender(line_of(host.clerk().answer(sender, root))).value.has_sent);
}

TEST_CASE("one counts bounces about what one was given, and proves nothing for all") {
  Host host;
  Visit alice = host.visit("alice");
  const auto mine = host.find(ByMessageId{"a1@ourshop.example"}, alice);
  REQUIRE(mine.value.size() == 1);
  const std::int64_t row = mine.value[0].row;
  CHECK(Clerk::refusal_to_note(BounceAbout{row, "b"}, alice).empty());
  CHECK_FALSE(Clerk::refusal_to_note(BounceAbout{row + 1, "b"}, alice).empty());
  CHECK(Clerk::refusal_to_note(BounceTo{"prvs=1234abcdef=alice@ourshop.example", "b"}, alice)
            .empty());
  CHECK_FALSE(
      Clerk::refusal_to_note(BounceTo{"prvs=1234abcdef=dave@ourshop.example", "b"}, alice).empty());
  CHECK_FALSE(Clerk::refusal_to_note(Proof{"remote.example", false, kSent}, alice).empty());
  CHECK(Clerk::refusal_to_note(Proof{"remote.example", false, kSent}, host.trusted()).empty());
}

TEST_CASE("what is written is seen at once, and another file in its place as well") {
  Host host;
  Visit alice = host.visit("alice");
  const ByMessageId second{"a2@ourshop.example"};
  for (int i = 0; i < 200; ++i) CHECK(host.find(second, alice).value.empty());
  host.record(entry("alice@ourshop.example", "a2@ourshop.example", "x@remote.example", "second"));
  CHECK(host.find(second, alice).value.size() == 1);
  for (const char* name : {"/ledger.db", "/ledger.db.key", "/ledger.db-wal", "/ledger.db-shm"})
    std::filesystem::remove(host.folder + name);
  CHECK_FALSE(host.find(second, alice).is_available());
  host.record(entry("alice@ourshop.example", "a3@ourshop.example", "x@remote.example", "third"));
  CHECK(host.find(ByMessageId{"a3@ourshop.example"}, alice).value.size() == 1);
  CHECK(host.find(second, alice).value.empty());
}

TEST_CASE("one records as oneself alone, and takes over no other's message") {
  Host host;
  LedgerDoor door;
  door.path = host.path;
  door.open = [&] { return LedgerWriter::open(host.path); };
  door.take_pending = [](LedgerWriter&) { return Result<void>(); };
  door.keep_pending = [](const Entry&) { return Result<void>(); };
  Bookkeeper keeper(std::move(door));
  const auto record = [&](const std::string& line, const std::string& name,
                          const std::string& source = "record") {
    std::string answer;
    keeper.record({line, source}, people().client_named(name),
                  [&](std::string said) { answer = std::move(said); });
    keeper.settle();
    return decode_number(line_of(answer));
  };
  const auto line = [](const char* from, const char* id) {
    return format_entry(entry(from, id, "x@remote.example", "new"));
  };
  CHECK(record(line("alice@ourshop.example", "n1@ourshop.example"), "alice").value == 1);
  CHECK(record(line("alice@ourshop.example", "n1@ourshop.example"), "alice").value == 0);
  CHECK(record(line("Sales <sales@ourshop.example>", "n2@ourshop.example"), "alice").value == 1);
  for (const auto& [bad, name, source] :
       {std::tuple(line("dave@ourshop.example", "n3@ourshop.example"), "alice", "record"),
        {line("alice@ourshop.example", "d1@ourshop.example"), "alice", "record"},
        {line("alice@ourshop.example", "n4@ourshop.example"), "alice", "../x"},
        {line("alice@ourshop.example", "n4@ourshop.example"), "alice", ""},
        {std::string(R"({"message_ids": ["n5@ourshop.example"]})"), "alice", "record"},
        {std::string(R"({"message_ids": ["d1@ourshop.example"], "recipients": ["a@b.example"]})"),
         "alice", "record"},
        {std::string("{}"), "alice", "record"},
        {std::string("{"), "alice", "record"},
        {std::string(), "alice", "record"}}) {
    CHECK_MESSAGE(!record(bad, name, source).is_available(), bad);
  }
  Visit dave = host.visit("dave");
  CHECK(host.find(ByMessageId{"d1@ourshop.example"}, dave).value.size() == 1);
  CHECK(host.find(ByMessageId{"n3@ourshop.example"}, dave).value.empty());
}

}  // namespace unsent
