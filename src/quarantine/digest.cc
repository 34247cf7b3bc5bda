// SPDX-License-Identifier: MIT
#include "quarantine/digest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <unordered_set>

#include "base/digest.h"
#include "base/open.h"
#include "base/spool.h"
#include "base/text.h"
#include "base/whole_file.h"
#include "evidence/identity.h"
#include "quarantine/put_away.h"
#include "report/digest_mail.h"
#include "setup/key_file.h"
#include "setup/places.h"
#include "submit/real_sendmail.h"
#include "tag/message_tag.h"
#include "verdict/judge.h"

extern char** environ;

namespace unsent {
namespace {

constexpr std::size_t kShownOfCampaign = 5;
constexpr std::size_t kMostSeen = std::size_t{64} << 20U;  // bytes of the note
constexpr std::string_view kLead = "reason=\"";

// By what it came, a message was told of or not: hashes of ids, a line each.
class ToldOf {
 public:
  explicit ToldOf(const std::string& folder)
      : path_(state_folder() + "/digest-" + digest(folder).substr(0, 12) + ".seen") {
    const auto text = read_own_file(path_, kMostSeen);
    if (!text) return;
    for (const std::string_view line : split(*text, '\n'))
      if (!line.empty()) seen_.emplace(line);
  }
  bool has(const Quarantined& one) const { return seen_.count(hash_of(one)) > 0; }
  // What is gone from the quarantine is forgotten.
  Result<void> write(const std::vector<Quarantined>& all) const {
    if (auto made = make_folders(folder_of(path_)); !made) return made;
    auto file = WholeFile::begin(path_, WholeFile::Aside::unique);
    if (!file) return file.failure();
    for (const Quarantined& one : all)
      if (auto added = file->add(hash_of(one) + '\n'); !added) return added;
    return file->finish();
  }

 private:
  static std::string hash_of(const Quarantined& one) { return digest(one.id).substr(0, 16); }
  std::string path_;
  std::unordered_set<std::string> seen_;
};

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data()
                                                                             : "localhost";
}

// Whom the mail goes to, as the header shows it and as sendmail is told.
struct Owner {
  std::string shown;
  std::string told;
};

Result<Owner> owner_of(const DigestOptions& options, const Config& config) {
  if (options.to) {
    Identity ours;
    ours.domains = config.domains;
    ours.addresses = config.addresses;
    if (ours.is_ours(*options.to)) return Owner{options.to->text(), options.to->text()};
    return fail(ErrorCode::usage, "--to: " + options.to->text() + " is no address of yours",
                "it has to be one of [identity] in the configuration");
  }
  const passwd* user = ::getpwuid(::geteuid());
  if (user == nullptr || *user->pw_name == '\0' || *user->pw_name == '-')
    return fail(ErrorCode::os, "this user has no name", "name an address of yours with --to");
  return Owner{fmt::format("{}@{}", user->pw_name, host_name()), user->pw_name};
}

// The keys by which digests are known again are made with the first.
Result<KeyRing> digest_keys(Time now) {
  const std::string path = default_digest_keys_path();
  if (path.empty()) return fail(ErrorCode::config, "no home folder to keep the digest's key in");
  KeyRing ring;
  if (path_exists(path)) {
    auto read = read_key_file(path);
    if (!read) return read;
    ring = std::move(*read);
  }
  if (!ring.empty()) return ring;
  if (auto added = ring.add(now); !added) return added.failure();
  if (auto written = write_key_file(path, ring); !written) return written.failure();
  return ring;
}

// "unverified; kind=bounce; reason=\"…\"": what stands between the quotes.
std::string reason_of(std::string_view why) {
  const std::size_t begin = why.find(kLead);
  if (begin == why.npos) return why.empty() ? "no reason noted" : std::string(why);
  why.remove_prefix(begin + kLead.size());
  return std::string(why.substr(0, why.rfind('"')));
}

// Messages of one campaign, of which the nearest to doubt are kept.
struct Group {
  DigestCampaign campaign;
  std::vector<std::pair<unsigned, DigestMessage>> nearest;

  void add(const Quarantined& one, const PutAway& seen) {
    if (campaign.count++ == 0) campaign.first = campaign.last = one.since;
    campaign.first = std::min(campaign.first, one.since);
    campaign.last = std::max(campaign.last, one.since);
    const bool is_unverified = seen.why.starts_with(name_of(Verdict::unverified));
    if (is_unverified) ++campaign.unverified;
    const unsigned doubt = seen.doubt + (is_unverified ? 1000 : 0);
    const auto is_less = [](const auto& a, const auto& b) { return a.first > b.first; };
    std::pair<unsigned, DigestMessage> entry{
        doubt,
        {one.id, one.since, is_unverified, seen.original.empty() ? seen.subject : seen.original,
         reason_of(seen.why)}};
    nearest.insert(std::upper_bound(nearest.begin(), nearest.end(), entry, is_less),
                   std::move(entry));
    if (nearest.size() > kShownOfCampaign) nearest.pop_back();
  }
};

std::vector<DigestCampaign> group(const std::vector<Quarantined>& fresh, PutAwayReader& reader) {
  std::map<std::string, Group> groups;
  for (const Quarantined& one : fresh) {
    const PutAway seen = reader.look(one);
    Group& group = groups[seen.campaign.value_or("")];
    group.campaign.name = seen.campaign.value_or("");
    group.add(one, seen);
  }
  std::vector<std::pair<unsigned, DigestCampaign>> sorted;
  for (auto& [name, group] : groups) {
    for (auto& [doubt, message] : group.nearest)
      group.campaign.messages.push_back(std::move(message));
    sorted.emplace_back(group.nearest.front().first, std::move(group.campaign));
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second.count > b.second.count;
  });
  std::vector<DigestCampaign> list;
  for (auto& [doubt, campaign] : sorted) list.push_back(std::move(campaign));
  return list;
}

Result<std::string> marked(const DigestMail& mail) {
  const auto keys = digest_keys(mail.now);
  if (!keys) return keys.failure();
  const Message header = Message::parse(digest_header(mail) + '\n');
  const auto tag = make_tag(header.headers(), *keys->newest(), mail.now);
  return digest_mail(mail,
                     fmt::format("{}: 1\nX-Unsent-Tag: {}\n", kDigestField, tag.value_or("")));
}

// By the program, as the owner to the owner. It reads a file, so that neither waits for the other.
Result<int> hand_over(const std::string& program, const Owner& owner, const std::string& bytes) {
  const FileDescriptor file = open_nameless(temporary_folder());
  if (!file.is_open()) return os_failure("temporary file", errno);
  if (auto written = write_all(file.get(), bytes, "temporary file"); !written)
    return written.failure();
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return os_failure("temporary file", errno);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, file.get(), STDIN_FILENO);
  std::vector<std::string> words = {program, "-i", "-f", owner.told, "--", owner.told};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = -1;
  const int error = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return os_failure(program, error);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return os_failure(program, errno);
  return WIFEXITED(status) ? WEXITSTATUS(status) : static_cast<int>(ErrorCode::temp_fail);
}

Result<void> send(const DigestOptions& options, const Owner& owner, const std::string& bytes) {
  const auto program = options.sendmail ? Result<std::string>(*options.sendmail)
                                        : find_sendmail("name one with --sendmail");
  if (!program) return program.failure();
  const auto status = hand_over(*program, owner, bytes);
  if (!status) return status.failure();
  if (*status == 0) return {};
  return fail(ErrorCode::temp_fail,
              fmt::format("{}: did not take the digest (status {}); the next one tells of it again",
                          *program, *status));
}

}  // namespace

Outcome send_digest(const DigestOptions& options, const Config& config, RuleSet& rules, Time now) {
  const auto owner = owner_of(options, config);
  if (!owner) return owner.failure();
  if (state_folder().empty())
    return fail(ErrorCode::config, "no home folder to note in what was told");
  const auto all = list_quarantine_files(options.folder);
  if (!all) return all.failure();
  const ToldOf told(options.folder);
  std::vector<Quarantined> fresh;
  std::copy_if(all->begin(), all->end(), std::back_inserter(fresh),
               [&](const Quarantined& one) { return !told.has(one); });
  if (fresh.empty()) return 0;
  PutAwayReader reader(options.folder, rules);
  reader.learn(*all);
  DigestMail mail;
  mail.to = owner->shown;
  mail.now = now;
  mail.campaigns = group(fresh, reader);
  mail.in_all = all->size();
  mail.options = options.release_options;
  mail.message_id = fmt::format("{}.{}@{}", digest(fresh.front().id, fresh.back().id),
                                now.time_since_epoch().count(), host_name());
  const auto bytes = marked(mail);
  if (!bytes) return bytes.failure();
  if (options.is_printed) {
    if (auto written = write_all(STDOUT_FILENO, *bytes, "standard output"); !written)
      return written.failure();
    return 0;
  }
  if (auto sent = send(options, *owner, *bytes); !sent) return sent.failure();
  if (auto noted = told.write(*all); !noted) return noted.failure();
  return 0;
}

}  // namespace unsent
