// SPDX-License-Identifier: MIT
// A filter of its own making: it is loaded anew for each mail, and the kernel compiles it then and
// asks it about every call there is. A short tree of comparisons takes it a third of the time that
// a list of all that is allowed would.
#include "deliver/syscall_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace unsent {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kProcessor = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kProcessor = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kProcessor = 0;
#endif

enum class Deed { allow, refuse, end, socket, own_signal };

// Other programs and processes, looks into them and signals to them; listening; the kernel's
// doors for administrators, and those by which calls are made that no filter sees.
constexpr long kEnding[] = {
    SYS_clone,
    SYS_execve,
    SYS_execveat,
    SYS_kill,
    SYS_tkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_accept,
    SYS_accept4,
    SYS_listen,
    SYS_chroot,
    SYS_acct,
    SYS_settimeofday,
    SYS_mount,
    SYS_umount2,
    SYS_swapon,
    SYS_swapoff,
    SYS_reboot,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_init_module,
    SYS_delete_module,
    SYS_finit_module,
    SYS_kexec_load,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_unshare,
    SYS_setns,
    SYS_perf_event_open,
    SYS_bpf,
    SYS_userfaultfd,
#if defined(__x86_64__)
    SYS_fork,
    SYS_vfork,
    SYS_iopl,
    SYS_ioperm,
#endif
};
// From here on calls are new, on all processors alike: io_uring, clone3, pidfds. Whoever may need
// one knows an older one.
constexpr long kNew = SYS_pidfd_send_signal;

struct Span {
  std::uint32_t first = 0;  // calls from this one on, up to the next span
  Deed deed = Deed::allow;
};

// What is written while the program is compiled, so that a mail does not wait for it.
struct Program {
  static constexpr std::size_t kMost = 250;
  std::array<sock_filter, kMost> lines{};
  std::size_t size = 0;
  std::size_t own_process = 0;  // the line that compares with its number

  constexpr void add(unsigned code, std::uint32_t value, std::uint8_t if_so = 0,
                     std::uint8_t if_not = 0) {
    lines.at(size++) = {static_cast<std::uint16_t>(code), if_so, if_not, value};
  }
  constexpr void end_with(std::uint32_t what) { add(BPF_RET | BPF_K, what); }
  constexpr void load(std::size_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  }
  constexpr void compare(std::uint32_t value, std::uint8_t if_so) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, if_so, 0);
  }

  constexpr void leaf(Deed deed, Sockets sockets) {
    constexpr std::uint32_t kNoSocket = SECCOMP_RET_ERRNO | EACCES;
    switch (deed) {
      case Deed::allow:
        return end_with(SECCOMP_RET_ALLOW);
      case Deed::refuse:
        return end_with(SECCOMP_RET_ERRNO | ENOSYS);
      case Deed::end:
        return end_with(SECCOMP_RET_KILL_PROCESS);
      case Deed::socket:
        if (sockets == Sockets::none) return end_with(kNoSocket);
        load(offsetof(seccomp_data, args));
        compare(AF_INET, 2);
        compare(AF_INET6, 1);
        end_with(kNoSocket);
        return end_with(SECCOMP_RET_ALLOW);
      case Deed::own_signal:
        load(offsetof(seccomp_data, args));
        own_process = size;
        compare(0, 1);
        end_with(SECCOMP_RET_KILL_PROCESS);
        return end_with(SECCOMP_RET_ALLOW);
    }
  }

  constexpr void branch(const Span* first, const Span* end, Sockets sockets) {
    if (end - first == 1) return leaf(first->deed, sockets);
    const Span* const middle = first + (end - first) / 2;
    const std::size_t choice = size;
    add(BPF_JMP | BPF_JGE | BPF_K, middle->first);
    branch(first, middle, sockets);
    lines.at(choice).jt = static_cast<std::uint8_t>(size - choice - 1);
    branch(middle, end, sockets);
  }
};

constexpr std::uint32_t number(long call) { return static_cast<std::uint32_t>(call); }

constexpr auto deeds() {
  std::array<Span, std::size(kEnding) + 2> all{};
  std::size_t count = 0;
  for (const long call : kEnding) all.at(count++) = {number(call), Deed::end};
  all.at(count++) = {number(SYS_socket), Deed::socket};
  all.at(count++) = {number(SYS_tgkill), Deed::own_signal};  // of abort()
  std::sort(all.begin(), all.end(), [](const Span& a, const Span& b) { return a.first < b.first; });
  return all;
}

struct Spans {
  std::array<Span, 2 * std::size(kEnding) + 6> all{};
  std::size_t count = 0;

  constexpr void add(std::uint32_t first, Deed deed) {
    if (count > 0 && all.at(count - 1).first == first) --count;
    if (count == 0 || all.at(count - 1).deed != deed) all.at(count++) = {first, deed};
  }
};

constexpr Spans spans() {
  Spans spans;
  spans.add(0, Deed::allow);
  for (const Span& one : deeds()) {
    spans.add(one.first, one.deed);
    spans.add(one.first + 1, Deed::allow);
  }
  spans.add(number(kNew), Deed::refuse);
  return spans;
}

constexpr Program program_for(Sockets sockets) {
  Program program;
  program.load(offsetof(seccomp_data, arch));
  program.compare(kProcessor, 1);
  program.end_with(SECCOMP_RET_KILL_PROCESS);
  program.load(offsetof(seccomp_data, nr));
  const Spans all = spans();
  program.branch(all.all.data(), all.all.data() + all.count, sockets);
  return program;
}

constexpr Program kNoSockets = program_for(Sockets::none);
constexpr Program kInternet = program_for(Sockets::internet);

}  // namespace

void filter_system_calls(Sockets sockets) {
  if (kProcessor == 0) return;
  Program program = sockets == Sockets::none ? kNoSockets : kInternet;
  program.lines.at(program.own_process).k = number(::getpid());
  const sock_fprog loaded{static_cast<unsigned short>(program.size), program.lines.data()};
  // Or the kernel would slow the process down for the sake of others' secrets, before 5.16.
  ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &loaded);
}

}  // namespace unsent
