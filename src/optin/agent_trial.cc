// SPDX-License-Identifier: MIT
#include "optin/agent_trial.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "acting/quarantine.h"
#include "base/file.h"
#include "base/spool.h"
#include "base/text.h"
#include "doctor/probe.h"
#include "mail/address.h"
#include "optin/agent_file.h"
#include "setup/setup.h"

namespace unsent {

std::string find_program(const std::string& name) {
  for (const char* folder :
       {"/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/", "/usr/lib/dovecot/",
        "/usr/libexec/dovecot/", "/usr/local/libexec/dovecot/"})
    if (::access((folder + name).c_str(), X_OK) == 0) return folder + name;
  return "";
}

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr auto kPatience = std::chrono::seconds(30);
constexpr const char* kRecipient = "nobody@optin.invalid";

// A home of its own, gone with this object.
class Scratch {
 public:
  static Result<Scratch> make() {
    std::string folder = temporary_folder() + "/unsent-optin-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) return os_failure(folder, errno);
    return Scratch(folder);
  }
  Scratch(Scratch&& other) noexcept : folder_(std::exchange(other.folder_, "")) {}
  Scratch& operator=(Scratch&&) = delete;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code none;
    if (!folder_.empty()) fs::remove_all(folder_, none);
  }

  const std::string& folder() const { return folder_; }
  std::string path(const std::string& name) const { return folder_ + '/' + name; }

 private:
  explicit Scratch(std::string folder) : folder_(std::move(folder)) {}
  std::string folder_;
};

// The configuration, in which that folder is the quarantine whatever it was.
std::string with_quarantine(std::string_view config, const std::string& folder) {
  const std::string path = fmt::format("path = \"{}\"\n", folder);
  std::string text;
  bool is_inside = false;
  bool is_put = false;
  while (!config.empty()) {
    const std::string_view line = take_line(config);
    const std::string_view what = trim(line);
    const bool is_header = what.starts_with('[');
    if (is_header) is_inside = what.starts_with("[quarantine]");
    const bool is_path =
        (is_inside && what.starts_with("path")) || what.starts_with("quarantine.path");
    if (!is_path) text += std::string(line) + '\n';
    if (is_header && is_inside) text += path;
    is_put = is_put || (is_header && is_inside);
  }
  return is_put ? text : text + "[quarantine]\n" + path;
}

std::vector<char*> pointers_to(Words& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// -1 where it took too long or a signal ended it.
int wait_for(pid_t child) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until) ::kill(child, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class Trial {
 public:
  // config: of the user, where the lines are installed; else one under which a made-up bounce is
  // surely called backscatter.
  Trial(Agent agent, const Wiring& wiring, const Scratch& scratch,
        std::optional<std::string> config = std::nullopt)
      : agent_(agent),
        scratch_(scratch),
        wiring_(wiring),
        config_(std::move(config)),
        is_put_away_(!wiring.quarantine.empty()) {
    wiring_.mailbox = "--maildir " + inbox();
    // Under qmail another line may deliver: then ours only puts away.
    if (agent == Agent::qmail && wiring.mailbox.empty()) wiring_.mailbox.clear();
    // What the configuration names is real.
    if (config_) config_ = with_quarantine(*config_, away());
    if (is_put_away_) wiring_.quarantine = away();
  }

  Result<std::string> run() {
    if (auto made = furnish(); !made) return made.failure();
    const auto lines = make_lines(agent_, wiring_);
    if (!lines) return lines.failure();
    auto with = prepare(*lines);
    if (!with) return with;
    const auto address = *Address::parse(kRecipient);
    const std::string bounce = make_probes(address, current_time()).back().bytes;
    const std::string ordinary = fmt::format(
        "From: somebody@optin.invalid\nTo: {}\nSubject: a trial\n\nFrom here on\n.\n\xC3\xBC\n",
        kRecipient);
    if (auto came = hand_over(bounce, true); !came) return came.failure();
    if (auto came = hand_over(ordinary, false); !came) return came.failure();
    return fmt::format("tried with {}: a made-up bounce was {}, other mail arrived unchanged",
                       *with, was_put_away_ ? "put away" : "marked");
  }

 private:
  std::string inbox() const { return scratch_.path("Maildir"); }
  std::string away() const { return scratch_.path("Maildir/.Backscatter"); }

  Result<void> furnish() {
    for (const std::string& folder : {inbox(), away()})
      for (const char* part : {"/cur", "/new", "/tmp"})
        if (auto made = make_folders(folder + part); !made) return made;
    for (const char* folder : {"bin", ".config/unsent"})
      if (auto made = make_folders(scratch_.path(folder)); !made) return made;
    if (::symlink(wiring_.program.c_str(), scratch_.path("bin/unsent").c_str()) != 0)
      return os_failure(scratch_.path("bin/unsent"), errno);
    const std::string config = scratch_.path(".config/unsent/config.toml");
    if (config_) return write_own_file(config, *config_);
    return write_own_file(
        config, fmt::format("[identity]\ndomains = [\"optin.invalid\"]\nnever_sends = [\"{}\"]\n"
                            "[dns]\nserver = \"127.0.0.1:9\"\n[policy]\nbackscatter = \"{}\"\n"
                            "[quarantine]\npath = \"{}\"\n",
                            kRecipient, is_put_away_ ? "quarantine" : "tag", away()));
  }

  // Writes what the agent reads; its name.
  Result<std::string> prepare(const std::string& lines) {
    switch (agent_) {
      case Agent::procmail:
        return prepare_procmail(lines);
      case Agent::maildrop:
        return prepare_maildrop(lines);
      case Agent::sieve:
        return prepare_sieve(lines);
      case Agent::forward:
      case Agent::exim: {
        const std::size_t slash = lines.find("/bin/sh");
        call_ = {"/bin/sh", "-c", lines.substr(slash, lines.rfind('"') - slash)};
        return std::string("a shell, as mail systems call it");
      }
      case Agent::qmail:
        call_ = {"/bin/sh", "-c", lines.substr(1)};
        return std::string("a shell, as qmail calls it");
      case Agent::site:
        break;
    }
    return only_unsent("the site's filter is the administrator's");
  }

  // The agent runs elsewhere, perhaps: what can be tried is our own part.
  Result<std::string> only_unsent(const std::string& why) {
    call_ = {"/bin/sh", "-c", fmt::format("{} deliver --maildir {}", wiring_.program, inbox())};
    return fmt::format("unsent alone ({})", why);
  }

  Result<std::string> prepare_procmail(const std::string& lines) {
    const std::string program = find_program("procmail");
    if (program.empty()) return only_unsent("there is no procmail on this host");
    const std::string file = scratch_.path("procmailrc");
    call_ = {program, "-m"};
    call_.push_back("HOME=" + scratch_.folder());
    call_.push_back(file);
    return written(file,
                   fmt::format("SHELL=/bin/sh\nMAILDIR={}\nDEFAULT={}/\nLOGFILE={}\n", inbox(),
                               inbox(), scratch_.path("agent.log")) +
                       lines,
                   "procmail");
  }

  Result<std::string> prepare_maildrop(const std::string& lines) {
    const std::string program = find_program("maildrop");
    if (program.empty()) return only_unsent("there is no maildrop on this host");
    const std::string file = scratch_.path("mailfilter");
    call_ = {program, file};
    return written(file,
                   fmt::format("SHELL=\"/bin/sh\"\nHOME=\"{}\"\nDEFAULT=\"{}\"\n",
                               scratch_.folder(), inbox()) +
                       lines,
                   "maildrop");
  }

  Result<std::string> prepare_sieve(const std::string& lines) {
    const std::string program = find_program("dovecot-lda");
    if (program.empty()) return only_unsent("there is no Dovecot on this host");
    if (::geteuid() == 0) return only_unsent("Dovecot does not deliver to root");
    const std::string& home = scratch_.folder();
    const std::string conf = fmt::format(
        "log_path = {0}/agent.log\nmail_location = maildir:{1}\nmail_home = {0}\nssl = no\n"
        "protocols =\nfirst_valid_uid = 1\npostmaster_address = postmaster@optin.invalid\n"
        "protocol lda {{\n  mail_plugins = sieve\n}}\nplugin {{\n  sieve = file:{0}/active.sieve\n"
        "  sieve_plugins = sieve_extprograms\n  sieve_extensions = +vnd.dovecot.filter\n"
        "  sieve_filter_bin_dir = {0}/bin\n}}\n",
        home, inbox());
    if (auto done = write_own_file(scratch_.path("dovecot.conf"), conf); !done)
      return done.failure();
    call_ = {program, "-c", scratch_.path("dovecot.conf"), "-f", "", "-a", kRecipient, "-e"};
    return written(scratch_.path("active.sieve"), lines, "Dovecot");
  }

  static Result<std::string> written(const std::string& path, const std::string& text,
                                     const char* name) {
    if (auto done = write_own_file(path, text); !done) return done.failure();
    return std::string(name);
  }

  // Exactly one message more, in the right folder, that ends in what was handed over.
  Result<void> hand_over(const std::string& bytes, bool is_bounce) {
    if (auto done = write_own_file(scratch_.path("mail"), bytes); !done) return done;
    const int status = call(call_);
    const auto inside = list_quarantine_files(inbox());
    const auto outside = list_quarantine_files(away());
    if (!inside) return inside.failure();
    if (!outside) return outside.failure();
    // By the user's configuration either may be right.
    const bool is_away = is_bounce && (config_ ? !outside->empty() : is_put_away_);
    if (is_bounce) was_put_away_ = is_away;
    const bool is_left = agent_ == Agent::qmail && wiring_.mailbox.empty() && !is_away;
    const int wanted = agent_ == Agent::qmail && is_away ? 99 : 0;
    if (status != wanted) return failed(fmt::format("it ended with status {}", status));
    const auto& came = is_away ? *outside : *inside;
    const auto& others = is_away ? *inside : *outside;
    if (came.size() != (is_left ? 0 : 1) || !others.empty())
      return failed(is_bounce ? "the made-up bounce did not come where it should"
                              : "other mail did not come where it should");
    return is_left ? Result<void>() : look_at(came.front().path, bytes, is_bounce);
  }

  Result<void> look_at(const std::string& path, const std::string& bytes, bool is_bounce) {
    const auto text = read_file(path);
    if (!text) return text.failure();
    if (!contains_bytes(*text, bytes.substr(bytes.find("\n\n"))))
      return failed("the message was changed");
    const bool is_marked = config_ ? contains_bytes(*text, "X-Unsent-Verdict: ") &&
                                         !contains_bytes(*text, "X-Unsent-Verdict: ordinary") &&
                                         !contains_bytes(*text, "not judged")
                                   : contains_bytes(*text, "X-Unsent-Verdict: backscatter");
    if (is_bounce && !is_marked) return failed("the made-up bounce was not judged");
    ::unlink(path.c_str());
    return {};
  }

  static bool contains_bytes(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
  }

  Unexpected failed(const std::string& why) const {
    std::string said;
    for (const char* name : {"output", "agent.log"})
      if (const auto text = read_file(scratch_.path(name)); text && said.empty())
        said = std::string(trim(text->substr(0, text->find('\n'))));
    return fail(ErrorCode::unavailable,
                fmt::format("the trial with {} failed: {}{}", call_.front(), why,
                            config_ ? "" : "; nothing is changed"),
                said.empty() ? "is the program where the agent may run it?" : "it said: " + said);
  }

  int call(Words words) const {
    Words pairs = {"HOME=" + scratch_.folder(), "PATH=/usr/local/bin:/usr/bin:/bin",
                   "SENDER=", "USER=" + wiring_.user};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, scratch_.path("mail").c_str(),
                                       O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, scratch_.path("output").c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    sigset_t as_usual;
    ::sigemptyset(&as_usual);
    ::sigaddset(&as_usual, SIGPIPE);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setsigdefault(&attributes, &as_usual);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t child = -1;
    const int error = ::posix_spawn(&child, words.front().c_str(), &actions, &attributes,
                                    pointers_to(words).data(), pointers_to(pairs).data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? wait_for(child) : -1;
  }

 public:
  // As the server sees it, with its own configuration.
  Result<void> compile(const std::string& candidate) {
    const std::string program = find_program("sievec");
    if (program.empty()) return {};
    for (const char* name : {"mail", "candidate.sieve"})
      if (auto done = write_own_file(scratch_.path(name), candidate); !done) return done;
    call_ = {program, scratch_.path("candidate.sieve"), scratch_.path("candidate.svbin")};
    if (call(call_) == 0) return {};
    return failed("the script would not compile");
  }

 private:
  Agent agent_;
  const Scratch& scratch_;
  Wiring wiring_;
  std::optional<std::string> config_;
  bool is_put_away_;
  bool was_put_away_ = false;
  Words call_;
};

}  // namespace

Result<std::string> try_lines(Agent agent, const Wiring& wiring, const std::string& candidate) {
  const auto scratch = Scratch::make();
  if (!scratch) return scratch.failure();
  Trial trial(agent, wiring, *scratch);
  if (agent == Agent::sieve)
    if (auto compiled = trial.compile(candidate); !compiled) return compiled.failure();
  return trial.run();
}

Result<std::string> try_installed(Agent agent, const Wiring& wiring, const std::string& config) {
  const auto scratch = Scratch::make();
  if (!scratch) return scratch.failure();
  return Trial(agent, wiring, *scratch, config).run();
}

std::optional<std::string> output_of(std::vector<std::string> words) {
  const auto scratch = Scratch::make();
  if (!scratch) return std::nullopt;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, scratch->path("output").c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const int error = ::posix_spawn(&child, words.front().c_str(), &actions, nullptr,
                                  pointers_to(words).data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0 || wait_for(child) != 0) return std::nullopt;
  auto text = read_file(scratch->path("output"), std::size_t{64} << 10U);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace unsent
