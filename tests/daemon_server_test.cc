// SPDX-License-Identifier: MIT
// A service that says back what it hears, and clients of all kinds.
#include "daemon/server.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/open.h"
#include "daemon/manager.h"
#include "daemon/worker.h"

namespace unsent {
namespace {

using std::chrono::milliseconds;

struct Folder {
  Folder() : path(std::filesystem::temp_directory_path() / "unsent-daemon-XXXXXX") {
    REQUIRE(::mkdtemp(path.data()) != nullptr);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

FileDescriptor connect_to(const std::string& path) {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  const timeval patience{10, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return socket;
}

std::string hear(int fd, std::size_t most = 1 << 20U) {
  std::string heard;
  char piece[4096];
  while (heard.size() < most) {
    const ssize_t count = ::read(fd, piece, std::min(sizeof piece, most - heard.size()));
    if (count <= 0) break;
    heard.append(piece, static_cast<std::size_t>(count));
  }
  return heard;
}

// Lines: "later" is answered by another thread, "never" by nobody, "bye" ends; others come back.
class Echo : public Conversation {
 public:
  Echo(Loop& loop, Worker& worker) : loop_(loop), worker_(worker) {}
  std::size_t take(std::string_view bytes, const std::shared_ptr<Speaker>& speaker) override {
    const std::size_t end = bytes.find('\n');
    if (end == bytes.npos) return 0;
    const std::string line(bytes.substr(0, end + 1));
    if (line == "later\n")
      worker_.give([this, speaker, line] { loop_.post([speaker, line] { speaker->send(line); }); });
    else if (line != "never\n")
      speaker->send(line);
    if (line == "bye\n") speaker->hang_up();
    return end + 1;
  }

 private:
  Loop& loop_;
  Worker& worker_;
};

// The service on a thread of its own; ends with it.
struct Service {
  explicit Service(ServerLimits limits) {
    auto made = Loop::make();
    REQUIRE(made);
    loop = std::move(*made);
    auto listening = listen_at(folder.path + "/s", 0600);
    REQUIRE(listening);
    server = std::make_unique<Server>(
        *loop, limits, [this](const Peer&) { return std::make_unique<Echo>(*loop, worker); });
    REQUIRE(server->listen(std::move(*listening)));
    thread = std::thread([this] { static_cast<void>(loop->run().has_value()); });
  }
  ~Service() {
    if (thread.joinable()) end();
  }
  void end() {
    loop->post([this] { server->end([this] { loop->stop(); }); });
    thread.join();
  }
  FileDescriptor client() const { return connect_to(folder.path + "/s"); }
  std::string ask(const FileDescriptor& socket, const std::string& line) const {
    if (!write_all(socket.get(), line, "socket")) return "broken";
    return hear(socket.get(), line.size());
  }

  Folder folder;
  std::unique_ptr<Loop> loop;
  Worker worker;
  std::unique_ptr<Server> server;
  std::thread thread;
};

ServerLimits quick() {
  ServerLimits limits;
  limits.idle = milliseconds(60000);
  limits.answer = milliseconds(60000);
  limits.request = milliseconds(3000);
  limits.farewell = milliseconds(5000);
  limits.request_bytes = 1000;
  limits.connections = 10;
  limits.connections_of_user = 5;
  limits.held_bytes = 1 << 20U;
  return limits;
}

}  // namespace

TEST_CASE("requests are answered one by one, in the order in which they came") {
  const Service service(quick());
  const auto client = service.client();
  CHECK(service.ask(client, "a\n") == "a\n");
  std::string many;
  for (int i = 0; i < 90; ++i) many += i % 7 == 0 ? "later\n" : "now\n";
  CHECK(service.ask(client, many) == many);
  for (const char* half : {"h", "al", "f\n"}) REQUIRE(write_all(client.get(), half, "socket"));
  CHECK(hear(client.get(), 5) == "half\n");
}

TEST_CASE("who has said all is answered before the end") {
  const Service service(quick());
  const auto client = service.client();
  REQUIRE(write_all(client.get(), "a\nlater\nb\nrest", "socket"));
  ::shutdown(client.get(), SHUT_WR);
  CHECK(hear(client.get()) == "a\nlater\nb\n");
}

TEST_CASE("a conversation may end it") {
  const Service service(quick());
  const auto client = service.client();
  REQUIRE(write_all(client.get(), "bye\na\n", "socket"));
  CHECK(hear(client.get()) == "bye\n");
}

TEST_CASE("half a request, or too long a one, ends it; the others do not notice") {
  const Service service(quick());
  const auto half = service.client();
  const auto other = service.client();
  REQUIRE(write_all(half.get(), "half", "socket"));
  CHECK(service.ask(other, "a\n") == "a\n");
  CHECK(hear(half.get()).empty());
  CHECK(service.ask(other, "b\n") == "b\n");
  static_cast<void>(write_all(other.get(), std::string(5000, 'x'), "socket").has_value());
  CHECK(hear(other.get()).empty());
}

TEST_CASE("who is idle is ended; who waits for an answer is not") {
  ServerLimits limits = quick();
  limits.idle = milliseconds(1500);
  const Service service(limits);
  const auto idle = service.client();
  const auto waiting = service.client();
  REQUIRE(write_all(waiting.get(), "never\n", "socket"));
  CHECK(hear(idle.get()).empty());
  char byte = 0;
  CHECK(::recv(waiting.get(), &byte, 1, MSG_DONTWAIT) == -1);
  CHECK(errno == EAGAIN);
}

TEST_CASE("a user has so many connections and no more, until some end") {
  const Service service(quick());
  std::vector<FileDescriptor> held;
  for (int i = 0; i < 5; ++i) held.push_back(service.client());
  for (const auto& one : held) CHECK(service.ask(one, "a\n") == "a\n");
  CHECK(hear(service.client().get()).empty());
  held.pop_back();
  // It is told of the end when it gets round to it.
  std::string answer;
  const auto until = Loop::Clock::now() + milliseconds(50000);
  while (answer.empty() && Loop::Clock::now() < until)
    answer = service.ask(service.client(), "a\n");
  CHECK(answer == "a\n");
}

TEST_CASE("beyond so many requests a second a user waits") {
  ServerLimits limits = quick();
  limits.per_second = 20;
  const Service service(limits);
  const auto client = service.client();
  const auto begun = Loop::Clock::now();
  std::string many;
  for (int i = 0; i < 60; ++i) many += "a\n";  // 40 at once, and 20 in a second
  CHECK(service.ask(client, many) == many);
  CHECK(Loop::Clock::now() - begun >= milliseconds(800));
}

TEST_CASE("the end waits for what is in work, and no longer than it may") {
  Service service(quick());
  const auto idle = service.client();
  const auto later = service.client();
  const auto never = service.client();
  CHECK(service.ask(idle, "a\n") == "a\n");
  REQUIRE(write_all(never.get(), "never\n", "socket"));
  REQUIRE(service.worker.give([] { std::this_thread::sleep_for(milliseconds(200)); }));
  REQUIRE(write_all(later.get(), "later\n", "socket"));
  CHECK(service.ask(idle, "a\n") == "a\n");  // so it has read what came before
  const auto begun = Loop::Clock::now();
  service.end();
  CHECK(Loop::Clock::now() - begun < milliseconds(40000));  // before an answer is given up
  CHECK(hear(later.get()) == "later\n");
  CHECK(hear(never.get()).empty());
  CHECK(hear(idle.get()).empty());
  CHECK_FALSE(service.client().is_open());
}

TEST_CASE("a socket's path: what is dead is replaced, what lives or is no socket is left") {
  const Folder folder;
  const std::string path = folder.path + "/s";
  { CHECK(listen_at(path, 0600)); }  // closed, and not removed
  auto alive = listen_at(path, 0666);
  REQUIRE(alive);
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0666);
  const auto second = listen_at(path, 0600);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::unavailable);
  end_listening(*alive);
  CHECK(::lstat(path.c_str(), &status) != 0);
  REQUIRE(open_file(path, O_CREAT | O_WRONLY));
  const auto file = listen_at(path, 0600);
  REQUIRE_FALSE(file);
  CHECK(file.error().code == ErrorCode::config);
  CHECK_FALSE(listen_at(folder.path + "/none/s", 0600));
  CHECK_FALSE(listen_at(folder.path + '/' + std::string(120, 'x'), 0600));
  CHECK_FALSE(listen_at("", 0600));
}

TEST_CASE("the service manager is told by a datagram, or nobody is") {
  const Folder folder;
  ::unsetenv("NOTIFY_SOCKET");
  notify_manager("READY=1");
  const FileDescriptor manager(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (folder.path + "/n").copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(manager.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::setenv("NOTIFY_SOCKET", (folder.path + "/n").c_str(), 1);
  notify_manager("READY=1");
  CHECK(hear(manager.get()) == "READY=1");
  ::setenv("NOTIFY_SOCKET", (folder.path + "/none").c_str(), 1);
  notify_manager("READY=1");
  ::unsetenv("NOTIFY_SOCKET");
}

TEST_CASE("what the environment calls sockets, and are none, is an error") {
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", "1", 1);
  const int saved = ::dup(3);
  ::dup2(STDERR_FILENO, 3);
  CHECK_FALSE(given_sockets());
  CHECK(::getenv("LISTEN_FDS") == nullptr);
  saved >= 0 ? ::dup2(saved, 3) : ::close(3);
  ::setenv("LISTEN_PID", "1", 1);
  ::setenv("LISTEN_FDS", "1", 1);
  const auto others = given_sockets();
  REQUIRE(others);
  CHECK(others->empty());
}

}  // namespace unsent
