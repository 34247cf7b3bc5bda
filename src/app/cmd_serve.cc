// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "app/command.h"
#include "daemon/listening.h"
#include "daemon/manager.h"
#include "feed/pending.h"
#include "serve/service.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {
namespace {

struct ServeOptions {
  std::optional<std::string> socket;
  std::optional<std::string> ledger;
  bool is_read_only = false;
};

OptionGroup serve_options(ServeOptions& options) {
  OptionGroup group;
  group
      .text("socket", "PATH", options.socket,
            "where to be asked; else the sockets that the service manager hands over")
      .text("ledger", "FILE", options.ledger, "the ledger, which is a file and not a socket")
      .flag("read-only", options.is_read_only, "count and record nothing");
  return group;
}

constexpr mode_t kForAll = 0666;  // who asks what is told by the kernel, and decided by us

People::Options people_options(const Config& config) {
  People::Options options;
  options.domains = config.domains;
  options.aliases = config.aliases;
  options.senders = config.serve.senders;
  options.trusted = config.serve.trusted;
  return options;
}

ServerLimits limits_of(const Config& config) {
  ServerLimits limits;
  limits.request_bytes = kMostRequest;
  limits.connections = static_cast<std::size_t>(config.serve.connections);
  limits.connections_of_user = static_cast<std::size_t>(config.serve.connections_of_user);
  limits.per_second = static_cast<unsigned>(config.serve.per_second);
  return limits;
}

LedgerDoor door_to(const std::string& path, Texts texts) {
  LedgerDoor door;
  door.path = path;
  door.open = [path, texts] { return LedgerWriter::open(path, texts); };
  door.take_pending = [path](LedgerWriter& ledger) {
    return take_pending(path, ledger, current_time());
  };
  door.keep_pending = [path](const Entry& entry) { return keep_pending(path, entry); };
  return door;
}

// Those of the service manager, or the one at the path that is named.
Result<std::vector<Listening>> open_sockets(const std::optional<std::string>& path) {
  auto given = given_sockets();
  if (!given) return given;
  if (path.has_value() == given->empty()) {
    if (given->empty()) {
      auto made = listen_at(*path, kForAll);
      if (!made) return made.failure();
      given->push_back(std::move(*made));
    }
    return given;
  }
  if (path)
    return fail(ErrorCode::usage, "serve: --socket, and a socket of the service manager as well",
                "leave --socket out");
  return fail(ErrorCode::usage, "serve: no socket", "name one with --socket PATH");
}

class Serving {
 public:
  Serving(const Arguments& arguments, const Config& config, const std::string& path,
          LedgerService::Options options)
      : arguments_(arguments), config_(config), path_(path), options_(options) {}

  Outcome run(std::vector<Listening> sockets) {
    auto loop = Loop::make();
    if (!loop) return loop.failure();
    loop_ = std::move(*loop);
    // Before any thread is, which would else take the signals.
    const auto signals = Signals::watch(
        *loop_, [this] { reload(); }, [this] { stop(); });
    if (!signals) return signals.failure();
    LedgerService service(*loop_, door_to(path_, texts_of(config_)),
                          People(people_options(config_)), options_);
    Server server(*loop_, limits_of(config_),
                  [&service](const Peer& peer) { return service.begin(peer); });
    service_ = &service;
    server_ = &server;
    for (Listening& socket : sockets)
      if (auto listening = server.listen(std::move(socket)); !listening) return listening.failure();
    notify_manager("READY=1\nSTATUS=answers for " + path_);
    feed_watchdog(*loop_);
    const auto ran = loop_->run();
    if (!ran) return ran.failure();
    return 0;
  }

 private:
  // What is wrong changes nothing: the service goes on as it was.
  void reload() {
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
        Loop::Clock::now().time_since_epoch());
    notify_manager("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
    auto config = load_config_in_service(arguments_.config_path);
    if (config) {
      service_->set_people(People(people_options(*config)));
      server_->set_limits(limits_of(*config));
    } else {
      complain(config.error().message + " (goes on as before)");
    }
    notify_manager("READY=1");
  }

  void stop() {
    notify_manager("STOPPING=1");
    server_->end([this] { loop_->stop(); });
  }

  const Arguments& arguments_;
  const Config& config_;
  std::string path_;
  LedgerService::Options options_;
  std::unique_ptr<Loop> loop_;
  LedgerService* service_ = nullptr;
  Server* server_ = nullptr;
};

}  // namespace

Outcome cmd_serve(const Arguments& arguments) {
  ServeOptions options;
  const auto parsed = parse_options(
      arguments, "unsent serve [OPTION…]: answer for a ledger that its users cannot read",
      serve_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, "serve: takes no operand: " + parsed->operands.front());
  const auto config = load_config_in_service(arguments.config_path);
  if (!config) return config.failure();
  const auto path = ledger_path(options.ledger, *config);
  if (!path) return path.failure();
  if (is_service(*path))
    return fail(ErrorCode::config, *path + ": the socket of a service, not a ledger",
                "name the ledger itself with --ledger");
  auto sockets = open_sockets(options.socket);
  if (!sockets) return sockets.failure();
  return Serving(arguments, *config, *path, {options.is_read_only}).run(std::move(*sockets));
}

}  // namespace unsent
