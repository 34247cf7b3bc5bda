// SPDX-License-Identifier: MIT
#include "mailbox/place.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/file.h"
#include "base/open.h"

using namespace unsent;

namespace {

// A file without a name that holds the text.
FileDescriptor file_of(const std::string& text) {
  FileDescriptor file = open_nameless("/tmp");
  REQUIRE(file.is_open());
  REQUIRE(write_all(file.get(), text, "scratch"));
  return file;
}

std::string message(int number, std::size_t size) {
  const std::string head =
      "From alice Mon Nov 23 10:00:00 2026\nSubject: " + std::to_string(number) + "\n\n";
  return head + std::string(size, static_cast<char>('a' + number % 26)) + "\n\n";
}

std::string joined(const std::vector<std::string>& messages) {
  std::string text;
  for (const std::string& one : messages) text += one;
  return text;
}

// The place after all of them.
Place read(const std::vector<std::string>& messages) {
  const FileDescriptor file = file_of(joined(messages));
  PlaceKeeper keeper(file.get());
  std::uint64_t at = 0;
  for (const std::string& one : messages) {
    keeper.has_read(at, one.size(), one);
    at += one.size();
  }
  return keeper.place();
}

bool is_still_in(const Place& place, const std::string& text) {
  return is_still(place, file_of(text).get());
}

}  // namespace

TEST_CASE("a mailbox that has grown is still what it was up to the place") {
  for (const std::size_t size : std::vector<std::size_t>{0, 10, 400, 999, 1000, 5000}) {
    CAPTURE(size);
    const std::vector<std::string> messages = {message(1, size), message(2, size),
                                               message(3, size)};
    const Place place = read(messages);
    REQUIRE(place.is_known());
    CHECK(place.next == joined(messages).size());
    CHECK(place.last == place.next - messages.back().size());
    CHECK(is_still_in(place, joined(messages)));
    CHECK(is_still_in(place, joined(messages) + message(4, size)));
    CHECK(is_still_in(place, joined(messages) + "half a mess"));
  }
}

TEST_CASE("what has become shorter, or another one, is not") {
  const std::vector<std::string> messages = {message(1, 3000), message(2, 3000), message(3, 3000)};
  const std::string text = joined(messages);
  const Place place = read(messages);
  CHECK_FALSE(is_still_in(place, ""));
  CHECK_FALSE(is_still_in(place, text.substr(0, text.size() - 1)));
  CHECK_FALSE(is_still_in(place, messages[0] + messages[2]));
  // The same From_ line stands where it stood: of another message, and behind another beginning.
  CHECK_FALSE(is_still_in(place, messages[0] + messages[1] + message(4, 3000)));
  CHECK_FALSE(is_still_in(place, message(4, 3000) + messages[1] + messages[2]));
  CHECK_FALSE(is_still_in(place, "\n" + text));
  // A message has gone, and one of the same size has come.
  CHECK_FALSE(is_still_in(place, messages[0] + messages[2] + message(4, 3000)));
}

TEST_CASE("of nothing no place is known, and what is not known never is still there") {
  CHECK_FALSE(read({}).is_known());
  CHECK_FALSE(is_still_in({}, ""));
  CHECK_FALSE(is_still_in({}, message(1, 10)));
  CHECK_FALSE(is_still_in({0, 0, {}, {}}, "x"));
  CHECK_FALSE(is_still_in({500, 100, "a", "b"}, std::string(1000, 'x')));
  CHECK_FALSE(is_still_in({0, ~std::uint64_t{0}, "a", "b"}, "x"));
}

TEST_CASE("behind a message that was not read whole there is no place, before it there is") {
  const std::vector<std::string> messages = {message(1, 100), message(2, 100)};
  const FileDescriptor file = file_of(joined(messages));
  PlaceKeeper keeper(file.get());
  keeper.has_read(0, messages[0].size(), messages[0]);
  keeper.has_read(messages[0].size(), messages[1].size(), messages[1].substr(0, 50));
  CHECK(keeper.place().next == messages[0].size());
  CHECK(is_still(keeper.place(), file.get()));
}

TEST_CASE("reading on from a place gives the place that reading all of it gives") {
  for (const std::size_t size : std::vector<std::size_t>{0, 100, 2000}) {
    const std::vector<std::string> before = {message(1, size), message(2, size)};
    std::vector<std::string> all = before;
    all.push_back(message(3, size));
    const FileDescriptor file = file_of(joined(all));
    PlaceKeeper keeper(file.get(), read(before));
    CHECK(keeper.place() == read(before));
    keeper.has_read(joined(before).size(), all.back().size(), all.back());
    CHECK(keeper.place() == read(all));
  }
}

TEST_CASE("where the last message was taken out, the place is known by what stands before it") {
  const std::string text = message(1, 3000) + message(2, 3000);
  const FileDescriptor file = file_of(text);
  const Place place = mbox_place_at(file.get(), text.size(), text.size());
  REQUIRE(place.is_known());
  CHECK(is_still_in(place, text + message(3, 10)));
  CHECK_FALSE(is_still_in(place, message(1, 3000) + message(3, 3000)));
}

TEST_CASE("what mail programs write over in place makes no other mailbox of it") {
  const std::string pad(400, 'x');
  const std::string head = "From alice Mon Nov 23 10:00:00 2026\n";
  const auto text = [&](const std::string& notes, const std::string& subject) {
    return head + notes + "Subject: " + subject + "\n\n" + pad + "\n\n";
  };
  struct {
    std::string then;
    std::string now;
  } const kNotes[] = {
      {"X-IMAPbase: 1234567890 0000000041\n", "X-IMAPbase: 1234567890 0000000042\n"},
      {"Status: O \n", "Status: RO\n"},
      {"x-status:  \nX-Keywords: a,\n\tb \n", "x-status: A\nX-Keywords: a,\n\tc \n"},
      {"X-Mozilla-Status: 0001\n", "X-Mozilla-Status: 0008\n"},
  };
  for (const auto& notes : kNotes) {
    CAPTURE(notes.then);
    REQUIRE(notes.then.size() == notes.now.size());
    const Place place = read({text(notes.then, "a"), message(2, 3000), text(notes.then, "b")});
    const std::string middle = message(2, 3000);
    CHECK(is_still_in(place, text(notes.now, "a") + middle + text(notes.now, "b")));
    CHECK_FALSE(is_still_in(place, text(notes.now, "c") + middle + text(notes.now, "b")));
    CHECK_FALSE(is_still_in(place, text(notes.now, "a") + middle + text(notes.now, "c")));
  }
}

TEST_CASE("one line without an end is known by all of it") {
  const std::string line(5000, 'x');
  const Place place = read({line});
  CHECK(is_still_in(place, line));
  CHECK_FALSE(is_still_in(place, std::string(4999, 'x') + 'y'));
  CHECK_FALSE(is_still_in(place, 'y' + line.substr(1)));
}
