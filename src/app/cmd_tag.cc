// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <exception>

#include "app/key_file.h"
#include "app/output.h"
#include "app/setup.h"
#include "app/tagging.h"
#include "base/file.h"
#include "base/text.h"
#include "tag/batv.h"

namespace unsent {
namespace {

constexpr const char* kUsage =
    "unsent tag [OPTION…]             standard input to standard output, with our tag\n"
    "unsent tag key [--secret]        make the next key; those before are kept\n"
    "unsent tag address ADDRESS…      with a BATV tag, for the envelope sender";

struct TagOptions {
  std::string keys;  // path
  Time now{};
};

Result<TagOptions> read_options(const Parsed& parsed, const Arguments& arguments) {
  TagOptions options{{}, current_time()};
  if (const auto text = parsed.text("now")) {
    const auto time = read_time("--now", *text);
    if (!time) return time.failure();
    options.now = *time;
  }
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  auto path = key_file_path(parsed.text("keys"), *config);
  if (!path) return path.failure();
  options.keys = std::move(*path);
  return options;
}

// Nothing that goes wrong inside may cost the message.
std::string tagged(const Message& message, const Parsed& parsed, const Arguments& arguments) {
  const auto as_it_came = [&](const std::string& why) {
    complain(why + " (the message goes through untagged)");
    return std::string(message.bytes());
  };
  try {
    const auto options = read_options(parsed, arguments);
    auto done = options ? with_tag(message, options->keys, options->now)
                        : Result<std::string>(options.failure());
    if (done) return std::move(*done);
    const std::string& hint = done.error().hint;
    return as_it_came(done.error().message + (hint.empty() ? "" : "; " + hint));
  } catch (const std::exception& error) {
    return as_it_came(error.what());
  }
}

Outcome run_filter(const Parsed& parsed, const Arguments& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  auto bytes = read_all(STDIN_FILENO, "standard input");
  if (!bytes) return fail(ErrorCode::temp_fail, bytes.error().message);
  const Message message = Message::parse(std::move(*bytes));
  if (auto written =
          write_all(STDOUT_FILENO, tagged(message, parsed, arguments), "standard output");
      !written)
    return fail(ErrorCode::temp_fail, written.error().message);
  return 0;
}

Outcome run_key(const Parsed& parsed, const Arguments& arguments) {
  const auto options = read_options(parsed, arguments);
  if (!options) return options.failure();
  KeyRing ring;
  if (::access(options->keys.c_str(), F_OK) == 0) {
    auto kept = read_key_file(options->keys);
    if (!kept) return kept.failure();
    ring = std::move(*kept);
  }
  std::optional<std::string> secret;
  if (parsed.has("secret")) {
    const auto text = read_all(STDIN_FILENO, "standard input");
    if (!text) return text.failure();
    secret = std::string(trim(*text));
  }
  const auto key = ring.add(options->now, secret);
  if (!key) return key.failure();
  if (auto written = write_key_file(options->keys, ring); !written) return written.failure();
  Output output;
  if (auto line = output.line(fmt::format("key {} in {}", key->number, options->keys)); !line)
    return line.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
}

Outcome run_address(const Parsed& parsed, const Arguments& arguments) {
  if (parsed.operands.size() < 2)
    return fail(ErrorCode::usage, "tag address: which address?",
                "as in: unsent tag address alice@ourshop.example");
  const auto options = read_options(parsed, arguments);
  if (!options) return options.failure();
  const auto ring = read_signing_keys(options->keys);
  if (!ring) return ring.failure();
  Output output;
  for (std::size_t i = 1; i < parsed.operands.size(); ++i) {
    const auto address = Address::parse(parsed.operands[i]);
    if (!address) return fail(ErrorCode::usage, parsed.operands[i] + " is not an address");
    const bool is_tagged = starts_with_ignoring_case(address->local(), "prvs=");
    const std::string text =
        is_tagged ? address->text() : make_prvs(*address, *ring->newest(), options->now);
    if (auto line = output.line(text); !line) return line.failure();
  }
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
}

}  // namespace

Outcome cmd_tag(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("keys", po::value<std::string>()->value_name("FILE"),
                        "the file of keys")                                                 //
      ("secret", "key: take the secret from standard input, such as Exim has used so far")  //
      ("now", po::value<std::string>()->value_name("TIME"), "as of then (RFC 3339)");
  const auto parsed = parse_options(arguments, kUsage, options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (parsed->operands.empty()) return run_filter(*parsed, arguments);
  const std::string& word = parsed->operands.front();
  if (word == "key" && parsed->operands.size() == 1) return run_key(*parsed, arguments);
  if (word == "address") return run_address(*parsed, arguments);
  return fail(ErrorCode::usage, "tag: " + word + " is neither key nor address", "see --help");
}

}  // namespace unsent
