// SPDX-License-Identifier: MIT
// What libunsent talks to: app/library/unsent.c tells what is said on standard input and output.
#include <fmt/format.h>
#include <unistd.h>

#include "app/command.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "deliver/arrival.h"
#include "deliver/confine.h"
#include "mailbox/mailbox.h"
#include "report/report.h"
#include "setup/asking.h"
#include "setup/setup.h"

namespace unsent {
namespace {

constexpr std::size_t kMostHead = 100;
constexpr std::int64_t kMostText = 1000;

// Standard input as it is asked for; at its end, or when it fails, nothing more comes.
class Input {
 public:
  // nullopt at the end, and where a line is too long to be one.
  std::optional<std::string> line() {
    for (;;) {
      const std::size_t end = buffer_.find('\n', begin_);
      if (end != buffer_.npos) {
        std::string line = buffer_.substr(begin_, end - begin_);
        begin_ = end + 1;
        return line;
      }
      if (buffer_.size() - begin_ > kMostHead || !fill()) return std::nullopt;
    }
  }

  std::optional<std::string> bytes(std::size_t size) {
    while (buffer_.size() - begin_ < size)
      if (!fill()) return std::nullopt;
    std::string bytes = buffer_.substr(begin_, size);
    begin_ += size;
    return bytes;
  }

 private:
  bool fill() {
    char piece[65536];
    const ssize_t count = ::read(STDIN_FILENO, piece, sizeof piece);
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0) return false;
    buffer_.erase(0, std::exchange(begin_, 0));
    buffer_.append(piece, static_cast<std::size_t>(count));
    return true;
  }

  std::string buffer_;
  std::size_t begin_ = 0;
};

struct Request {
  std::string bytes;
  Envelope envelope;
};

// "" of what is not known.
std::optional<std::string> read_text(Input& input, std::int64_t size) {
  return size < 0 ? std::string() : input.bytes(static_cast<std::size_t>(size));
}

// nullopt: who asks has gone, or says something else.
std::optional<Request> read_request(Input& input) {
  const auto head = input.line();
  if (!head) return std::nullopt;
  const auto words = split(*head, ' ');
  if (words.size() != 4 || words[0] != "judge") return std::nullopt;
  const auto size = whole_number<std::int64_t>(words[1]);
  const auto sender_size = whole_number<std::int64_t>(words[2]);
  const auto recipient_size = whole_number<std::int64_t>(words[3]);
  if (!size || *size < 0 || *size > static_cast<std::int64_t>(kMaxSeen) || !sender_size ||
      !recipient_size || *sender_size > kMostText || *recipient_size > kMostText)
    return std::nullopt;
  const auto sender = read_text(input, *sender_size);
  const auto recipient = read_text(input, *recipient_size);
  auto bytes = input.bytes(static_cast<std::size_t>(*size));
  if (!sender || !recipient || !bytes) return std::nullopt;
  Request request;
  request.bytes = std::move(*bytes);
  EnvelopeOptions envelope;
  if (*sender_size >= 0) envelope.sender = *sender;
  envelope.recipient = Address::parse(*recipient);
  request.envelope = read_envelope(envelope, [](const char*) -> const char* { return nullptr; });
  return request;
}

Result<void> say(const std::string& text) {
  return write_all(STDOUT_FILENO, text, "standard output");
}

Result<void> answer(Request request, Setup& setup) {
  setup.witnesses.now = current_time();
  setup.deadline->begin_message();
  Message message = Message::parse(std::move(request.bytes));
  message.set_envelope(request.envelope);
  Inquiry inquiry;
  const Judgement judgement = judge_asking(message, setup, request.envelope.recipient, inquiry);
  const std::string json = to_json({"-", 0}, message, judgement);
  const std::string& reason = judgement.decision.reason;
  return say(fmt::format("{} {} {}\n{}{}", name_of(judgement.decision.verdict), reason.size(),
                         json.size(), reason, json));
}

}  // namespace

Outcome cmd_judge(const Arguments& arguments) {
  JudgingOptions judging;
  judging.broken_ledger = BrokenLedger::stops_nothing;
  const auto parsed = parse_options(
      arguments, "unsent judge [OPTION…]: judge what libunsent(3) hands over on standard input",
      judging_options(judging));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const auto refuse = [](const Error& error) -> Outcome {
    static_cast<void>(
        say(fmt::format("error {}\n{}", error.message.size(), error.message)).has_value());
    return fail(error.code, error.message, error.hint);
  };
  const auto config = load_config(arguments.config_path, Unknown::is_problem);
  if (!config) return refuse(config.error());
  auto setup = make_setup(judging, *config);
  if (!setup) return refuse(setup.error());
  const Complaints complain(false);
  for (const std::string& problem : setup->problems) complain(problem);
  if (config->is_confined) confine(confinement_of(*config, judging));
  {
    Setup judge = std::move(*setup);
    Input input;
    if (auto said = say(fmt::format("ready {}\n", kMaxSeen)); !said) return said.failure();
    while (auto request = read_request(input))
      if (auto answered = answer(std::move(*request), judge); !answered) return answered.failure();
  }
  // All is closed; what else runs at an exit, such as a look for leaks, may want rights that are
  // given up.
  ::_exit(0);
}

}  // namespace unsent
