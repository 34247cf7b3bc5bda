// SPDX-License-Identifier: MIT
#include "feed/line_source.h"

#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "ledger_scratch.h"

namespace unsent {
namespace {

void write_gz(const std::string& path, const std::string& bytes) {
  const gzFile file = ::gzopen(path.c_str(), "wb");
  REQUIRE(::gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())) > 0);
  REQUIRE(::gzclose(file) == Z_OK);
}

// "text@start-end", with "…" if it was cut and "~" if torn.
std::vector<std::string> lines_of(LineSource& source) {
  std::vector<std::string> lines;
  for (SourceLine line;;) {
    const auto more = source.next(line);
    if (!more) {
      lines.push_back("error: " + more.error().message);
      return lines;
    }
    if (!*more) return lines;
    lines.push_back(std::string(line.text) + (line.is_cut ? "…" : "") + (line.is_torn ? "~" : "") +
                    '@' + std::to_string(line.start) + '-' + std::to_string(line.end));
  }
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines come with their places, plain and compressed alike") {
  const ScratchFolder folder;
  const std::string text = "one\r\n\ntwo\nthre";
  write_file(folder / "plain", text);
  write_gz(folder / "packed.gz", text);
  for (const char* name : {"plain", "packed.gz"}) {
    CAPTURE(name);
    auto source = LineSource::open(folder / name, 100);
    REQUIRE(source);
    CHECK(*source->peek(3) == text);
    CHECK(lines_of(*source) == Lines{"one@0-5", "@5-6", "two@6-10", "thre~@10-14"});
    CHECK(*source->seek(6));
    CHECK(lines_of(*source) == Lines{"two@6-10", "thre~@10-14"});
    CHECK(*source->seek(0));
    CHECK(lines_of(*source).size() == 4);
    CHECK(!*source->seek(1000));
  }
}

TEST_CASE("of a line of ten megabytes only the beginning is kept, and its place is right") {
  const ScratchFolder folder;
  write_file(folder / "long", "a\n" + std::string(10000000, 'x') + "\nb\n" + std::string(70, 'y'));
  auto source = LineSource::open(folder / "long", 64);
  REQUIRE(source);
  const Lines lines = lines_of(*source);
  REQUIRE(lines.size() == 4);
  CHECK(lines[1] == std::string(64, 'x') + "…@2-10000003");
  CHECK(lines[2] == "b@10000003-10000005");
  CHECK(lines[3] == std::string(64, 'y') + "…~@10000005-10000075");
}

TEST_CASE("a file that is shortened while it is read only ends early") {
  const ScratchFolder folder;
  std::string text;
  for (int i = 0; i < 200000; ++i) text += "line " + std::to_string(i) + '\n';
  write_file(folder / "log", text);
  auto source = LineSource::open(folder / "log", 100);
  REQUIRE(source);
  SourceLine line;
  REQUIRE(*source->next(line));
  std::filesystem::resize_file(folder / "log", 10);
  const Lines rest = lines_of(*source);
  CHECK(rest.size() < 199999);
}

TEST_CASE("a damaged .gz gives what stands before the damage, and says so") {
  const ScratchFolder folder;
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "line " + std::to_string(i * 7919) + '\n';
  write_gz(folder / "packed.gz", text);
  std::filesystem::resize_file(folder / "packed.gz",
                               std::filesystem::file_size(folder / "packed.gz") / 2);
  auto source = LineSource::open(folder / "packed.gz", 100);
  REQUIRE(source);
  const Lines lines = lines_of(*source);
  CHECK(lines.size() > 1000);
  CHECK(lines.back().find("packed.gz") != std::string::npos);
}

TEST_CASE("what cannot be opened is an error, an empty file is not") {
  const ScratchFolder folder;
  write_file(folder / "empty", "");
  auto empty = LineSource::open(folder / "empty", 100);
  REQUIRE(empty);
  CHECK(lines_of(*empty).empty());
  CHECK(empty->peek(10)->empty());
  CHECK(!LineSource::open(folder / "nowhere", 100));
  CHECK(!LineSource::open(folder.path(), 100));
}

TEST_CASE("a growing file has no torn line: what is not whole is read when it is") {
  const ScratchFolder folder;
  const std::string path = folder / "log";
  write_file(path, "one\ntw");
  auto source = LineSource::open_growing(path, 10);
  REQUIRE(source);
  CHECK(lines_of(*source) == Lines{"one@0-4"});
  CHECK(lines_of(*source).empty());
  const auto append = [&](const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::app) << text;
  };
  append("o\r\nthree\n");
  CHECK(lines_of(*source) == Lines{"two@4-9", "three@9-15"});
  for (int i = 0; i < 40; ++i) {
    append(std::string(10000, 'x'));
    CHECK(lines_of(*source).empty());
  }
  append("\nfour\n");
  CHECK(lines_of(*source) == Lines{"xxxxxxxxxx…@15-400016", "four@400016-400021"});
  CHECK(*source->seek(4));
  CHECK(lines_of(*source).front() == "two@4-9");
  CHECK(!source->has_ended());
}

TEST_CASE("a pipe is read as far as it has something to say, and ends with its writer") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const int input = ::dup(STDIN_FILENO);
  REQUIRE(::dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
  auto source = LineSource::open_growing("-", 100);
  ::dup2(input, STDIN_FILENO);
  ::close(input);
  ::close(ends[0]);
  REQUIRE(source);
  CHECK(lines_of(*source).empty());
  REQUIRE(::write(ends[1], "one\ntw", 6) == 6);
  CHECK(lines_of(*source) == Lines{"one@0-4"});
  CHECK(!source->has_ended());
  ::close(ends[1]);
  CHECK(lines_of(*source).empty());
  CHECK(source->has_ended());
}

}  // namespace unsent
