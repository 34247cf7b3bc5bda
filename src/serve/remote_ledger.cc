// SPDX-License-Identifier: MIT
#include "serve/remote_ledger.h"

#include <sys/stat.h>

#include <unordered_map>
#include <utility>

#include "serve/line.h"
#include "serve/wire.h"

namespace unsent {

bool is_service(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return path.ends_with(".sock");
  return S_ISSOCK(status.st_mode);
}

class RemoteLedger::Line : public ServiceLine {
 public:
  using ServiceLine::ServiceLine;

  template <typename T>
  LedgerAnswer<T> answer(const Request& request, LedgerAnswer<T> (*decode)(std::string_view)) {
    const auto line = ask(encode_request(request));
    return line ? decode(*line) : LedgerAnswer<T>{T{}, line.error().message};
  }
};

// Compares by what the service says of a text, which is asked once.
class RemoteLedger::Tokens : public Veil {
 public:
  explicit Tokens(std::shared_ptr<Line> line) : line_(std::move(line)) {}

  bool stands_for(std::string_view kept, std::string_view text) const override {
    const TextTokens* const tokens = tokens_of(std::string(text));
    return tokens != nullptr && !kept.empty() && (kept == tokens->whole || kept == tokens->brief);
  }
  std::string take_loss() { return std::exchange(loss_, {}); }

 private:
  static constexpr std::size_t kMostKnown = 1000;

  const TextTokens* tokens_of(const std::string& text) const {
    const auto known = known_.find(text);
    if (known != known_.end()) return &known->second;
    auto answer = line_->answer<TextTokens>(CompareRequest{text}, decode_tokens);
    if (!answer.is_available()) return loss_ = answer.unavailable, nullptr;
    if (known_.size() >= kMostKnown) known_.clear();
    return &known_.emplace(text, std::move(answer.value)).first->second;
  }

  std::shared_ptr<Line> line_;
  mutable std::unordered_map<std::string, TextTokens> known_;
  mutable std::string loss_;
};

RemoteLedger::RemoteLedger(std::shared_ptr<Line> line)
    : line_(std::move(line)), tokens_(std::make_shared<Tokens>(line_)) {}

RemoteLedger::~RemoteLedger() = default;

Result<std::unique_ptr<RemoteLedger>> RemoteLedger::connect(const std::string& path,
                                                            const Deadline* deadline) {
  auto line = std::make_shared<Line>(path, deadline);
  if (auto connected = line->connect(); !connected) return connected.failure();
  return std::unique_ptr<RemoteLedger>(new RemoteLedger(std::move(line)));
}

std::string RemoteLedger::take_loss() { return tokens_->take_loss(); }

LedgerAnswer<std::vector<SentMessage>> RemoteLedger::find(const SentKey& key) {
  auto answer = line_->answer<std::vector<SentMessage>>(FindRequest{key, recipient_}, decode_found);
  for (SentMessage& sent : answer.value) sent.veil = tokens_;
  return answer;
}

LedgerAnswer<SenderRecord> RemoteLedger::sender(const Address& sender, Time at) {
  auto answer = line_->answer<SenderRecord>(SenderRequest{sender.text(), at}, decode_sender);
  if (!is_noting_) answer.value.wants_proofs = false;
  return answer;
}

LedgerAnswer<std::int64_t> RemoteLedger::count_sent(const Address& sender, const Address& recipient,
                                                    Time from, Time to) {
  return line_->answer<std::int64_t>(CountRequest{sender.text(), recipient.text(), from, to},
                                     decode_number);
}

LedgerAnswer<std::int64_t> RemoteLedger::count_without_id(const Address& sender, Time from,
                                                          Time to) {
  return line_->answer<std::int64_t>(WithoutIdRequest{sender.text(), from, to}, decode_number);
}

LedgerAnswer<LearnedIdentity> RemoteLedger::identity() {
  return line_->answer<LearnedIdentity>(IdentityRequest{}, decode_identity);
}

LedgerAnswer<std::int64_t> RemoteLedger::note(const Noted& noted) {
  if (!is_noting_) return {};
  return line_->answer<std::int64_t>(NoteRequest{noted}, decode_number);
}

Result<void> RemoteLedger::record(const Entry& entry, const std::string& source) {
  const auto line = line_->ask(encode_request(RecordRequest{format_entry(entry), source}));
  if (!line) return line.failure();
  const auto answer = decode_number(*line);
  if (answer.is_available()) return {};
  return fail(ErrorCode::no_permission, line_->path() + ": not recorded: " + answer.unavailable);
}

}  // namespace unsent
