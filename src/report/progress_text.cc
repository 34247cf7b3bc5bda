// SPDX-License-Identifier: MIT
#include "report/progress_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/printable.h"
#include "report/figures.h"

namespace unsent {
namespace {

// After so long a change of speed is seen in full.
constexpr double kInertia = 3;  // seconds

double follow(double rate, double now, double share) { return rate + (now - rate) * share; }

struct Piece {
  int rank;  // the highest is left out first
  std::string text;
};

std::string percent_text(const ProgressState& state) {
  if (!state.total || *state.total == 0 || state.read > *state.total) return "";
  // Rounded down: 100% is the end.
  return fmt::format("{:.0f}%", std::floor(100 * static_cast<double>(state.read) /
                                           static_cast<double>(*state.total)));
}

std::string bytes_text(const ProgressState& state) {
  if (!state.total || state.read > *state.total) return byte_text(state.read);
  return byte_text(state.read) + " of " + byte_text(*state.total);
}

std::string counted_verdict(const ProgressState& state, Verdict verdict) {
  return fmt::format("{} {}", grouped(state.counts[verdict]), name_of(verdict));
}

// What fits of them, in their order; the highest ranks go first.
template <std::size_t kCount>
std::string fitted(const std::array<Piece, kCount>& pieces, std::size_t width) {
  for (int most = static_cast<int>(kCount); most > 0; --most) {
    std::string line;
    for (const Piece& piece : pieces)
      if (piece.rank < most && !piece.text.empty()) line += (line.empty() ? "" : "  ") + piece.text;
    if (columns(line) <= width) return line;
  }
  return "";
}

}  // namespace

void ProgressMeter::update(const ProgressState& state, Seconds elapsed) {
  const double step = (elapsed - elapsed_).count();
  if (step > 0) {
    const double messages = static_cast<double>(state.counts.total() - state_.counts.total());
    const double bytes = static_cast<double>(state.read - std::min(state_.read, state.read));
    // At first the mean so far; later what has lately been.
    const double share = std::max(1 - std::exp(-step / kInertia), step / elapsed.count());
    messages_rate_ = follow(messages_rate_, messages / step, share);
    bytes_rate_ = follow(bytes_rate_, bytes / step, share);
    elapsed_ = elapsed;
  }
  state_ = state;
}

std::optional<std::chrono::seconds> ProgressMeter::left() const {
  constexpr double kMost = 99 * 3600;
  if (!state_.total || state_.read >= *state_.total || bytes_rate_ < 1) return std::nullopt;
  const double rest = static_cast<double>(*state_.total - state_.read) / bytes_rate_;
  if (rest > kMost) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(rest)));
}

std::string progress_line(const ProgressMeter& meter, std::size_t width) {
  const ProgressState& state = meter.state();
  const auto left = meter.left();
  const std::array<Piece, 8> pieces = {{
      {0, percent_text(state)},
      {1, left ? clock_text(*left) + " left" : ""},
      {3, counted(state.counts.total(), "message", "messages")},
      {6, fmt::format("{}/s", grouped(static_cast<std::uint64_t>(meter.messages_per_second())))},
      {7, bytes_text(state)},
      {2, counted_verdict(state, Verdict::genuine)},
      {5, counted_verdict(state, Verdict::unverified)},
      {4, counted_verdict(state, Verdict::backscatter)},
  }};
  return fitted(pieces, width);
}

std::string work_line(std::string_view what, const ProgressMeter& meter, std::size_t width) {
  const auto left = meter.left();
  const std::array<Piece, 4> pieces = {{
      {2, std::string(what)},
      {0, percent_text(meter.state())},
      {1, left ? clock_text(*left) + " left" : ""},
      {3, bytes_text(meter.state())},
  }};
  return fitted(pieces, width);
}

}  // namespace unsent
