// SPDX-License-Identifier: MIT
#include "feed/import_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "feed/doubts.h"
#include "feed/imap_import.h"
#include "feed/import.h"
#include "feed/log_feed.h"
#include "feed/log_follower.h"
#include "feed/mailbox_places.h"
#include "feed/pending.h"
#include "feed/promise.h"
#include "ledger/ledger_writer.h"
#include "mailbox/listing.h"
#include "mailbox/mailbox.h"
#include "mailbox/sent_look.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {
namespace {

// Exchange lines begin with "{", a log with a time or as what carries it writes it; no message
// and no mbox does.
enum class Form { lines, log, mailbox };

Result<Form> form_of(LineSource& source) {
  const auto beginning = source.peek(kMaxLogLine);
  if (!beginning) return beginning.failure();
  if (is_log(*beginning)) return Form::log;
  if (!beginning->empty() && beginning->front() == '{') return Form::lines;
  return source.path() == "standard input" ? Form::lines : Form::mailbox;
}

Result<void> import_mailbox(const std::string& path, const ImportRequest& request, Import& import,
                            std::vector<std::string>& problems) {
  MailboxPlaces places(path, request.again, import);
  WalkOptions options;
  bool is_empty = true;
  options.read_before = [&](const std::string& file, const struct stat& status, int fd) {
    return places.read_before(file, status, fd);
  };
  Doubts doubts;
  options.passed_over = [&](const std::string& file) {
    places.forget_last();
    doubts.saw_passed_over(file);
  };
  const std::size_t before = problems.size();
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    places.has_read(stored);
    is_empty = false;
    if (may_hold_unread(stored)) {
      places.forget_last();
      doubts.saw_joined(stored);
    }
    const Message message = Message::view(stored.bytes);
    if (is_draft(stored, message)) return {};
    if (is_bounce_that_came(message.headers())) {
      doubts.saw_bounce();
      return {};
    }
    Entry entry = entry_of(message);
    import.mend_time(entry, stored.modified);
    auto added = import.add(entry, "import",
                            [&] { return fmt::format("{}:{}", stored.path, stored.offset); });
    return added ? import.end_of_piece() : added;
  };
  auto walked = walk_mailbox(path, visit, problems, options);
  import.pass_over(places.passed_over());
  if (is_empty) import.read_so_far().saw_nothing();
  doubts.tell(path, import.read_so_far());
  return walked && problems.size() == before ? places.save() : walked;
}

// A folder, or what can be read but once, is a mailbox.
bool is_mailbox_by_kind(const std::string& path) {
  std::error_code ignored;
  return path != "-" && !std::filesystem::is_regular_file(path, ignored);
}

Result<void> import_source(const std::string& path, const ImportRequest& request, Import& import,
                           std::vector<std::string>& problems) {
  if (is_imap_url(path)) {
    const auto place = find_sent(*request.accounts, path);
    if (!place) return place.failure();
    return import_folder(*request.accounts, *place, request.again, import, problems);
  }
  if (is_mailbox_by_kind(path)) return import_mailbox(path, request, import, problems);
  auto source = LineSource::open(path, kMaxEntryLine);
  if (!source) return source.failure();
  const auto form = form_of(*source);
  if (!form) return form.failure();
  switch (*form) {
    case Form::lines:
      return import_lines(*source, import);
    case Form::log:
      return import_log(std::move(*source), path, request.policy, import);
    case Form::mailbox:
      return import_mailbox(path, request, import, problems);
  }
  return {};
}

bool is_mailbox(const std::string& path) {
  if (path == "-") return false;
  if (is_mailbox_by_kind(path)) return std::filesystem::is_directory(path);
  auto source = LineSource::open(path, kMaxEntryLine);
  const auto form = source ? form_of(*source) : Result<Form>(source.failure());
  return form && *form == Form::mailbox;
}

// Nothing to see, where it is no mailbox, or the server says that it is Sent.
Result<MailboxLook> look_at(const std::string& path, const ImportRequest& request,
                            const std::function<bool(const Address&)>& is_ours) {
  if (!is_imap_url(path)) return is_mailbox(path) ? look_at_mailbox(path, is_ours) : MailboxLook();
  const auto place = find_sent(*request.accounts, path);
  if (!place) return place.failure();
  const auto sent = request.accounts->find(place->url, FolderRole::sent);
  if (sent && sent->wire == place->wire) return MailboxLook();
  return look_at_folder(*request.accounts, *place, is_ours);
}

// All of them before any is read: nothing of strangers comes into the ledger.
Result<void> check_sent(const ImportRequest& request, LedgerReader& ledger) {
  const auto is_ours = [&](const Address& address) {
    return request.policy.is_ours(address.domain()) || ledger.sender(address, {}).value.has_sent ||
           std::find(request.addresses.begin(), request.addresses.end(), address) !=
               request.addresses.end();
  };
  for (const std::string& path : request.sources) {
    const auto looked = look_at(path, request, is_ours);
    if (!looked) return looked.failure();
    const MailboxLook& look = *looked;
    if (look.looks_received())
      return fail(ErrorCode::data,
                  fmt::format("{}: mail came to it, and was not sent: {}; nothing is imported",
                              path, look.why_received()),
                  "name the Sent mailbox; if it is one, name your domains with --domain, or say "
                  "--yes-sent");
  }
  return {};
}

struct Imported {
  bool is_whole = false;       // all could be read, and nothing was refused
  bool is_understood = false;  // there was something in it
};

// All of the sources; what could not be read or understood is said.
Result<Imported> import_all(const ImportRequest& request, Import& import) {
  std::vector<std::string> problems;
  bool has_understood = request.sources.empty();
  bool are_understood = true;
  for (const std::string& source : request.sources) {
    ReadSoFar& read = import.read_so_far();
    read.begin_source();
    if (auto done = import_source(source, request, import, problems); !done) return done.failure();
    has_understood = has_understood || read.has_understood();
    if (read.has_understood() || read.is_empty()) continue;
    are_understood = false;
    if (!request.scopes.empty()) complain(source + ": nothing in it was understood");
  }
  if (auto committed = import.commit(); !committed) return committed.failure();
  for (const std::string& problem : problems) complain(problem);
  if (!has_understood && are_understood && !request.scopes.empty())
    complain("there is nothing in what was named");
  return Imported{problems.empty() && !import.has_refused(), has_understood && are_understood};
}

// A promise for each scope, if all of them are earned. False: none is made.
Result<bool> promise_all(const ImportRequest& request, Import& import, LedgerWriter& ledger,
                         ImportTold& told) {
  std::vector<std::optional<Time>> times;
  for (const std::string& scope : request.scopes) {
    const auto since = earned_since(import.read_so_far(), ledger, scope, request.since);
    if (since) {
      times.push_back(*since);
      continue;
    }
    if (since.error().code != ErrorCode::data) return since.failure();
    complain("not declared complete: " + since.error().message);
    complain(since.error().hint);
    return false;
  }
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto declared = ledger.declare_complete(request.scopes[i], times[i]);
    if (!declared) return declared.failure();
    told.complete.emplace_back(request.scopes[i], *declared);
  }
  if (auto noted = import.note_promises(request.scopes); !noted) return noted.failure();
  return true;
}

Result<bool> promise(const ImportRequest& request, const Imported& imported, Import& import,
                     LedgerWriter& ledger, ImportTold& told) {
  if (!imported.is_whole) complain("not declared complete, since not everything could be read");
  if (imported.is_whole && !imported.is_understood)
    complain(
        "not declared complete, since not all of it was understood: name the Sent mailbox, or "
        "the log of Postfix, Exim or Sendmail, in which what was sent is");
  for (const std::string& doubt : import.read_so_far().doubts())
    complain("not declared complete: " + doubt);
  if (!imported.is_whole || !imported.is_understood || !import.read_so_far().doubts().empty())
    return false;
  auto promised = promise_all(request, import, ledger, told);
  const auto stats = ledger.stats();
  if (!stats) return stats.failure();
  told.measured = stats->measured;
  return promised;
}

// Each file once, by the first of its names.
std::vector<std::string> without_second_names(const std::vector<std::string>& paths) {
  std::vector<std::string> kept;
  for (const std::string& path : paths) {
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const std::string& other) {
      std::error_code ignored;
      return path == other || std::filesystem::equivalent(path, other, ignored);
    });
    if (same == kept.end())
      kept.push_back(path);
    else
      complain(path + ": is " + *same + ", which is followed already");
  }
  return kept;
}

// What is no log, and never will be one; what is not there yet may become one.
Result<void> check_followed(const std::string& path) {
  const char* const kMend = "name a log; a mailbox is imported without --follow";
  std::error_code ignored;
  if (path == "-") return {};
  if (std::filesystem::is_directory(path, ignored))
    return fail(ErrorCode::no_input, path + ": is a folder, and no log", kMend);
  if (std::filesystem::is_character_file(path, ignored))
    return fail(ErrorCode::no_input, path + ": is a device, and no log", kMend);
  if (!std::filesystem::is_regular_file(path, ignored)) return {};
  auto source = LineSource::open(path, kMaxEntryLine);
  const auto beginning =
      source ? source->peek(kMaxLogLine) : Result<std::string_view>(source.failure());
  if (beginning && looks_like_mbox(*beginning))
    return fail(ErrorCode::no_input, path + ": is a mailbox, and no log", kMend);
  return {};
}

}  // namespace

Outcome run_import(const ImportRequest& request) {
  auto ledger = LedgerWriter::open(request.ledger, request.texts);
  if (!ledger) return ledger.failure();
  if (!request.yes_sent)
    if (auto checked = check_sent(request, **ledger); !checked) return checked.failure();
  if (auto taken = take_pending(request.ledger, **ledger, current_time()); !taken)
    return taken.failure();
  Import import(**ledger, current_time());
  import.make_undoable(request.sources);
  if (request.again) import.read_again();
  import.read_so_far().watch(request.scopes);
  if (request.sources.empty()) import.read_so_far().saw_known_place(true);
  const auto imported = import_all(request, import);
  if (!imported) return imported.failure();
  ImportTold told{import.counts(), {}, {}};
  Result<bool> is_well = imported->is_whole;
  if (!request.scopes.empty()) is_well = promise(request, *imported, import, **ledger, told);
  if (auto written = tell(told, request.is_json); !written) return written.failure();
  if (!is_well) return is_well.failure();
  return *is_well ? 0 : static_cast<int>(ErrorCode::data);
}

Outcome follow_sources(const ImportRequest& request) {
  const FollowOptions options{request.ledger, request.texts, without_second_names(request.sources),
                              request.scopes, request.since};
  constexpr std::chrono::seconds kPause{5};
  for (const std::string& path : options.paths)
    if (auto checked = check_followed(path); !checked) return checked.failure();
  auto signals = StopSignals::take();
  if (!signals) return signals.failure();
  for (std::string said;;) {
    auto ledger = LedgerWriter::open(options.ledger, options.texts);
    std::optional<Import> import;
    if (ledger) import.emplace(**ledger, current_time());
    const auto done = ledger ? follow_logs(options, request.policy, *import, *signals)
                             : Result<void>(ledger.failure());
    if (done) {
      const auto told = tell({import->counts(), {}, {}}, request.is_json);
      return told ? Outcome(0) : Outcome(told.failure());
    }
    if (done.error().code != ErrorCode::temp_fail || signals->have_come()) return done.failure();
    if (done.error().message != said) complain(done.error().message + "; trying again");
    said = done.error().message;
    signals->wait(kPause);
  }
}

}  // namespace unsent
