// SPDX-License-Identifier: MIT
#include "scan/imap_source.h"

#include <unistd.h>

#include <algorithm>

#include "bounce/recognise.h"
#include "mail/message.h"
#include "scan/interrupt.h"
#include "setup/output.h"
#include "setup/places.h"
#include "setup/rule_files.h"
#include "setup/setup.h"

namespace unsent {
namespace {

constexpr std::uint64_t kMostLookedAt = 5000;  // messages

}  // namespace

std::unique_ptr<ImapAccounts> make_accounts(const Config& config) {
  return std::make_unique<ImapAccounts>(config.imap, is_interrupted,
                                        [](const std::string& text) { complain(text); });
}

Result<void> add_sent_of_accounts(JudgingOptions& options, const Config& config,
                                  const std::vector<std::string>& mailboxes,
                                  std::vector<std::string>& problems) {
  const std::string own = default_ledger_path();
  const bool is_told = !options.sent.empty() || options.no_ledger || options.ledger ||
                       config.ledger || (!own.empty() && ::access(own.c_str(), F_OK) == 0);
  if (options.imap == nullptr || is_told) return {};
  for (const std::string& mailbox : mailboxes) {
    if (!is_imap_url(mailbox)) continue;
    const auto url = parse_imap_url(mailbox);
    if (!url) return url.failure();
    const auto sent = options.imap->find(*url, FolderRole::sent);
    if (!sent && sent.error().code != ErrorCode::no_input) return sent.failure();
    if (!sent) {
      problems.push_back(sent.error().message + "; " + sent.error().hint);
      continue;
    }
    const std::string text = text_of(sent->url);
    if (std::find(options.sent.begin(), options.sent.end(), text) == options.sent.end())
      options.sent.push_back(text);
  }
  return {};
}

ImapSource::ImapSource(ImapAccounts& accounts, Options options)
    : accounts_(accounts), options_(std::move(options)) {
  std::vector<std::string> told_already;
  rules_ = load_rules(told_already);
}

Result<ImapPlace> ImapSource::find(const std::string& text) {
  const auto url = parse_imap_url(text);
  return url ? accounts_.find(*url) : url.failure();
}

ImapWalkOptions ImapSource::options_of(const std::string& folder) {
  ImapWalkOptions options;
  options.wants_whole = [this](std::string_view header) {
    return may_be_report(Message::view(header), *rules_);
  };
  options.wants_signatures = false;
  options.since = options_.since;
  if (options_.seen != nullptr) {
    SeenFolders::Start start = options_.seen->start_of(folder);
    options.seen = start.seen;
    options.again = std::move(start.again);
  }
  return options;
}

Result<void> ImapSource::look(const std::string& text, const Visit& visit) {
  const auto place = find(text);
  if (!place) return place.failure();
  ImapWalkOptions options = options_of(text_of(place->url));
  options.newest = kMostLookedAt;
  std::vector<std::string> problems;
  const auto walked = walk_imap(accounts_, *place, visit, problems, options);
  return walked ? Result<void>() : walked.failure();
}

Result<void> ImapSource::walk(const std::string& text, const Visit& visit,
                              std::vector<std::string>& problems) {
  const auto place = find(text);
  if (!place) return place.failure();
  const std::string folder = text_of(place->url);
  ImapWalkOptions options = options_of(folder);
  options.tell_total = options_.expect;
  const std::size_t known_problems = problems.size();
  const auto walked = walk_imap(accounts_, *place, visit, problems, options);
  if (!walked) return walked.failure();
  if (options_.seen != nullptr && problems.size() == known_problems)
    options_.seen->has_read(folder, walked->seen);
  return {};
}

}  // namespace unsent
