// SPDX-License-Identifier: MIT
#include "flood/flood.h"

#include <algorithm>
#include <numeric>

namespace unsent {
namespace {

constexpr std::int32_t kLongestGap = 7;  // days between two reports about one run
constexpr std::int32_t kBefore = 2;      // days before its run, to count as seen before
// From how many on what one service carried is no coincidence. Fewer would leave more to people,
// more would leave small newsletters to SPF.
constexpr std::uint32_t kLeastOfService = 20;
constexpr std::ptrdiff_t kBlocksOfNobody = 5;
constexpr std::uint32_t kLeastForeign = 100;
constexpr std::uint32_t kLeastMeasured = 20;
// A subject that so many judged ones bear; fewer are no flood that an answer must be about.
constexpr std::uint32_t kLeastWithSubject = 50;
constexpr std::int32_t kAnswersBefore = 1;   // days: clocks differ
constexpr std::int32_t kAnswersAfter = 7;    // the life of a queue, and of a holiday's beginning
constexpr std::size_t kMostNamed = 250'000;  // subjects

// By a mail service, and nothing strong speaks against it but SPF, if that.
bool is_of_doubtful_service(const Member& member) {
  return member.is(Member::service) && (member.is(Member::forbidden) || member.is(Member::open));
}

bool is_proved(const Member& member) {
  return member.is(Member::genuine) || member.is(Member::recorded);
}

}  // namespace

std::optional<std::size_t> Flood::add(const Member& member) {
  if (is_full()) return std::nullopt;
  members_.push_back(member);
  return members_.size() - 1;
}

void Flood::note(const Mention& mention) {
  has_mentions_ = has_mentions_ || !mention.is_empty();
  for (const std::uint64_t subject : mention.subjects) {
    is_naming_full_ = is_naming_full_ || named_subjects_.size() >= kMostNamed;
    if (!is_naming_full_) named_subjects_.push_back({subject, mention.day});
  }
}

void Flood::finish() {
  find_false_greetings();
  run_of_.assign(members_.size(), 0);
  known_ = known_ways(members_);
  form_runs(&Member::run);
  find_protected_makes();
  form_runs(&Member::make);
  std::vector<std::uint32_t>().swap(order_);
  find_services();
  find_seen();
  find_foreign_uses();
  take_measure();
  if (has_mentions_) find_judged();
}

// Where lines show no names a client may greet as anybody. As whom many greet from everywhere,
// and nobody is known by looking him up, that is nobody's name, but one of a botnet's list.
void Flood::find_false_greetings() {
  struct Greeting {
    std::uint32_t name = 0;
    std::uint32_t block = 0;
    auto operator<=>(const Greeting&) const = default;
  };
  std::vector<Greeting> greetings;
  std::vector<std::uint32_t> true_names;
  for (const Member& member : members_) {
    if (member.greeting != 0) greetings.push_back({member.greeting, member.block});
    if (member.way == Way::server) true_names.push_back(member.organisation);
  }
  std::sort(greetings.begin(), greetings.end());
  greetings.erase(std::unique(greetings.begin(), greetings.end()), greetings.end());
  std::sort(true_names.begin(), true_names.end());
  const auto is_false = [&](std::uint32_t name) {
    const auto first = std::lower_bound(greetings.begin(), greetings.end(), Greeting{name, 0});
    const auto end = std::lower_bound(first, greetings.end(), Greeting{name + 1, 0});
    return end - first >= kBlocksOfNobody &&
           !std::binary_search(true_names.begin(), true_names.end(), name);
  };
  for (Member& member : members_)
    if (member.greeting != 0 && is_false(member.greeting)) member.way = Way::access_line;
}

// Of those that are in no run yet: equal keys, and no long silence between.
void Flood::form_runs(Key key) {
  order_.resize(members_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::erase_if(order_, [&](std::uint32_t i) { return run_of_[i] != 0 || members_[i].*key == 0; });
  std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Member& one = members_[a];
    const Member& other = members_[b];
    if (one.*key != other.*key) return one.*key < other.*key;
    return one.day != other.day ? one.day < other.day : a < b;
  });
  const std::uint32_t* const end = order_.data() + order_.size();
  for (const std::uint32_t* at = order_.data(); at != end;) {
    const std::uint32_t* next = at + 1;
    while (next != end && members_[*next].*key == members_[*at].*key &&
           members_[*next].day - members_[*(next - 1)].day <= kLongestGap)
      ++next;
    take_group(key, at, next);
    at = next;
  }
}

// How an id was made is less than a subject: there a proved member protects wherever it is.
void Flood::take_group(Key key, const std::uint32_t* begin, const std::uint32_t* end) {
  if (static_cast<std::size_t>(end - begin) < kLeastInRun) return;
  Run run = sum_up(members_, begin, end, known_);
  if (key == &Member::make &&
      std::binary_search(protected_makes_.begin(), protected_makes_.end(), members_[*begin].make))
    run.proved = std::max(run.proved, 1U);
  runs_.push_back(run);
  for (const std::uint32_t* at = begin; at != end; ++at)
    run_of_[*at] = static_cast<std::uint32_t>(runs_.size());
}

void Flood::find_protected_makes() {
  for (const Member& member : members_)
    if (member.make != 0 && is_proved(member)) protected_makes_.push_back(member.make);
  std::sort(protected_makes_.begin(), protected_makes_.end());
  protected_makes_.erase(std::unique(protected_makes_.begin(), protected_makes_.end()),
                         protected_makes_.end());
}

void Flood::find_services() {
  std::vector<std::uint32_t> organisations;
  for (const Member& member : members_)
    if (is_of_doubtful_service(member)) organisations.push_back(member.organisation);
  std::sort(organisations.begin(), organisations.end());
  for (auto at = organisations.begin(); at != organisations.end();) {
    const auto next = std::upper_bound(at, organisations.end(), *at);
    const auto count = static_cast<std::uint32_t>(next - at);
    if (count >= kLeastOfService) services_.push_back({*at, count});
    at = next;
  }
}

void Flood::find_seen() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Member& member = members_[i];
    if (member.network == 0 || member.day == 0) continue;
    if (run_of_[i] == 0 || row_of(runs_[run_of_[i] - 1]) != RunRow::spread)
      seen_.push_back({member.network, member.day});
  }
  std::sort(seen_.begin(), seen_.end());
  const auto same_network = [](const Seen& a, const Seen& b) { return a.network == b.network; };
  seen_.erase(std::unique(seen_.begin(), seen_.end(), same_network), seen_.end());
}

// Genuine by our servers' or account's word, absent from Sent to the last.
void Flood::find_foreign_uses() {
  std::vector<bool> is_told(runs_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (run_of_[i] == 0) continue;
    const std::size_t index = run_of_[i] - 1;
    const Run& run = runs_[index];
    if (is_told[index] || run.unrecorded < kLeastForeign || run.unrecorded != run.proved) continue;
    is_told[index] = true;
    foreign_uses_.push_back({i, run.unrecorded});
  }
}

// What the ledger proved itself was asked of nobody else: it counts for whether Sent is kept at
// all, and not for how complete it is.
void Flood::take_measure() {
  std::uint32_t genuine = 0;
  std::uint32_t recorded = 0;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Member& member = members_[i];
    if (!member.is(Member::genuine)) continue;
    const Run* run = run_of_[i] == 0 ? nullptr : &runs_[run_of_[i] - 1];
    if (run != nullptr && run->unrecorded >= kLeastForeign && run->unrecorded == run->proved)
      continue;  // this is what is to be told by the measure
    ++genuine;
    if (member.is(Member::recorded)) ++recorded;
    if (!member.is(Member::proved_elsewhere)) continue;
    ++measure_.proved;
    if (member.is(Member::recorded)) ++measure_.recorded;
  }
  const bool is_kept = recorded >= kLeastMeasured && recorded * 5 >= genuine * 4;
  if (!is_kept) foreign_uses_.clear();
}

bool Flood::is_seen_before(const Member& member, const Run& run) const {
  const auto found = std::lower_bound(seen_.begin(), seen_.end(), Seen{member.network, 0});
  return found != seen_.end() && found->network == member.network && run.first_day != 0 &&
         found->day <= run.first_day - kBefore;
}

std::uint32_t Flood::size_of_service(const Member& member) const {
  if (!is_of_doubtful_service(member)) return 0;
  const auto found = std::lower_bound(
      services_.begin(), services_.end(), member.organisation,
      [](const Service& one, std::uint32_t wanted) { return one.organisation < wanted; });
  const bool is_found = found != services_.end() && found->organisation == member.organisation;
  return is_found ? found->members : 0;
}

FloodFinding Flood::finding(std::size_t index) const {
  FloodFinding finding;
  const Member& member = members_[index];
  finding.of_service = size_of_service(member);
  if (run_of_[index] == 0) return finding;
  finding.run = &runs_[run_of_[index] - 1];
  finding.row = row_of(*finding.run);
  if (finding.row == RunRow::spread)
    finding.member = row_of(member, known_, is_seen_before(member, *finding.run));
  return finding;
}

// Its run decides it, and nothing that is strong may speak for it.
bool Flood::is_judged(std::size_t index) const {
  const Member& member = members_[index];
  if (run_of_[index] == 0 || is_proved(member) || member.is(Member::proved_elsewhere)) return false;
  const FloodFinding found = finding(index);
  return found.row == RunRow::spread && found.member == MemberRow::spread;
}

void Flood::find_judged() {
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (members_[i].id() != 0 && is_judged(i)) judged_ids_.push_back(static_cast<std::uint32_t>(i));
  std::sort(judged_ids_.begin(), judged_ids_.end(),
            [&](std::uint32_t a, std::uint32_t b) { return members_[a].id() < members_[b].id(); });
  std::sort(named_subjects_.begin(), named_subjects_.end());
  find_judged_subjects();
  mark_shared_subjects();
}

// Runs that are joined by their ids alone have many subjects, or none.
void Flood::find_judged_subjects() {
  judged_subjects_.resize(runs_.size());
  for (const std::uint32_t index : judged_ids_) {
    const Member& member = members_[index];
    const std::uint32_t run = run_of_[index] - 1;
    JudgedSubject& one = judged_subjects_[run];
    const std::uint64_t subject = subject_of(member);
    const bool is_other = one.judged > 0 && one.subject != subject;
    one = {is_other ? 0 : subject, run, member.make, one.judged + 1, false};
  }
  std::erase_if(judged_subjects_, [](const JudgedSubject& one) {
    return one.subject == 0 || one.judged < kLeastWithSubject;
  });
  std::sort(judged_subjects_.begin(), judged_subjects_.end());
}

// One of the same run whose border is not shown shares nothing.
void Flood::mark_shared_subjects() {
  const auto is_before = [](const JudgedSubject& one, std::uint64_t subject) {
    return one.subject < subject;
  };
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const std::uint64_t subject = subject_of(members_[i]);
    if (subject == 0 || is_judged(i)) continue;
    const FloodFinding found = finding(i);
    if (found.row == RunRow::spread && found.member == MemberRow::unshown &&
        !is_proved(members_[i]))
      continue;
    auto at =
        std::lower_bound(judged_subjects_.begin(), judged_subjects_.end(), subject, is_before);
    for (; at != judged_subjects_.end() && at->subject == subject; ++at) at->is_shared = true;
  }
}

// A mail to several has one id, and one client; an id that several clients bear was copied.
MentionRow Flood::row_of_id(std::uint64_t id, const Run*& run) const {
  const auto is_before = [&](std::uint32_t index, std::uint64_t wanted) {
    return members_[index].id() < wanted;
  };
  auto at = std::lower_bound(judged_ids_.begin(), judged_ids_.end(), id, is_before);
  if (at == judged_ids_.end() || members_[*at].id() != id) return MentionRow::nothing;
  const std::uint32_t network = members_[*at].network;
  run = &runs_[run_of_[*at] - 1];
  for (; at != judged_ids_.end() && members_[*at].id() == id; ++at)
    if (members_[*at].network != network) return MentionRow::copied_id;
  return MentionRow::by_id;
}

bool Flood::is_named_at_another_time(const JudgedSubject& subject) const {
  const Run& run = runs_[subject.run];
  auto at = std::lower_bound(named_subjects_.begin(), named_subjects_.end(),
                             NamedSubject{subject.subject, INT32_MIN});
  for (; at != named_subjects_.end() && at->subject == subject.subject; ++at)
    if (at->day < run.first_day - kAnswersBefore || at->day > run.last_day + kAnswersAfter)
      return true;
  return false;
}

MentionRow Flood::row_of_subject(const JudgedSubject& subject, const Mention& mention,
                                 const SentHabits* habits) const {
  const bool is_in_sent = habits != nullptr && habits->may_have_subject(subject.subject);
  if (subject.is_shared || is_in_sent || is_naming_full_ || is_full() ||
      is_named_at_another_time(subject))
    return MentionRow::shared;
  const auto& makes = mention.makes;
  if (!makes.empty() && std::find(makes.begin(), makes.end(), subject.make) == makes.end())
    return MentionRow::other_id;
  const bool is_sent_whole = habits != nullptr && habits->knows_subjects() &&
                             measure_.proved >= kLeastMeasured &&
                             measure_.recorded == measure_.proved;
  return is_sent_whole ? MentionRow::by_subject : MentionRow::sent_unsure;
}

MentionFinding Flood::finding(const Mention& mention, const SentHabits* habits) const {
  MentionFinding finding;
  for (const std::uint64_t id : mention.ids)
    if (finding.row = row_of_id(id, finding.run); finding.row != MentionRow::nothing)
      return finding;
  for (const std::uint64_t subject : mention.subjects) {
    const auto at = std::lower_bound(judged_subjects_.begin(), judged_subjects_.end(),
                                     JudgedSubject{subject, 0, 0, 0, false});
    if (at == judged_subjects_.end() || at->subject != subject) continue;
    finding.run = &runs_[at->run];
    finding.row = row_of_subject(*at, mention, habits);
    return finding;
  }
  return finding;
}

}  // namespace unsent
