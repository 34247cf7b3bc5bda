// SPDX-License-Identifier: MIT
#include "review/screen.h"

#include <fmt/format.h>
#define NCURSES_NOMACROS 1
#include <ncursesw/curses.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>

#include "base/printable.h"
#include "base/text.h"
#include "report/figures.h"
#include "report/plain_reason.h"
#include "scan/interrupt.h"

namespace unsent {
namespace {

constexpr int kEscape = 27;
constexpr int kPause = 200;  // milliseconds, between looks at whether somebody interrupts

// The terminal is as it was before, however this ends but by a kill.
class Terminal {
 public:
  Terminal() : screen_(::newterm(nullptr, stdout, stdin)) {
    if (screen_ == nullptr) return;
    ::set_term(screen_);
    ::cbreak();
    ::noecho();
    ::keypad(stdscr, TRUE);
    ::curs_set(0);
    ::timeout(kPause);
    if (std::getenv("NO_COLOR") == nullptr && ::has_colors() && ::start_color() == OK) {
      ::use_default_colors();
      ::init_pair(1, COLOR_GREEN, -1);
      ::init_pair(2, COLOR_RED, -1);
      has_colours_ = true;
    }
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    if (screen_ == nullptr) return;
    ::endwin();
    ::delscreen(screen_);
  }

  bool is_usable() const { return screen_ != nullptr; }
  attr_t colour(Word word) const {
    if (!has_colours_ || word == Word::none) return A_NORMAL;
    return static_cast<attr_t>(COLOR_PAIR(word == Word::mine ? 1 : 2));
  }

 private:
  SCREEN* screen_;
  bool has_colours_ = false;
};

std::string_view mark_of(Word word) {
  switch (word) {
    case Word::none:
      return "        ";
    case Word::mine:
      return "mine    ";
    case Word::not_mine:
      return "not mine";
  }
  return {};
}

// What a list is looked at through: which line is chosen, and which is the first that is seen.
struct Window {
  std::size_t chosen = 0;
  std::size_t first = 0;

  void keep_within(std::size_t count, std::size_t height) {
    chosen = count == 0 ? 0 : std::min(chosen, count - 1);
    if (chosen < first) first = chosen;
    if (height > 0 && chosen >= first + height) first = chosen - height + 1;
  }
  // Whether the key is one that moves.
  bool moves(int key, std::size_t count, std::size_t height) {
    const std::size_t page = std::max<std::size_t>(height, 1);
    switch (key) {
      case KEY_UP:
      case 'k':
        chosen -= chosen > 0 ? 1 : 0;
        break;
      case KEY_DOWN:
      case 'j':
        ++chosen;
        break;
      case KEY_PPAGE:
        chosen -= std::min(chosen, page);
        break;
      case KEY_NPAGE:
        chosen += page;
        break;
      case KEY_HOME:
      case 'g':
        chosen = 0;
        break;
      case KEY_END:
      case 'G':
        chosen = count;
        break;
      default:
        return false;
    }
    keep_within(count, height);
    return true;
  }
};

class Screen {
 public:
  Screen(Board& board, const std::string& title, const std::vector<std::string>& notices)
      : board_(board), title_(title), notices_(notices), is_telling_(!notices.empty()) {}

  bool is_usable() const { return terminal_.is_usable(); }

  Reviewed run() {
    for (;;) {
      draw();
      const int key = ::getch();
      if (is_interrupted()) return Reviewed::leave;
      if (key == ERR || key == KEY_RESIZE) continue;
      if (is_telling_) {
        is_telling_ = false;
        if (key == 'q' || key == 'Q') return Reviewed::leave;
        continue;
      }
      if (is_inside_ ? key_inside(key) : key_outside(key)) return end_;
    }
  }

 private:
  std::size_t width() const { return static_cast<std::size_t>(std::max(COLS, 1)); }
  // Lines of the list: all but title, effect and keys, and what is told of the chosen one.
  std::size_t told() const { return LINES >= 16 ? 7 : LINES >= 10 ? 3 : 0; }
  std::size_t height() const {
    return static_cast<std::size_t>(std::max(LINES - 4 - static_cast<int>(told()), 1));
  }
  const BoardRow& row() const { return board_.rows()[rows_.chosen]; }

  void put(int line, std::string_view text, attr_t how = A_NORMAL) {
    if (line < 0 || line >= LINES) return;
    const std::string shown = pad(fit(printable(text), width()), width());
    ::attrset(static_cast<int>(how));
    ::mvaddnstr(line, 0, shown.c_str(), static_cast<int>(shown.size()));
    ::attrset(static_cast<int>(A_NORMAL));
  }

  void draw() {
    ::erase();
    put(0, title_, A_BOLD);
    if (is_telling_) return draw_notices();
    if (is_inside_)
      draw_items();
    else
      draw_rows();
    const Effect effect = board_.effect();
    put(LINES - 2,
        fmt::format("{} will be put away, {} stay; {} proved yours stay as well",
                    grouped(effect.put_away), grouped(effect.stays), grouped(board_.genuine())),
        A_BOLD);
    put(LINES - 1,
        is_inside_ ? "n not mine  m mine  Esc back"
                   : "n not mine  m mine  Enter look at each  a put away  q leave all as it is");
    if (is_asking_) put(LINES - 1, "put these away? y yes  n no", A_REVERSE);
    ::refresh();
  }

  // As many as there is room for: the report of a scan has them all.
  void draw_notices() {
    int line = 2;
    for (const std::string& notice : notices_) {
      const std::string lines = wrap(printable(notice), width() > 8 ? width() - 4 : width(), "  ");
      for (std::string_view rest = lines; !rest.empty() && line < LINES - 2;)
        put(line++, take_line(rest), A_BOLD);
      ++line;
    }
    put(LINES - 1, "any key: go on to the campaigns  q leave all as it is");
    ::refresh();
  }

  void draw_rows() {
    const auto& rows = board_.rows();
    rows_.keep_within(rows.size(), height());
    for (std::size_t i = 0; i < height() && rows_.first + i < rows.size(); ++i) {
      const std::size_t at = rows_.first + i;
      const BoardRow& one = rows[at];
      const std::string name = one.campaign.name.empty() ? "(part of none)" : one.campaign.name;
      put(static_cast<int>(2 + i),
          fmt::format("{} {} {:>7}  {}  {}", at == rows_.chosen ? ">" : " ", mark_of(one.word),
                      grouped(one.campaign.bounces), pad(fit(printable(name), 28), 28),
                      one.campaign.shared),
          terminal_.colour(one.word) | (at == rows_.chosen ? A_BOLD : A_NORMAL));
    }
    if (rows.empty())
      put(2, "  nothing to review: all reports are proved yours, or there are none");
    if (told() > 0 && !rows.empty()) tell_row(row());
  }

  void tell_row(const BoardRow& one) {
    int line = static_cast<int>(2 + height());
    const Campaign& campaign = one.campaign;
    std::vector<std::string> lines;
    lines.push_back(fmt::format(
        "  {} not proved, {} backscatter{}{}", grouped(campaign.counts[Verdict::unverified]),
        grouped(campaign.counts[Verdict::backscatter]),
        campaign.name.empty()
            ? ""
            : fmt::format("; {} to {}", day_text(campaign.first), day_text(campaign.last)),
        one.is_recalled ? "; as you said before" : ""));
    if (!campaign.name.empty()) {
      lines.push_back("  from " + names_of(campaign.networks, "networks"));
      lines.push_back("  as   " + names_of(campaign.senders, "senders"));
      lines.push_back("  by   " + names_of(campaign.reporters, "reporters"));
    }
    const Time now = campaign.last;
    for (std::size_t i = 0; i < one.items.size() && lines.size() < told(); ++i)
      lines.push_back("  - " + one.items[i].original.subject + ": " +
                      plain_reason(one.items[i], now));
    for (std::size_t i = 0; i < lines.size() && i < told(); ++i) put(line++, lines[i]);
  }

  static std::string names_of(const Tally& tally, std::string_view what) {
    std::string text;
    for (const Tally::Entry& entry : tally.top(4)) text += (text.empty() ? "" : ", ") + entry.name;
    if (tally.names() > 4) text += fmt::format(" and more ({} {})", grouped(tally.names()), what);
    return text.empty() ? "-" : text;
  }

  void draw_items() {
    const auto& items = row().items;
    items_.keep_within(items.size(), height());
    for (std::size_t i = 0; i < height() && items_.first + i < items.size(); ++i) {
      const std::size_t at = items_.first + i;
      const ScanItem& item = items[at];
      const Word word = board_.word_of(rows_.chosen, at);
      put(static_cast<int>(2 + i),
          fmt::format("{} {} {}  {}  {}", at == items_.chosen ? ">" : " ", mark_of(word),
                      board_.goes(rows_.chosen, at) ? "goes " : "stays",
                      pad(fit(printable(about(item)), 28), 28), item.original.subject),
          terminal_.colour(word) | (at == items_.chosen ? A_BOLD : A_NORMAL));
    }
    if (told() > 0 && !items.empty()) tell_item(items[items_.chosen]);
    if (row().campaign.bounces > items.size())
      put(1, fmt::format("  {} of {}", grouped(items.size()), grouped(row().campaign.bounces)));
  }

  void tell_item(const ScanItem& item) {
    int line = static_cast<int>(2 + height());
    std::vector<std::string> lines = {
        fmt::format("  {}: {}", name_of(item.verdict), item.reason),
        fmt::format("  the original: {} to {}", item.original.from, about(item)),
        "  " + where_text(item.place)};
    for (const Fact& fact : item.facts)
      lines.push_back(fmt::format("  {}: {}", name_of(fact.check), fact.detail));
    for (std::size_t i = 0; i < lines.size() && i < told(); ++i) put(line++, lines[i]);
  }

  // Whether it ends the review.
  bool key_outside(int key) {
    if (is_asking_) {
      is_asking_ = false;
      end_ = Reviewed::act;
      return key == 'y' || key == 'Y';
    }
    if (rows_.moves(key, board_.rows().size(), height())) return false;
    if (key == 'q' || key == 'Q') {
      end_ = Reviewed::leave;
      return true;
    }
    if (key == 'a' || key == 'A') is_asking_ = true;
    if (board_.rows().empty()) return false;
    if (key == 'n' || key == 'N') say_row(Word::not_mine);
    if (key == 'm' || key == 'M') say_row(Word::mine);
    if (key == '\n' || key == '\r' || key == KEY_ENTER || key == KEY_RIGHT) {
      is_inside_ = true;
      items_ = {};
    }
    return false;
  }

  // What is part of no campaign has nothing in common: each is looked at.
  void say_row(Word word) {
    if (row().campaign.name.empty()) {
      is_inside_ = true;
      items_ = {};
      return;
    }
    board_.say(rows_.chosen, word);
    rows_.moves(KEY_DOWN, board_.rows().size(), height());
  }

  bool key_inside(int key) {
    const std::size_t count = row().items.size();
    if (items_.moves(key, count, height())) return false;
    if (key == kEscape || key == KEY_LEFT || key == 'q' || key == 'Q') is_inside_ = false;
    const bool is_word = key == 'n' || key == 'N' || key == 'm' || key == 'M';
    if (!is_word || count == 0) return false;
    board_.say(rows_.chosen, items_.chosen, key == 'm' || key == 'M' ? Word::mine : Word::not_mine);
    items_.moves(KEY_DOWN, count, height());
    return false;
  }

  Board& board_;
  const std::string& title_;
  const std::vector<std::string>& notices_;
  bool is_telling_;
  Terminal terminal_;
  Window rows_;
  Window items_;
  bool is_inside_ = false;  // a campaign, report by report
  bool is_asking_ = false;
  Reviewed end_ = Reviewed::leave;
};

}  // namespace

Result<Reviewed> review_on_screen(Board& board, const std::string& title,
                                  const std::vector<std::string>& notices) {
  std::setlocale(LC_CTYPE, "");
  ::setenv("ESCDELAY", "50", 0);
  Screen screen(board, title, notices);
  if (!screen.is_usable())
    return fail(ErrorCode::usage, "this terminal cannot be used (TERM)",
                "without one: unsent scan --campaign NAME --quarantine");
  return screen.run();
}

}  // namespace unsent
