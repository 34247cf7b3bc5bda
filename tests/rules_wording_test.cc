// SPDX-License-Identifier: MIT
#include "rules/wording.h"

#include <doctest/doctest.h>

#include "base/fold.h"
#include "rules/language_file.h"

namespace unsent {
namespace {

Said in(Wording& wording, std::string_view text) { return wording.in(fold_words(text)); }

Wording with(std::string_view text) {
  Wording wording;
  wording.add_file("own.toml", std::string(text));
  return wording;
}

}  // namespace

TEST_CASE("the built-in phrases are there without any file") {
  Wording wording;
  CHECK(in(wording, "Ihre Nachricht konnte NICHT\nZUGESTELLT werden").has(Says::failure));
  CHECK(in(wording, "This is an ordinary mail").bits() == 0);
  const auto beginning = wording.first(fold_words("Automatic reply: x"), Says::absence);
  CHECK(beginning.length == std::string_view("automatic reply").size());
  CHECK(wording.first(fold_words("An automatic reply"), Says::absence).length == 0);
}

TEST_CASE("a file's phrases are laid over the built-in ones, and take some away") {
  Wording wording = with(
      "language = \"Xu\"\n"
      "[failure]\n\"xu qel\" = \"Xu  Qél tovar.\"\n\"user unknown\" = false\n"
      "[delay]\n\"xu qel\" = \"xu qel\"\n");
  CHECK(in(wording, "XU\nQEL") == (Says::failure | Says::delay));
  CHECK(!in(wording, "550 user unknown").has(Says::failure));
  CHECK(wording.problems().empty());
}

TEST_CASE("of files the later one counts") {
  Wording wording;
  wording.add_file("a.toml", "[failure]\n\"xu qel\" = \"xu qel\"\n\"tovar\" = false\n");
  wording.add_file("b.toml", "[failure]\n\"xu qel\" = false\n\"tovar\" = \"tovar\"\n");
  CHECK(in(wording, "xu qel").bits() == 0);
  CHECK(in(wording, "tovar") == Said(Says::failure));
}

TEST_CASE("a line with a mistake is told with its place, and the others are in force") {
  struct Row {
    std::string_view text;
    std::string_view problem;
  };
  for (const Row& row : {
           Row{"[failure]\n\"xu qel\" = \"tovar\"", "own.toml:2: the sample lacks the phrase"},
           Row{"[failure]\n\"xu qel\" = \"\"", "own.toml:2: the sample is empty"},
           Row{"[failure]\n\"xu qel\" = 5", "own.toml:2: a phrase has its sample"},
           Row{"[failure]\n\"xu qel\" = true", "own.toml:2: a phrase has its sample"},
           Row{"[failure]\n\"xu qel\" = [\"xu qel\"]", "own.toml:2: a phrase has its sample"},
           Row{"[failure]\n\"a\" = \"a\"", "own.toml:2: a phrase has 5 to 1000 bytes"},
           Row{"[failure]\n\"\" = \"a\"", "own.toml:2: a phrase has 5 to 1000 bytes"},
           Row{"[failure]\n\"\u0301\u0301\u0301\" = \"a\"", "own.toml:2: a phrase has 5 to 1000"},
           Row{"[receipt-subject]\n\"xu:\" = \"We xu: x\"",
               "own.toml:2: the sample does not begin with the phrase"},
           Row{"[failures]\n\"xu qel\" = \"xu qel\"", "own.toml:1: nothing is called failures"},
           Row{"failure = \"xu qel\"", "own.toml:1: failure is a table"},
           Row{"language = 5", "own.toml:1: language is the name"},
       }) {
    CAPTURE(row.text);
    Wording wording =
        with(std::string(row.text) + "\n\n[delay]\n\"good line\" = \"A good line.\"\n");
    CHECK(in(wording, "a good line") == Said(Says::delay));
    CHECK(in(wording, "not for xu qel").bits() == 0);
    REQUIRE(wording.problems().size() == 1);
    CHECK(wording.problems()[0].substr(0, row.problem.size()) == row.problem);
  }
}

TEST_CASE("a file that is no TOML is left out with its line, and the others are in force") {
  for (const std::string_view text :
       {"[failure]\n\"xu qel\" \"xu qel\"\n", "\n[failure\n", "[failure]\nxü = \"xü\"\n",
        "[failure]\n\"a good line\" = \"a good line\"\n\"a good line\" = \"a good line\"\n"}) {
    CAPTURE(text);
    Wording wording;
    wording.add_file("bad.toml", std::string(text));
    wording.add_file("own.toml", "[delay]\n\"tovar mibe\" = \"tovar mibe\"\n");
    CHECK(in(wording, "tovar mibe") == Said(Says::delay));
    REQUIRE(wording.problems().size() == 1);
    CHECK(wording.problems()[0].substr(0, 9) == "bad.toml:");
    CHECK(wording.problems()[0].substr(9, 2) != "0:");
  }
}

TEST_CASE("mistakes beyond a thousand are not told one by one") {
  std::string text = "[failure]\n";
  for (int i = 0; i < 5000; ++i) text += "\"phrase " + std::to_string(i) + "\" = \"no\"\n";
  Wording wording = with(text);
  wording.load();
  CHECK(wording.problems().size() == 1000);
}

TEST_CASE("a source is asked once, when words are first asked for") {
  struct Source : PhraseSource {
    explicit Source(int& asked) : count(asked) {}
    View read() override {
      ++count;
      return {packed.added, packed.removed, {}};
    }
    int& count;
    PackedPhrases packed = [] {
      std::vector<std::string> none;
      return pack_phrases({{"x", "[failure]\n\"xu qel\" = \"xu qel\"\n"}}, none);
    }();
  };
  int asked = 0;
  Wording wording;
  wording.set_source(std::make_unique<Source>(asked));
  CHECK(asked == 0);
  CHECK(in(wording, "xu qel") == Said(Says::failure));
  CHECK(in(wording, "user unknown").has(Says::failure));
  CHECK(asked == 1);
}

}  // namespace unsent
