// SPDX-License-Identifier: MIT
#include "deliver/flood_memory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "base/file.h"
#include "base/open.h"
#include "flood/second_look.h"

namespace unsent {
namespace {

// What a file of another version of this program has stands for nothing here.
constexpr std::uint64_t kMark = 0x3130646F6F6C66ULL;  // "flood01"
constexpr std::size_t kSize = 64;
constexpr off_t kLargest = static_cast<off_t>(kMostRemembered * kSize);
static_assert(sizeof(kMark) + sizeof(Remembered::report) + sizeof(Member) == kSize);

std::string path_in(const std::string& folder) { return folder + "/flood.seen"; }

// Records of both files, oldest first.
std::string read_records(const std::string& folder) {
  std::string bytes;
  for (const char* end : {".old", ""})
    if (auto read = read_own_file(path_in(folder) + end, 2 * kLargest)) bytes += *read;
  return bytes;
}

std::uint64_t report_hash(const Message& message) {
  std::string text;
  for (const char* field : {"Message-ID", "Date", "From", "To", "Subject"})
    text += message.headers().text(field) + '\n';
  return flood_hash(text, message.body().substr(0, 4096));
}

bool is_decided_by_flood(const Facts& facts) {
  return std::any_of(facts.begin(), facts.end(), [](const Fact& fact) {
    return fact.check == Check::flood && fact.points_to == PointsTo::backscatter &&
           fact.strength >= Strength::strong;
  });
}

}  // namespace

std::string pack(const Remembered& one) {
  std::string bytes(kSize, '\0');
  std::memcpy(bytes.data(), &kMark, sizeof kMark);
  std::memcpy(bytes.data() + 8, &one.report, sizeof one.report);
  std::memcpy(bytes.data() + 16, &one.member, sizeof one.member);
  return bytes;
}

std::optional<Remembered> unpack(std::string_view bytes) {
  if (bytes.size() != kSize || std::memcmp(bytes.data(), &kMark, sizeof kMark) != 0)
    return std::nullopt;
  std::uint8_t way = 0;
  std::memcpy(&way, bytes.data() + 16 + offsetof(Member, way), sizeof way);
  if (way > static_cast<std::uint8_t>(Way::unnamed)) return std::nullopt;
  Remembered one;
  std::memcpy(&one.report, bytes.data() + 8, sizeof one.report);
  std::memcpy(&one.member, bytes.data() + 16, sizeof one.member);
  return one;
}

// A record is found by its mark, wherever one before it was cut short; one in which another begins
// is such.
std::vector<Remembered> read_flood_memory(const std::string& folder, Time now) {
  std::vector<Remembered> all;
  if (folder.empty()) return all;
  const std::string bytes = read_records(folder);
  const std::int32_t first = std::int32_t{day_number(now)} - kDaysRemembered;
  const std::string_view mark(reinterpret_cast<const char*>(&kMark), sizeof kMark);
  for (std::size_t at = 0; at + kSize <= bytes.size();) {
    const std::size_t next = bytes.find(mark, at + 1);
    if (next < at + kSize) {
      at = next;
      continue;
    }
    const auto one = unpack(std::string_view(bytes).substr(at, kSize));
    if (one && one->member.day >= first) all.push_back(*one);
    at += one ? kSize : 1;
  }
  if (all.size() > kMostRemembered)
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(kMostRemembered));
  return all;
}

Result<void> remember_report(const std::string& folder, const Remembered& one) {
  if (folder.empty()) return fail(ErrorCode::config, "no home folder to remember reports in");
  if (auto made = make_folders(folder); !made) return made;
  const std::string path = path_in(folder);
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && status.st_size >= kLargest)
    static_cast<void>(::rename(path.c_str(), (path + ".old").c_str()));
  const auto file = open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW);
  if (!file) return file.failure();
  return write_all(file->get(), pack(one), path);
}

Company look_among(Judgement& judgement, const Message& message,
                   const std::vector<Remembered>& others, Time came) {
  Company company;
  company.remembered.report = report_hash(message);
  company.remembered.member = make_member(judgement, came);
  const Member& own = company.remembered.member;
  company.has_member = own.run != 0 || own.make != 0 || own.network != 0;
  if (!company.has_member) return company;
  company.is_of_service =
      own.is(Member::service) && (own.is(Member::forbidden) || own.is(Member::open));
  Flood flood;
  std::unordered_set<std::uint64_t> known = {company.remembered.report};
  for (const Remembered& other : others)
    if (known.insert(other.report).second) flood.add(other.member);
  const auto index = flood.add(own);
  flood.finish();
  const FloodFinding finding = flood.finding(*index);
  if (!is_worth_a_second_look(judgement.decision.verdict, finding)) return company;
  add_flood_facts(judgement.facts, finding, flood.measure(), judgement.carriage.organisation);
  judgement.decision = decide(judgement.bounce.kind, judgement.facts);
  if (finding.of_service > 0) company.service = judgement.carriage.organisation;
  company.is_by_company =
      judgement.decision.verdict == Verdict::backscatter && is_decided_by_flood(judgement.facts);
  return company;
}

}  // namespace unsent
