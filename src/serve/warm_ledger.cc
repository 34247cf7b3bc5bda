// SPDX-License-Identifier: MIT
#include "serve/warm_ledger.h"

#include <sys/stat.h>

#include <utility>

namespace unsent {
namespace {

constexpr std::chrono::milliseconds kPatience{200};  // a wait ends after half of it
constexpr std::chrono::milliseconds kHurry{2};
constexpr std::chrono::milliseconds kPause{500};  // from one failure to the next try

}  // namespace

Result<void> WarmLedger::open() {
  reader_.reset();
  struct stat status {};
  const bool is_there = ::stat(path_.c_str(), &status) == 0;
  device_ = is_there ? status.st_dev : 0;
  file_ = is_there ? status.st_ino : 0;
  auto opened = LedgerReader::open(path_, &deadline_, Notes::written);
  if (!opened) return opened.failure();
  reader_ = std::move(*opened);
  return {};
}

Result<LedgerReader*> WarmLedger::get() {
  const auto now = Clock::now();
  const bool is_hurried = now < patience_;
  deadline_.resume(now + (is_hurried ? kHurry : kPatience));
  struct stat status {};
  const bool is_there = ::stat(path_.c_str(), &status) == 0;
  const bool is_same = is_there && status.st_dev == device_ && status.st_ino == file_;
  if (reader_ && is_same) return reader_.get();
  if (is_hurried && is_same) return fail(ErrorCode::temp_fail, fault_);
  if (auto opened = open(); !opened) {
    fault_ = opened.error().message;
    patience_ = now + kPause;
    return opened.failure();
  }
  return reader_.get();
}

void WarmLedger::done(const std::string& why) {
  if (reader_) reader_->end_look();
  if (why.empty()) return;
  // Damaged, locked, of a newer version: opened anew it may be something else.
  patience_ = Clock::now() + kPause;
  fault_ = why;
  reader_.reset();
}

}  // namespace unsent
