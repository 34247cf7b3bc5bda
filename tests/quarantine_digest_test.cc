// SPDX-License-Identifier: MIT
#include "quarantine/digest.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "base/file.h"
#include "quarantined_mail.h"

namespace unsent {
namespace {

const Time kNow = *parse_rfc3339("2026-11-24T07:00:00Z");

// An owner with a quarantine, and a sendmail that keeps what it is given.
class Owner {
 public:
  Owner() {
    make_home(home_);
    config_.addresses = {*Address::parse("alice@ourshop.example")};
    sendmail_ends_with(0);
  }
  void sendmail_ends_with(int status) const {
    write_file(home_ / "sendmail", "#!/bin/sh\necho \"$*\" > " + (home_ / "words") + "\ncat > " +
                                       (home_ / "mail") + "\nexit " + std::to_string(status) +
                                       "\n");
    std::filesystem::permissions(home_ / "sendmail", std::filesystem::perms::owner_all);
  }
  Outcome send(const char* to = "alice@ourshop.example") {
    DigestOptions options;
    options.folder = quarantine.path();
    options.to = Address::parse(to);
    options.sendmail = home_ / "sendmail";
    std::filesystem::remove(home_ / "mail");
    return send_digest(options, config_, rules_, kNow);
  }
  std::string mail() const { return text_of("mail"); }
  std::string words() const { return text_of("words"); }

  QuarantineFolder quarantine;

 private:
  std::string text_of(const std::string& name) const {
    auto text = read_file(home_ / name);
    return text ? *text : "";
  }

  ScratchFolder home_;
  Config config_;
  RuleSet rules_;
};

}  // namespace

TEST_CASE("of an empty quarantine nobody is told") {
  Owner owner;
  CHECK(*owner.send() == 0);
  CHECK(owner.mail().empty());
}

TEST_CASE("a digest goes from the owner to the owner, with our tag, and tells of each once") {
  Owner owner;
  owner.quarantine.fill();
  CHECK(*owner.send() == 0);
  CHECK(owner.words() == "-i -f alice@ourshop.example -- alice@ourshop.example\n");
  const std::string first = owner.mail();
  CHECK(first.find("To: alice@ourshop.example\n") != std::string::npos);
  CHECK(first.find("X-Unsent-Digest: 1\nX-Unsent-Tag: ") != std::string::npos);
  CHECK(*owner.send() == 0);
  CHECK(owner.mail().empty());
  owner.quarantine.add(8, bounce_about("Another", "backscatter"));
  CHECK(*owner.send() == 0);
  CHECK(!owner.mail().empty());
}

TEST_CASE("what sendmail has not taken is told of again") {
  Owner owner;
  owner.quarantine.fill();
  owner.sendmail_ends_with(75);
  const auto sent = owner.send();
  REQUIRE(!sent);
  CHECK(sent.error().code == ErrorCode::temp_fail);
  owner.sendmail_ends_with(0);
  CHECK(*owner.send() == 0);
  CHECK(!owner.mail().empty());
}

TEST_CASE("nobody else is told") {
  Owner owner;
  owner.quarantine.fill();
  CHECK(!owner.send("bob@elsewhere.example"));
  CHECK(owner.mail().empty());
}

}  // namespace unsent
