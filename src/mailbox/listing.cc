// SPDX-License-Identifier: MIT
#include "mailbox/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <memory>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "mail/header.h"
#include "mail/lead.h"
#include "mail/lines.h"
#include "mailbox/from_line.h"

namespace unsent {
namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

enum class EntryType { file, folder, other };

EntryType type_of(int folder, const dirent& entry) {
  if (entry.d_type == DT_REG) return EntryType::file;
  if (entry.d_type == DT_DIR) return EntryType::folder;
  if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return EntryType::other;
  struct stat status {};
  // A link that leads nowhere is listed as a file, so that its reader says so.
  if (::fstatat(folder, entry.d_name, &status, 0) != 0) return EntryType::file;
  if (S_ISREG(status.st_mode)) return EntryType::file;
  return S_ISDIR(status.st_mode) ? EntryType::folder : EntryType::other;
}

// Everything but "." and "..", in the order of the file system.
template <class Take>
Result<void> for_each_entry(const std::string& path, Take take) {
  const std::unique_ptr<DIR, DirectoryCloser> directory(::opendir(path.c_str()));
  if (!directory) return os_failure(path, errno);
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) return errno == 0 ? Result<void>() : os_failure(path, errno);
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const EntryType type = type_of(::dirfd(directory.get()), *entry);
    if (type != EntryType::other) take(name, type);
  }
}

bool is_number(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_digit);
}

// The names of files as they come: all while they take no more bytes than most; and some,
// evenly, by which to part those of a large folder.
class Survey {
 public:
  explicit Survey(std::size_t most) : most_(most) {}

  void add(std::string_view name) {
    bytes_ += name.size() + kPerName;
    if (count_++ % stride_ == 0) sample(name);
    if (bytes_ <= most_)
      names_.add(name);
    else if (!names_.empty())
      names_.clear();
  }

  bool has_all() const { return bytes_ <= most_; }
  NameList& names() { return names_; }

  // Between parts of about most bytes each.
  template <class Before>
  std::vector<std::string> bounds(Before before) {
    std::sort(sample_.begin(), sample_.end(), before);
    std::vector<std::string> bounds;
    const std::size_t parts = bytes_ / most_ + 1;
    for (std::size_t i = 1; i < parts; ++i) {
      std::string& bound = sample_[i * sample_.size() / parts];
      if (bounds.empty() || before(bounds.back(), bound)) bounds.push_back(std::move(bound));
    }
    return bounds;
  }

 private:
  static constexpr std::size_t kMostSamples = 4096;
  static constexpr std::size_t kPerName = 10;  // what a list has beside its bytes

  void sample(std::string_view name) {
    sample_.emplace_back(name);
    if (sample_.size() < kMostSamples) return;
    for (std::size_t i = 1; 2 * i < sample_.size(); ++i) sample_[i] = std::move(sample_[2 * i]);
    sample_.resize(sample_.size() / 2);
    stride_ *= 2;
  }

  std::size_t most_;
  std::size_t bytes_ = 0;
  std::size_t count_ = 0;
  std::size_t stride_ = 1;
  NameList names_;
  std::vector<std::string> sample_;
};

// What of a folder tells its kind.
class Signs {
 public:
  void add(std::string_view name, EntryType type) {
    if (type == EntryType::folder) {
      has_cur_ |= name == "cur";
      has_new_ |= name == "new";
      return;
    }
    has_sequences_ |= name == ".mh_sequences";
    const bool is_message = is_number(name);
    has_number_ |= is_message;
    has_other_ |= !is_message && name.front() != '.' && name.front() != ',' && name.front() != '#';
  }

  MailboxKind kind() const {
    if (has_cur_ && has_new_) return MailboxKind::maildir;
    if (has_sequences_ || (has_number_ && !has_other_)) return MailboxKind::mh;
    return MailboxKind::folder;
  }

 private:
  bool has_cur_ = false;
  bool has_new_ = false;
  bool has_sequences_ = false;
  bool has_number_ = false;
  bool has_other_ = false;
};

bool is_listed(MailboxKind kind, std::string_view name) {
  return kind == MailboxKind::mh ? is_number(name) : name.front() != '.';
}

// In this order: whoever is moved while it is read is seen twice rather than not at all.
constexpr std::array<std::string_view, 2> kMaildirParts = {"new/", "cur/"};

// The digits at the start of name, without zeros in front: numbers compare by length first.
std::string_view leading_number(std::string_view name) {
  name = name.substr(0, std::min(name.find_first_not_of("0123456789"), name.size()));
  return name.substr(std::min(name.find_first_not_of('0'), name.size()));
}

bool is_before_by_number(std::string_view a, std::string_view b) {
  const std::string_view x = leading_number(a);
  const std::string_view y = leading_number(b);
  if (x.size() != y.size()) return x.size() < y.size();
  const int order = x.compare(y);
  return order != 0 ? order < 0 : a < b;
}

// "cur/1700000000.M5P6.host:2,S": by second of delivery, then microsecond, then name.
bool is_before_by_delivery(std::string_view a, std::string_view b) {
  const auto micros = [](std::string_view name) {
    const std::size_t dot = name.find('.');
    return dot != name.npos && dot + 1 < name.size() && name[dot + 1] == 'M'
               ? leading_number(name.substr(dot + 2))
               : std::string_view();
  };
  const std::string_view x = a.substr(4);
  const std::string_view y = b.substr(4);
  for (const auto& [m, n] :
       {std::pair(leading_number(x), leading_number(y)), std::pair(micros(x), micros(y))}) {
    if (m.size() != n.size()) return m.size() < n.size();
    if (m != n) return m < n;
  }
  return x != y ? x < y : a < b;
}

using Before = bool (*)(std::string_view, std::string_view);

Before order_of(MailboxKind kind) {
  if (kind == MailboxKind::maildir) return is_before_by_delivery;
  if (kind == MailboxKind::mh) return is_before_by_number;
  return [](std::string_view a, std::string_view b) { return a < b; };
}

std::string_view without_flags(std::string_view name) { return name.substr(0, name.find(':')); }

// "new/X" that is "cur/X:2,S" by now. The names are sorted.
void drop_moved(const std::string& folder, NameList& names) {
  std::set<std::string, std::less<>> moved;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    const bool is_one_message = names[i].front() == 'n' && names[i + 1].front() == 'c' &&
                                names[i].substr(4) == without_flags(names[i + 1]).substr(4);
    const std::string path = is_one_message ? folder + '/' + std::string(names[i]) : "";
    if (is_one_message && ::access(path.c_str(), F_OK) != 0) moved.emplace(names[i]);
  }
  if (moved.empty()) return;
  names.erase_if([&](std::string_view name) { return moved.count(name) > 0; });
}

}  // namespace

Result<Listing> Listing::open(const std::string& path, std::size_t most) {
  Listing listing(path);
  if (auto done = listing.survey(most); !done) return done.failure();
  return listing;
}

Result<void> Listing::survey(std::size_t most) {
  Signs signs;
  Survey survey(most);
  auto read = for_each_entry(path_, [&](std::string_view name, EntryType type) {
    signs.add(name, type);
    if (type == EntryType::folder) folders_.emplace_back(name);
    if (type == EntryType::file) survey.add(name);
  });
  if (!read) return read;
  kind_ = signs.kind();
  const bool is_maildir = kind_ == MailboxKind::maildir;  // its sub-folders are Maildir++'s
  std::erase_if(folders_,
                [&](const std::string& name) { return (name.front() == '.') != is_maildir; });
  std::sort(folders_.begin(), folders_.end());
  if (is_maildir) return survey_maildir(most);
  if (!survey.has_all()) bounds_ = survey.bounds(order_of(kind_));
  files_ = std::move(survey.names());
  files_.erase_if([&](std::string_view name) { return !is_listed(kind_, name); });
  return {};
}

Result<void> Listing::survey_maildir(std::size_t most) {
  Survey survey(most);
  std::string whole;
  for (const std::string_view part : kMaildirParts) {
    auto read =
        for_each_entry(path_ + '/' + std::string(part), [&](std::string_view name, EntryType type) {
          if (type != EntryType::file || name.front() == '.') return;
          survey.add(whole.assign(part).append(name));
        });
    if (!read) return read;
  }
  // Flags change between one part and the next.
  if (!survey.has_all())
    for (const std::string& bound : survey.bounds(order_of(kind_)))
      bounds_.emplace_back(without_flags(bound));
  files_ = std::move(survey.names());
  return {};
}

Result<void> Listing::read_part() {
  const bool is_maildir = kind_ == MailboxKind::maildir;
  const Before is_before = order_of(kind_);
  std::string whole;
  for (const std::string_view part : kMaildirParts) {
    const std::string_view prefix = is_maildir ? part : std::string_view();
    auto read = for_each_entry(path_ + '/' + std::string(prefix),
                               [&](std::string_view name, EntryType type) {
                                 if (type != EntryType::file || !is_listed(kind_, name)) return;
                                 whole.assign(prefix).append(name);
                                 if (next_ > 0 && is_before(whole, bounds_[next_ - 1])) return;
                                 if (next_ < bounds_.size() && !is_before(whole, bounds_[next_]))
                                   return;
                                 files_.add(whole);
                               });
    if (!read || !is_maildir) return read;
  }
  return {};
}

Result<const NameList*> Listing::next_files() {
  if (next_ > 0) files_.clear();
  while (next_ <= bounds_.size()) {
    if (!bounds_.empty())
      if (auto read = read_part(); !read) return read.failure();
    ++next_;
    if (files_.empty()) continue;
    files_.sort(order_of(kind_));
    if (kind_ == MailboxKind::maildir) drop_moved(path_, files_);
    break;
  }
  return &files_;
}

bool looks_like_mbox(std::string_view head) { return find_mbox_begin(head) != head.npos; }

bool looks_like_message(std::string_view head) {
  Defects odd;
  const Lead lead = read_lead(head, odd);
  const std::string_view header = head.substr(std::min(lead.length, head.size()));
  if (!lead.from_line.empty() || header.empty()) return !lead.from_line.empty();
  return field_name_length(Lines(header).next().text) > 0;
}

}  // namespace unsent
