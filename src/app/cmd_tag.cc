// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <exception>

#include "app/command.h"
#include "base/file.h"
#include "base/text.h"
#include "setup/key_file.h"
#include "setup/output.h"
#include "setup/setup.h"
#include "submit/tagging.h"
#include "tag/batv.h"

namespace unsent {
namespace {

constexpr const char* kUsage =
    "unsent tag [OPTION…]             standard input to standard output, with our tag\n"
    "unsent tag key [--secret]        make the next key; those before are kept\n"
    "unsent tag address ADDRESS…      with a BATV tag, for the envelope sender";

struct TagOptions {
  std::optional<std::string> keys;
  bool takes_secret = false;
  std::optional<Time> now;

  Time time() const { return now.value_or(current_time()); }
};

OptionGroup tag_options(TagOptions& options) {
  OptionGroup group;
  group.text("keys", "FILE", options.keys, "the file of keys")
      .flag("secret", options.takes_secret,
            "key: take the secret from standard input, such as Exim has used so far")
      .time("now", options.now, "as of then (RFC 3339)");
  return group;
}

Result<std::string> path_of_keys(const TagOptions& options, const Arguments& arguments) {
  const auto config = load_config_in_service(arguments.config_path);
  return config ? key_file_path(options.keys, *config) : config.failure();
}

// Nothing that goes wrong inside may cost the message.
std::string tagged(const Message& message, const TagOptions& options, const Arguments& arguments) {
  const auto as_it_came = [&](const std::string& why) {
    complain(why + " (the message goes through untagged)");
    return std::string(message.bytes());
  };
  try {
    const auto keys = path_of_keys(options, arguments);
    auto done = keys ? with_tag(message, *keys, options.time()) : keys;
    if (done) return std::move(*done);
    const std::string& hint = done.error().hint;
    return as_it_came(done.error().message + (hint.empty() ? "" : "; " + hint));
  } catch (const std::exception& error) {
    return as_it_came(error.what());
  }
}

Outcome run_filter(const TagOptions& options, const Arguments& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  auto bytes = read_all(STDIN_FILENO, "standard input");
  if (!bytes) return fail(ErrorCode::temp_fail, bytes.error().message);
  const Message message = Message::parse(std::move(*bytes));
  if (auto written =
          write_all(STDOUT_FILENO, tagged(message, options, arguments), "standard output");
      !written)
    return fail(ErrorCode::temp_fail, written.error().message);
  return 0;
}

Outcome run_key(const TagOptions& options, const Arguments& arguments) {
  const auto path = path_of_keys(options, arguments);
  if (!path) return path.failure();
  std::optional<std::string> secret;
  if (options.takes_secret) {
    const auto text = read_all(STDIN_FILENO, "standard input");
    if (!text) return text.failure();
    secret = std::string(trim(*text));
  }
  const auto key = add_signing_key(*path, options.time(), secret);
  if (!key) return key.failure();
  Output output;
  if (auto line = output.line(fmt::format("key {} in {}", key->number, *path)); !line)
    return line.failure();
  return output.finish();
}

Outcome run_address(const TagOptions& options, const std::vector<std::string>& operands,
                    const Arguments& arguments) {
  if (operands.size() < 2)
    return fail(ErrorCode::usage, "tag address: which address?",
                "as in: unsent tag address alice@ourshop.example");
  const auto path = path_of_keys(options, arguments);
  if (!path) return path.failure();
  const auto ring = read_signing_keys(*path);
  if (!ring) return ring.failure();
  Output output;
  for (std::size_t i = 1; i < operands.size(); ++i) {
    const auto address = Address::parse(operands[i]);
    if (!address) return fail(ErrorCode::usage, operands[i] + " is not an address");
    const bool is_tagged = starts_with_ignoring_case(address->local(), "prvs=");
    const std::string text =
        is_tagged ? address->text() : make_prvs(*address, *ring->newest(), options.time());
    if (auto line = output.line(text); !line) return line.failure();
  }
  return output.finish();
}

}  // namespace

Outcome cmd_tag(const Arguments& arguments) {
  TagOptions options;
  const auto parsed = parse_options(arguments, kUsage, tag_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (parsed->operands.empty()) return run_filter(options, arguments);
  const std::string& word = parsed->operands.front();
  if (word == "key" && parsed->operands.size() == 1) return run_key(options, arguments);
  if (word == "address") return run_address(options, parsed->operands, arguments);
  return fail(ErrorCode::usage, "tag: " + word + " is neither key nor address", "see --help");
}

}  // namespace unsent
