// SPDX-License-Identifier: MIT
// What a folder of very many files is read by: parts of the whole, none twice, none left out.
#include "mailbox/listing.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

namespace unsent {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class Folder {
 public:
  Folder() : path_((fs::temp_directory_path() / "unsent-XXXXXX").string()) {
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  const std::string& path() const { return path_; }
  void put(const std::string& name) const {
    fs::create_directories(fs::path(path_ + '/' + name).parent_path());
    std::ofstream(path_ + '/' + name) << "x";
  }
  void rename(const std::string& from, const std::string& to) const {
    fs::rename(path_ + '/' + from, path_ + '/' + to);
  }

 private:
  std::string path_;
};

// The names of the next part; none at the end.
Names part_of(Listing& listing) {
  const auto files = listing.next_files();
  REQUIRE(files);
  Names names;
  for (std::size_t i = 0; i < (*files)->size(); ++i) names.emplace_back((**files)[i]);
  return names;
}

struct Read {
  Names names;
  std::size_t parts = 0;
};
Read read(const std::string& path, std::size_t most) {
  auto listing = Listing::open(path, most);
  REQUIRE(listing);
  Read read;
  for (Names part = part_of(*listing); !part.empty(); part = part_of(*listing)) {
    read.names.insert(read.names.end(), part.begin(), part.end());
    ++read.parts;
  }
  CHECK(part_of(*listing).empty());
  return read;
}

std::string maildir_name(int i) {
  const std::string base = std::to_string(1700000000 + i / 3) + ".M" + std::to_string(i % 7 * 911) +
                           "P" + std::to_string(i) + ".host,S=12";
  return i % 4 == 0 ? "new/" + base : "cur/" + base + (i % 2 == 0 ? ":2,S" : ":2,");
}

}  // namespace

TEST_CASE("read in parts, a folder has the same files in the same order") {
  constexpr int kMany = 9000;  // more than samples are kept
  const Folder maildir;
  const Folder mh;
  const Folder folder;
  fs::create_directories(maildir.path() + "/new");
  for (int i = 0; i < kMany; ++i) {
    maildir.put(maildir_name(i * 7 % kMany));
    mh.put(std::to_string(i * 7 % kMany + 1));
    folder.put("message " + std::to_string(i * 7 % kMany) + ".eml");
  }
  maildir.put("cur/.hidden");
  mh.put(",17");
  folder.put(".hidden");
  for (const Folder* each : {&maildir, &mh, &folder}) {
    CAPTURE(each->path());
    const Read whole = read(each->path(), std::size_t{1} << 20U);
    CHECK(whole.parts == 1);
    CHECK(whole.names.size() == kMany);
    for (const std::size_t most : {10'000U, 60'000U}) {
      const Read parts = read(each->path(), most);
      CHECK(parts.parts > 1);
      CHECK(parts.names == whole.names);
    }
  }
}

TEST_CASE("no part is much larger than what may be held") {
  const Folder folder;
  for (int i = 0; i < 6000; ++i) folder.put("message " + std::to_string(10'000 + i));
  auto listing = Listing::open(folder.path(), 20'000);
  REQUIRE(listing);
  for (Names part = part_of(*listing); !part.empty(); part = part_of(*listing))
    CHECK(part.size() < 2 * 20'000 / 22);
}

TEST_CASE("messages whose flags change, or that are read, between the parts are listed once") {
  const Folder maildir;
  fs::create_directories(maildir.path() + "/new");
  for (int i = 0; i < 3000; ++i) maildir.put(maildir_name(i));
  const auto base_of = [](const std::string& name) { return name.substr(4, name.find(':') - 4); };
  auto listing = Listing::open(maildir.path(), 20'000);
  REQUIRE(listing);
  Names seen;
  for (Names part = part_of(*listing); !part.empty(); part = part_of(*listing)) {
    for (const std::string& name : part) seen.push_back(base_of(name));
    for (const char* where : {"cur", "new"}) {
      Names now;
      for (const auto& entry : fs::directory_iterator(maildir.path() + '/' + where))
        now.push_back(std::string(where) + '/' + entry.path().filename().string());
      for (const std::string& name : now)
        maildir.rename(name, "cur/" + base_of(name) + (name.ends_with("S") ? ":2,F" : ":2,S"));
    }
  }
  CHECK(seen.size() == 3000);
  CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 3000);
}

TEST_CASE("a folder that is gone is an error, an empty one holds nothing") {
  const Folder folder;
  CHECK_FALSE(Listing::open(folder.path() + "/nothing"));
  CHECK(read(folder.path(), 1000).names.empty());
}

}  // namespace unsent
