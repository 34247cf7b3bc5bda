// SPDX-License-Identifier: MIT
#include "app/judge_pool.h"

#include <exception>
#include <iterator>

#include "app/interrupt.h"
#include "app/rule_files.h"
#include "bounce/recognise.h"

namespace unsent {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{256} << 10U;
constexpr std::size_t kBatchLetters = 128;
constexpr std::size_t kMaxBytes = std::size_t{12} << 20U;  // waiting, but for one batch
// Copied without a look: that costs less than the look.
constexpr std::size_t kSmall = std::size_t{24} << 10U;

}  // namespace

// One message; its bytes lie in the batch.
struct JudgePool::Letter {
  std::shared_ptr<const std::string> path;
  StoredMessage stored;  // its path is that of path, its bytes are set when all have come
  std::size_t begin = 0;
  std::size_t size = 0;
  bool is_ordinary = false;
  Gist gist{};
};

struct JudgePool::Batch {
  std::string bytes;
  std::vector<Letter> letters;
  std::size_t judged = 0;  // letters, from the front; fewer than there are: interrupted
  std::exception_ptr problem;
  Worker* worker = nullptr;  // that judged it
  bool is_done = false;

  bool is_full() const { return bytes.size() >= kBatchBytes || letters.size() >= kBatchLetters; }
  // Ready to be filled again; what it takes for that is kept.
  void clear() {
    bytes.clear();
    letters.clear();
    judged = 0;
    problem = nullptr;
    is_done = false;
  }
};

JudgePool::JudgePool(std::vector<Setup>& judges, const GistParts& parts, Judged judged)
    : judges_(judges), parts_(parts), judged_(std::move(judged)), open_(std::make_unique<Batch>()) {
  if (judges_.size() < 2) return;
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
  const StoredMessage copy{name,        stored.offset,   stored.size, {}, stored.modified,
                           stored.kind, stored.is_plain, stored.read};
  letters.push_back({std::move(path), copy, open_->bytes.size(), bytes.size(), is_ordinary});
  open_->bytes += bytes;
}

Result<void> JudgePool::submit() {
  bytes_ += open_->bytes.size();
  waiting_.push_back(std::move(open_));
  {
    const std::lock_guard lock(mutex_);
    work_.push_back(waiting_.back().get());
  }
  has_work_.notify_one();
  auto handed_on = hand_on(4 * workers_.size(), kMaxBytes);
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

// Waits only for as many as there are too many.
Result<void> JudgePool::hand_on(std::size_t most_waiting, std::size_t most_bytes) {
  while (!waiting_.empty()) {
    {
      std::unique_lock lock(mutex_);
      const bool is_too_much = waiting_.size() > most_waiting || bytes_ > most_bytes;
      if (is_too_much) has_result_.wait(lock, [&] { return waiting_.front()->is_done; });
      if (!waiting_.front()->is_done) return {};
    }
    auto batch = std::move(waiting_.front());
    waiting_.pop_front();
    bytes_ -= batch->bytes.size();
    if (auto done = hand_on_batch(*batch); !done) return done;
    const std::lock_guard lock(mutex_);
    batch->worker->spent.push_back(std::move(batch));
  }
  return {};
}

Result<void> JudgePool::hand_on_batch(Batch& batch) {
  if (batch.problem) std::rethrow_exception(batch.problem);
  for (std::size_t i = 0; i < batch.judged; ++i) {
    Letter& letter = batch.letters[i];
    if (auto done = judged_(letter.stored, letter.gist); !done) return done;
  }
  if (batch.judged < batch.letters.size()) return fail(ErrorCode::temp_fail, "interrupted");
  return {};
}

Result<void> JudgePool::finish() {
  if (workers_.empty()) return {};
  if (auto done = submit(); !done) return done;
  return hand_on(0, 0);
}

void JudgePool::work(Worker& worker) {
  for (;;) {
    Batch* batch = nullptr;
    std::vector<std::unique_ptr<Batch>> spent;
    {
      std::unique_lock lock(mutex_);
      has_work_.wait(lock, [&] { return is_over_ || !work_.empty(); });
      if (is_over_) return;
      batch = work_.front();
      work_.pop_front();
      spent.swap(worker.spent);
    }
    empty(std::move(spent));
    judge_batch(*batch, *worker.judge);
    {
      const std::lock_guard lock(mutex_);
      batch->worker = &worker;
      batch->is_done = true;
    }
    has_result_.notify_one();
  }
}

// One that has held a large message is not kept.
void JudgePool::empty(std::vector<std::unique_ptr<Batch>> spent) {
  for (const auto& batch : spent) batch->clear();
  std::erase_if(spent, [](const auto& batch) { return batch->bytes.capacity() > 4 * kBatchBytes; });
  const std::lock_guard lock(mutex_);
  std::move(spent.begin(), spent.end(), std::back_inserter(empty_));
}

void JudgePool::judge_batch(Batch& batch, const Setup& judge) const {
  try {
    for (Letter& letter : batch.letters) {
      if (is_interrupted()) break;
      letter.stored.bytes = std::string_view(batch.bytes).substr(letter.begin, letter.size);
      letter.gist = judge_letter(letter, judge);
      ++batch.judged;
    }
  } catch (...) {
    batch.problem = std::current_exception();
  }
}

Gist JudgePool::judge_letter(const Letter& letter, const Setup& judge) const {
  const Message message = Message::view(letter.stored.bytes);
  Judgement judgement;
  if (letter.is_ordinary)
    judgement.decision = decide(Kind::ordinary, {});
  else
    judgement = unsent::judge(message, judge.premises, judge.witnesses, judge.recipient);
  return make_gist(parts_, letter.stored, message, std::move(judgement));
}

}  // namespace unsent
