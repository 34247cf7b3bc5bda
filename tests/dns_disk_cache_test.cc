// SPDX-License-Identifier: MIT
#include "dns/disk_cache.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

// A DNS whose every answer lives for ttl seconds, asked through a cache as of a time.
class Asker {
 public:
  explicit Asker(std::int64_t ttl) : ttl_(ttl) {
    map.add("d.example", DnsType::txt, "v=spf1 -all")
        .add("d.example", DnsType::txt, std::string("a\0b", 3))
        .add("d.example", DnsType::a, "192.0.2.1")
        .add("d.example", DnsType::aaaa, "2001:db8::1")
        .add("d.example", DnsType::mx, "")
        .fail("t.example", DnsType::a, DnsStatus::timeout)
        .fail("f.example", DnsType::a, DnsStatus::temp_error);
  }
  DnsAnswer ask(const std::string& path, Time now, const std::string& name, DnsType type) {
    DiskCache cache(path, [now] { return now; });
    if (auto known = cache.find({name, type})) return *known;
    DnsAnswer answer = map.lookup(name, type);
    answer.ttl = seconds{ttl_};
    cache.keep({name, type}, answer);
    return answer;
  }
  MapResolver map;

 private:
  std::int64_t ttl_;
};

// How often the DNS was asked for name in a run at kNow, then in one some seconds later.
std::size_t questions(std::int64_t ttl, std::int64_t later, const std::string& name) {
  const Folder folder;
  Asker dns(ttl);
  dns.ask(folder.file(), kNow, name, DnsType::a);
  dns.ask(folder.file(), kNow + seconds{later}, name, DnsType::a);
  return dns.map.asked.size();
}

}  // namespace

TEST_CASE("a later run gets the same answer without asking") {
  const Folder folder;
  Asker dns(3600);
  for (int run = 0; run < 2; ++run) {
    const auto ask = [&](const char* name, DnsType type) {
      return dns.ask(folder.file(), kNow + seconds{100 * run}, name, type);
    };
    CHECK(ask("d.example", DnsType::txt).texts ==
          std::vector<std::string>{"v=spf1 -all", std::string("a\0b", 3)});
    CHECK(ask("d.example", DnsType::a).addresses.at(0).text() == "192.0.2.1");
    CHECK(ask("d.example", DnsType::aaaa).addresses.at(0).text() == "2001:db8::1");
    CHECK(ask("d.example", DnsType::mx).texts == std::vector<std::string>{""});
    CHECK(ask("d.example", DnsType::ptr).status == DnsStatus::no_data);
    CHECK(ask("n.example", DnsType::a).status == DnsStatus::nxdomain);
  }
  CHECK(dns.map.asked.size() == 6);
  struct stat status {};
  REQUIRE(stat(folder.file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  CHECK(dns.ask(folder.file(), kNow + seconds{100}, "d.example", DnsType::a).ttl == seconds{3500});
}

TEST_CASE("its folder is made, for the owner alone") {
  const Folder folder;
  Asker dns(3600);
  const std::string path = folder.file() + ".d/cache/dns.db";
  for (int run = 0; run < 2; ++run) dns.ask(path, kNow, "d.example", DnsType::a);
  CHECK(dns.map.asked.size() == 1);
  struct stat status {};
  REQUIRE(stat((folder.file() + ".d").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0700);
}

TEST_CASE("64 programs at once all get right answers, and leave a whole file") {
  const Folder folder;
  std::vector<pid_t> children;
  for (int number = 0; number < 64; ++number) {
    const pid_t child = fork();
    if (child == 0) {
      int wrong = 0;
      for (int round = 0; round < 40; ++round) {
        const std::string name = "h" + std::to_string((number + round) % 50) + ".example";
        DiskCache cache(folder.file(), [] { return kNow; });
        const std::string text = "text of " + name;
        if (const auto known = cache.find({name, DnsType::txt}))
          wrong += known->texts == std::vector<std::string>{text} ? 0 : 1;
        cache.keep({name, DnsType::txt}, {DnsStatus::ok, {}, {text}, seconds{3600}});
      }
      _exit(wrong);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  DiskCache cache(folder.file(), [] { return kNow; });
  std::size_t known = 0;
  for (int i = 0; i < 50; ++i)
    if (cache.find({"h" + std::to_string(i) + ".example", DnsType::txt})) ++known;
  CHECK(known == 50);
}

TEST_CASE("a cache whose pages are damaged answers nothing wrong, and the next one is a new one") {
  const Folder folder;
  Asker dns(3600);
  for (int i = 0; i < 400; ++i)
    dns.ask(folder.file(), kNow, "h" + std::to_string(i) + ".example", DnsType::txt);
  {
    std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 + 2);
    file << std::string(3 * 4096 - 2, '\xA5');
  }
  CHECK(dns.ask(folder.file(), kNow, "d.example", DnsType::txt).texts.at(0) == "v=spf1 -all");
  dns.ask(folder.file(), kNow, "d.example", DnsType::txt);
  dns.map.asked.clear();
  CHECK(dns.ask(folder.file(), kNow, "d.example", DnsType::txt).texts.at(0) == "v=spf1 -all");
  CHECK(dns.map.asked.empty());
}

TEST_CASE("answers die with their records, and no later than the cap") {
  struct Row {
    std::int64_t ttl;
    std::int64_t later;
    std::string name;
    std::size_t questions;
  };
  const Row kRows[] = {
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
  Asker dns(3600);
  const auto asks = [&dns](const std::string& path) {
    dns.map.asked.clear();
    for (int run = 0; run < 2; ++run) CHECK(dns.ask(path, kNow, "d.example", DnsType::a).is_ok());
    return dns.map.asked.size();
  };
  CHECK(asks("") == 2);
  CHECK(asks("/proc/nonexistent/dns.sqlite") == 2);
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
  Asker dns(3600);
  dns.ask(folder.file(), kNow, "d.example", DnsType::a);
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
    CHECK(dns.ask(folder.file(), kNow, "d.example", DnsType::a).addresses.at(0).text() ==
          "192.0.2.1");
    CHECK(dns.map.asked.size() == 1);
  }
}

}  // namespace unsent
