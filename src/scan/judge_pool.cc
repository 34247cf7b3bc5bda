// SPDX-License-Identifier: MIT
#include "scan/judge_pool.h"

#include <algorithm>
#include <exception>
#include <iterator>

#include "bounce/recognise.h"
#include "scan/interrupt.h"
#include "setup/asking.h"
#include "setup/rule_files.h"

namespace unsent {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{256} << 10U;
constexpr std::size_t kBatchLetters = 128;
constexpr std::size_t kMaxBytes = std::size_t{12} << 20U;  // waiting, but for one batch
// Copied without a look: that costs less than the look.
constexpr std::size_t kSmall = std::size_t{24} << 10U;
// Batches that wait: a few for each thread, or all that the bytes allow while most of their
// messages wait for the DNS.
constexpr std::size_t kMaxForThread = 4;
constexpr std::size_t kMaxForDns = 256;
// How often a wait looks for what nobody tells: an interruption, or that the DNS has room.
constexpr std::chrono::milliseconds kGlance{50};

// Those that nobody answered in time, or only with a failure; not those that nobody was to ask.
std::uint64_t count_unanswered(const Inquiry& inquiry) {
  return static_cast<std::uint64_t>(
      std::count_if(inquiry.asked.begin(), inquiry.asked.end(), [](const Inquiry::Asked& asked) {
        return !asked.answer || asked.answer->status == DnsStatus::timeout ||
               asked.answer->status == DnsStatus::temp_error;
      }));
}

}  // namespace

// One message; its bytes lie in the batch.
struct JudgePool::Letter {
  std::shared_ptr<const std::string> path;
  StoredMessage stored;  // its path is that of path, its bytes are set when all have come
  std::size_t begin = 0;
  std::size_t size = 0;
  bool is_ordinary = false;
  Batch* batch = nullptr;
  Inquiry inquiry = {};
  bool is_judged = false;
  std::uint64_t unanswered = 0;  // questions
  Gist gist{};
};

struct JudgePool::Batch {
  std::string bytes;
  std::vector<Letter> letters;
  std::size_t started = 0;     // letters, from the front
  std::size_t unfinished = 0;  // letters, and one for whoever still starts some
  std::exception_ptr problem;
  Worker* worker = nullptr;  // that finished it
  bool is_done = false;

  bool is_full() const { return bytes.size() >= kBatchBytes || letters.size() >= kBatchLetters; }
  // Ready to be filled again; what it takes for that is kept.
  void clear() {
    bytes.clear();
    letters.clear();
    started = unfinished = 0;
    problem = nullptr;
    is_done = false;
  }
};

JudgePool::JudgePool(std::vector<Setup>& judges, const GistParts& parts, Judged judged)
    : judges_(judges),
      parts_(parts),
      judged_(std::move(judged)),
      desk_(judges.front().dns.desk.get()),
      open_(std::make_unique<Batch>()) {
  if (judges_.size() < 2 && desk_ == nullptr) return;
  if (desk_ != nullptr) desk_->start();
  std::vector<std::string> told_already;
  gate_ = load_rules(told_already);
  for (const Setup& judge : judges_) {
    Worker& worker = workers_.emplace_back(Worker{&judge, {}, {}});
    worker.thread = std::thread([this, &worker] { work(worker); });
  }
}

JudgePool::~JudgePool() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  has_work_.notify_all();
  for (Worker& worker : workers_) worker.thread.join();
}

Result<void> JudgePool::judge_here(const StoredMessage& stored) {
  const Setup& judge = judges_.front();
  const Message message = Message::view(stored.bytes);
  Gist gist = make_gist(parts_, stored, message,
                        unsent::judge(message, judge.premises, judge.witnesses, judge.recipient));
  return judged_(stored, gist);
}

// The reader itself lets large ordinary mail go by its header, whatever hangs on it: only
// that is copied.
Result<void> JudgePool::add(const StoredMessage& stored) {
  if (workers_.empty()) return judge_here(stored);
  std::string_view bytes = stored.bytes;
  bool is_ordinary = false;
  if (bytes.size() > kSmall) {
    const Message message = Message::view(bytes);
    is_ordinary = !may_be_report(message, *gate_);
    if (is_ordinary) bytes = message.bytes_before_body();
  }
  put(stored, bytes, is_ordinary);
  return open_->is_full() ? submit() : Result<void>();
}

void JudgePool::put(const StoredMessage& stored, std::string_view bytes, bool is_ordinary) {
  auto& letters = open_->letters;
  const bool is_same_file = !letters.empty() && *letters.back().path == stored.path;
  auto path = is_same_file ? letters.back().path : std::make_shared<const std::string>(stored.path);
  const std::string& name = *path;
  const StoredMessage copy{
      name,        stored.offset, stored.size, {}, stored.modified, stored.kind, stored.is_plain,
      stored.read, stored.device, stored.inode};
  letters.push_back(
      {std::move(path), copy, open_->bytes.size(), bytes.size(), is_ordinary, open_.get()});
  open_->bytes += bytes;
}

Result<void> JudgePool::submit() {
  bytes_ += open_->bytes.size();
  open_->unfinished = open_->letters.size() + 1;
  waiting_.push_back(std::move(open_));
  {
    const std::lock_guard lock(mutex_);
    work_.push_back(waiting_.back().get());
  }
  has_work_.notify_one();
  auto handed_on =
      hand_on(desk_ != nullptr ? kMaxForDns : kMaxForThread * workers_.size(), kMaxBytes);
  open_ = take_empty_batch();
  return handed_on;
}

std::unique_ptr<JudgePool::Batch> JudgePool::take_empty_batch() {
  const std::lock_guard lock(mutex_);
  if (empty_.empty()) return std::make_unique<Batch>();
  auto batch = std::move(empty_.back());
  empty_.pop_back();
  return batch;
}

// False if interrupted before that.
bool JudgePool::wait_for_front() {
  std::unique_lock lock(mutex_);
  const auto is_done = [&] { return waiting_.front()->is_done; };
  if (desk_ == nullptr) {
    has_result_.wait(lock, is_done);
    return true;
  }
  while (!has_result_.wait_for(lock, kGlance, is_done))
    if (is_interrupted()) return false;
  return true;
}

// Waits only for as many as there are too many.
Result<void> JudgePool::hand_on(std::size_t most_waiting, std::size_t most_bytes) {
  while (!waiting_.empty()) {
    const bool is_too_much = waiting_.size() > most_waiting || bytes_ > most_bytes;
    if (is_too_much && !wait_for_front()) return fail(ErrorCode::temp_fail, "interrupted");
    {
      const std::lock_guard lock(mutex_);
      if (!waiting_.front()->is_done) return {};
    }
    auto batch = std::move(waiting_.front());
    waiting_.pop_front();
    bytes_ -= batch->bytes.size();
    if (auto done = hand_on_batch(*batch); !done) return done;
    const std::lock_guard lock(mutex_);
    if (batch->worker != nullptr) batch->worker->spent.push_back(std::move(batch));
  }
  return {};
}

Result<void> JudgePool::hand_on_batch(Batch& batch) {
  if (batch.problem) std::rethrow_exception(batch.problem);
  for (Letter& letter : batch.letters) {
    if (!letter.is_judged) return fail(ErrorCode::temp_fail, "interrupted");
    unanswered_.questions += letter.unanswered;
    unanswered_.messages += letter.unanswered > 0 ? 1 : 0;
    if (auto done = judged_(letter.stored, letter.gist); !done) return done;
  }
  return {};
}

Result<void> JudgePool::finish() {
  if (workers_.empty()) return {};
  if (!open_->letters.empty())
    if (auto done = submit(); !done) return done;
  return hand_on(0, 0);
}

void JudgePool::work(Worker& worker) {
  worker.judge->deadline->begin_message();  // what was opened counts for no message
  for (;;) {
    Batch* batch = nullptr;
    std::deque<Letter*> answered;
    std::vector<std::unique_ptr<Batch>> spent;
    {
      std::unique_lock lock(mutex_);
      const auto is_ready = [&] { return is_over_ || !answered_->letters.empty() || may_start(); };
      while (!is_ready())
        if (desk_ != nullptr)
          has_work_.wait_for(lock, kGlance);
        else
          has_work_.wait(lock);
      if (is_over_) return;
      answered.swap(answered_->letters);
      if (answered.empty()) {
        batch = work_.front();
        work_.pop_front();
      }
      spent.swap(worker.spent);
    }
    empty(std::move(spent));
    if (batch != nullptr) start_batch(*batch, worker);
    for (Letter* letter : answered)
      if (judge_letter(*letter, *worker.judge)) finish_letters(*letter->batch, 1, worker);
  }
}

// One that has held a large message is not kept.
void JudgePool::empty(std::vector<std::unique_ptr<Batch>> spent) {
  for (const auto& batch : spent) batch->clear();
  std::erase_if(spent, [](const auto& batch) { return batch->bytes.capacity() > 4 * kBatchBytes; });
  const std::lock_guard lock(mutex_);
  std::move(spent.begin(), spent.end(), std::back_inserter(empty_));
}

// As many of its letters as the DNS has room for; the rest later.
void JudgePool::start_batch(Batch& batch, Worker& worker) {
  std::size_t finished = 0;
  while (batch.started < batch.letters.size() && !is_interrupted()) {
    if (desk_ != nullptr && desk_->is_full()) break;
    Letter& letter = batch.letters[batch.started++];
    letter.stored.bytes = std::string_view(batch.bytes).substr(letter.begin, letter.size);
    if (judge_letter(letter, *worker.judge)) ++finished;
  }
  const std::size_t left = batch.letters.size() - batch.started;
  if (left > 0 && !is_interrupted()) {
    const std::lock_guard lock(mutex_);
    work_.push_front(&batch);
  } else {
    finished += left + 1;  // from here on it may be gone
  }
  if (finished > 0) finish_letters(batch, finished, worker);
}

// True if that was the last word; else it is parked.
bool JudgePool::judge_letter(Letter& letter, const Setup& judge) {
  try {
    const Message message = Message::view(letter.stored.bytes);
    Judgement judgement;
    if (letter.is_ordinary)
      judgement.decision = decide(Kind::ordinary, {});
    else
      judgement = judge_once(message, judge, judge.recipient, letter.inquiry);
    if (auto pending = letter.inquiry.pending(); !pending.empty()) {
      park(letter, pending);
      return false;
    }
    letter.gist = make_gist(parts_, letter.stored, message, std::move(judgement));
    letter.is_judged = true;
    letter.unanswered = count_unanswered(letter.inquiry);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    letter.batch->problem = std::current_exception();
  }
  return true;
}

void JudgePool::park(Letter& letter, const std::vector<DnsQuestion>& questions) {
  desk_->ask(questions, *letter.inquiry.until, [answered = answered_, &letter] {
    {
      const std::lock_guard lock(answered->mutex);
      answered->letters.push_back(&letter);
    }
    answered->has_work.notify_one();
  });
}

void JudgePool::finish_letters(Batch& batch, std::size_t count, Worker& worker) {
  {
    const std::lock_guard lock(mutex_);
    batch.unfinished -= count;
    if (batch.unfinished > 0) return;
    batch.worker = &worker;
    batch.is_done = true;
  }
  has_result_.notify_one();
}

}  // namespace unsent
