// SPDX-License-Identifier: MIT
#include "deliver/confine.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <functional>

#include "base/file.h"
#include "deliver/arrival.h"
#include "deliver/syscall_filter.h"

namespace unsent {
namespace {

namespace fs = std::filesystem;

struct Scratch {
  std::string path;
  Scratch() {
    char name[] = "/tmp/unsent-confine-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path = name;
    for (const char* folder : {"/open", "/ledger", "/closed"}) {
      fs::create_directory(path + folder);
      const FileDescriptor file(
          ::open((path + folder + "/file").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
      REQUIRE(write_all(file.get(), "text", "file"));
    }
  }
  ~Scratch() { fs::remove_all(path); }
};

bool has_landlock() { return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, 1U) >= 1; }
bool has_landlock_net() { return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, 1U) >= 4; }

constexpr int kSignal = 1000;

// What becomes of a process that is confined and then does that: its status, or kSignal and the
// signal that ended it.
int done_confined(const Confinement& confinement, const std::function<int()>& deed) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    confine(confinement);
    ::_exit(deed());
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? kSignal + WTERMSIG(status) : WEXITSTATUS(status);
}

// 0 or errno.
int opened(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  ::close(fd);
  return 0;
}

int connected(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0
                                                                                         : errno;
}

}  // namespace

TEST_CASE("only the files that were named are read, and only in named folders are they changed") {
  const Scratch at;
  const Confinement confinement{
      {at.path + "/open", at.path + "/not-there"}, {at.path + "/ledger"}, {}};
  const int closed = has_landlock() ? EACCES : 0;
  struct Row {
    const char* path;
    int flags;
    int outcome;
  };
  for (const Row& row :
       {Row{"/open/file", O_RDONLY, 0}, Row{"/ledger/file", O_RDWR, 0},
        Row{"/ledger/new", O_RDWR | O_CREAT, 0}, Row{"/open/file", O_RDWR, closed},
        Row{"/open/new", O_WRONLY | O_CREAT, closed}, Row{"/closed/file", O_RDONLY, closed},
        Row{"/closed/new", O_WRONLY | O_CREAT, closed},
        Row{"/open/../closed/file", O_RDONLY, closed},
        Row{"/../../etc/passwd", O_RDONLY, closed}}) {
    CAPTURE(row.path);
    CAPTURE(row.flags);
    CHECK(done_confined(confinement, [&] { return opened(at.path + row.path, row.flags); }) ==
          row.outcome);
  }
  const auto removed = [&](const char* path) {
    return done_confined(confinement,
                         [&] { return ::unlink((at.path + path).c_str()) == 0 ? 0 : errno; });
  };
  CHECK(removed("/ledger/file") == 0);
  CHECK(removed("/closed/file") == closed);
  CHECK(fs::exists(at.path + "/closed/file") == has_landlock());
}

TEST_CASE("what was opened before goes on, and so does all that judging does") {
  const Scratch at;
  const FileDescriptor before(::open((at.path + "/closed/file").c_str(), O_RDWR | O_CLOEXEC));
  CHECK(done_confined({}, [&] {
          std::string large(std::size_t{8} << 20U, 'x');
          const bool has_read = read_all(before.get(), "before").has_value();
          const bool has_written = write_all(before.get(), large, "before").has_value();
          void* const page =
              ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          const bool is_code = ::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
          return has_read && has_written && is_code ? 0 : 1;
        }) == 0);
}

TEST_CASE("another program or process, another's memory and signals end the process") {
  const std::pair<const char*, std::function<int()>> rows[] = {
      {"a program", [] { return ::execl("/bin/true", "true", nullptr); }},
      {"a process", [] { return ::fork() == 0 ? 0 : 1; }},
      {"a process by the shell", [] { return ::system("true"); }},
      {"a look into another process",
       [] { return static_cast<int>(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr)); }},
      {"a signal to another", [] { return ::kill(::getppid(), 0); }},
      {"a signal to a thread of another",
       [] { return static_cast<int>(::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0)); }},
      {"a listener", [] { return ::listen(0, 1); }}};
  for (const auto& [what, deed] : rows) {
    CAPTURE(what);
    CHECK(done_confined({{}, {}, {53}}, deed) == kSignal + SIGSYS);
  }
}

#if defined(__x86_64__)
int get_pid_as_with_32_bits() {
  std::signal(SIGSEGV, SIG_DFL);  // a sanitizer would make it a status
  int result = 20;
  __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
  return result == 0 ? 0 : 1;
}

TEST_CASE("calls as with 32 bits end the process, in the filter or in a kernel without them") {
  const int status = done_confined({}, get_pid_as_with_32_bits);
  CHECK((status == kSignal + SIGSYS || status == kSignal + SIGSEGV));
}
#endif

TEST_CASE("new kinds of calls are refused; an end of one's own is one's own") {
  for (const long call : {long{SYS_io_uring_setup}, long{SYS_clone3}, long{SYS_pidfd_open}, 600L})
    CHECK(done_confined({}, [call] { return ::syscall(call, 1, nullptr) < 0 ? errno : 0; }) ==
          ENOSYS);
  CHECK(done_confined({}, []() -> int {
          std::signal(SIGABRT, SIG_DFL);
          std::abort();
        }) == kSignal + SIGABRT);
}

TEST_CASE("names are neither moved nor linked to where they could be read or written") {
  const Scratch at;
  const Confinement confinement{{at.path + "/open"}, {at.path + "/ledger"}, {}};
  const auto tried = [&](const std::function<int()>& deed) {
    return done_confined(confinement, [&] { return deed() == 0 ? 0 : errno; });
  };
  const std::string closed = at.path + "/closed/file";
  const std::string ledger = at.path + "/ledger/b";
  const bool is_bound = has_landlock();
  CHECK((tried([&] { return ::rename(closed.c_str(), ledger.c_str()); }) != 0) == is_bound);
  if (!is_bound) return;
  CHECK(tried([&] { return ::link(closed.c_str(), ledger.c_str()); }) != 0);
  CHECK(tried([&] { return ::symlink("/", (ledger + "c").c_str()); }) != 0);
  CHECK(tried([&] { return ::truncate(closed.c_str(), 0); }) != 0);
  CHECK(fs::file_size(closed) == 4);
}

TEST_CASE("sockets are of the internet, where the DNS is asked, and TCP goes to its port alone") {
  const auto made = [](int domain) {
    return [domain] { return ::socket(domain, SOCK_DGRAM, 0) >= 0 ? 0 : errno; };
  };
  for (const int domain : {AF_INET, AF_INET6}) {
    CHECK(done_confined({{}, {}, {53}}, made(domain)) == 0);
    CHECK(done_confined({}, made(domain)) == EACCES);
  }
  for (const int domain : {AF_UNIX, AF_NETLINK, AF_PACKET})
    CHECK(done_confined({{}, {}, {53}}, made(domain)) == EACCES);
  // Nobody listens there.
  CHECK(done_confined({{}, {}, {53, 9}}, [] { return connected(9); }) == ECONNREFUSED);
  CHECK(done_confined({{}, {}, {53}}, [] { return connected(9); }) ==
        (has_landlock_net() ? EACCES : ECONNREFUSED));
}

TEST_CASE("who breaks out while a mail is judged is ended, and the mail is not judged but there") {
  const Judged judged = judge_apart(
      []() -> Judged {
        confine({});
        ::execl("/bin/true", "true", nullptr);
        return {};
      },
      std::chrono::milliseconds(60000));
  CHECK(!judged.is_judged);
  CHECK(judged.problem == "the judging process died");
}

}  // namespace unsent
