// SPDX-License-Identifier: MIT
#include "dns/disk_cache.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "map_resolver.h"

namespace unsent {
namespace {

const Time kNow{seconds{1795000000}};

class Folder {
 public:
  Folder() { REQUIRE(mkdtemp(path_.data())); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file() const { return path_ + "/dns.sqlite"; }

 private:
  std::string path_ = "/tmp/unsent-dns-XXXXXX";
};

// A resolver whose every answer lives for ttl seconds.
class LivingResolver : public Resolver {
 public:
  explicit LivingResolver(std::int64_t ttl) : ttl_(ttl) {
    map.add("d.example", DnsType::txt, "v=spf1 -all")
        .add("d.example", DnsType::txt, std::string("a\0b", 3))
        .add("d.example", DnsType::a, "192.0.2.1")
        .add("d.example", DnsType::aaaa, "2001:db8::1")
        .add("d.example", DnsType::mx, "")
        .fail("t.example", DnsType::a, DnsStatus::timeout)
        .fail("f.example", DnsType::a, DnsStatus::temp_error);
  }
  DnsAnswer lookup(std::string_view name, DnsType type) override {
    DnsAnswer answer = map.lookup(name, type);
    answer.ttl = seconds{ttl_};
    return answer;
  }
  MapResolver map;

 private:
  std::int64_t ttl_;
};

// How often the DNS was asked for name in a run at kNow, then in one some seconds later.
std::size_t questions(std::int64_t ttl, std::int64_t later, std::string_view name) {
  const Folder folder;
  LivingResolver dns(ttl);
  DiskCache(dns, folder.file(), kNow).lookup(name, DnsType::a);
  DiskCache(dns, folder.file(), kNow + seconds{later}).lookup(name, DnsType::a);
  return dns.map.asked.size();
}

}  // namespace

TEST_CASE("a later run gets the same answer without asking") {
  const Folder folder;
  LivingResolver dns(3600);
  for (int run = 0; run < 2; ++run) {
    DiskCache cache(dns, folder.file(), kNow + seconds{100 * run});
    CHECK(cache.lookup("D.example.", DnsType::txt).texts ==
          std::vector<std::string>{"v=spf1 -all", std::string("a\0b", 3)});
    CHECK(cache.lookup("d.example", DnsType::a).addresses.at(0).text() == "192.0.2.1");
    CHECK(cache.lookup("d.example", DnsType::aaaa).addresses.at(0).text() == "2001:db8::1");
    CHECK(cache.lookup("d.example", DnsType::mx).texts == std::vector<std::string>{""});
    CHECK(cache.lookup("d.example", DnsType::ptr).status == DnsStatus::no_data);
    CHECK(cache.lookup("n.example", DnsType::a).status == DnsStatus::nxdomain);
    CHECK(cache.lookup("n..example", DnsType::a).status == DnsStatus::nxdomain);
  }
  CHECK(dns.map.asked.size() == 6);
  struct stat status {};
  REQUIRE(stat(folder.file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  DiskCache cache(dns, folder.file(), kNow + seconds{100});
  CHECK(cache.lookup("d.example", DnsType::a).ttl == seconds{3500});
}

TEST_CASE("answers die with their records, and no later than the cap") {
  struct Row {
    std::int64_t ttl;
    std::int64_t later;
    std::string_view name;
    std::size_t questions;
  };
  constexpr Row kRows[] = {
      {3600, 3599, "d.example", 1},    {3600, 3600, "d.example", 2},    {0, 0, "d.example", 2},
      {999999, 86399, "d.example", 1}, {999999, 86400, "d.example", 2}, {3600, 299, "n.example", 1},
      {3600, 300, "n.example", 2},     {60, 60, "n.example", 2},        {3600, 1, "t.example", 2},
      {3600, 1, "f.example", 2},       {3600, -90000, "d.example", 2},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.ttl);
    CAPTURE(row.later);
    CAPTURE(row.name);
    CHECK(questions(row.ttl, row.later, row.name) == row.questions);
  }
}

TEST_CASE("whatever is wrong with the file, the DNS is asked, and the file is left as it is") {
  const Folder folder;
  LivingResolver dns(3600);
  const auto asks = [&dns](const std::string& path) {
    dns.map.asked.clear();
    for (int run = 0; run < 2; ++run) {
      DiskCache cache(dns, path, kNow);
      CHECK(cache.lookup("d.example", DnsType::a).is_ok());
    }
    return dns.map.asked.size();
  };
  CHECK(asks("") == 2);
  CHECK(asks("/nonexistent/dns.sqlite") == 2);
  CHECK(asks("/tmp") == 2);
  CHECK(asks("/dev/null") == 2);
  const std::string text(8192, 'x');
  std::ofstream(folder.file()) << text;
  CHECK(asks(folder.file()) == 2);
  std::ifstream in(folder.file());
  std::stringstream left;
  left << in.rdbuf();
  CHECK(left.str() == text);
  std::filesystem::remove(folder.file());
  CHECK(asks(folder.file()) == 1);
  REQUIRE(symlink(folder.file().c_str(), (folder.file() + ".link").c_str()) == 0);
  CHECK(asks(folder.file() + ".link") == 2);
  REQUIRE(chmod(folder.file().c_str(), 0666) == 0);
  CHECK(asks(folder.file()) == 2);
}

TEST_CASE("rows that are no answers are not believed") {
  const Folder folder;
  LivingResolver dns(3600);
  DiskCache(dns, folder.file(), kNow).lookup("d.example", DnsType::a);
  for (const char* change : {"data = x'04000000c00002'", "data = x'ffffffff'", "data = x'00'",
                             "data = x''", "data = x'03000000c00002'", "status = 3", "status = -1",
                             "status = 1", "expires = 9223372036854775807"}) {
    CAPTURE(change);
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open(folder.file().c_str(), &raw) == SQLITE_OK);
    const std::string sql = std::string("UPDATE answers SET ") + change;
    CHECK(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(raw);
    dns.map.asked.clear();
    DiskCache cache(dns, folder.file(), kNow);
    CHECK(cache.lookup("d.example", DnsType::a).addresses.at(0).text() == "192.0.2.1");
    CHECK(dns.map.asked.size() == 1);
  }
}

}  // namespace unsent
