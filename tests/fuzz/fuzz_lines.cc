// SPDX-License-Identifier: MIT
// Any bytes as a file of lines: packed or not, as it is or growing, lines come with the places
// where they stand, and a damaged .gz only ends early.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "feed/line_source.h"

namespace {

constexpr std::size_t kLongest = 100;

// The whole of it once more from the line at place, which must be the same.
void read_again(unsent::LineSource& source, const unsent::SourceLine& line) {
  const std::string text(line.text);
  const std::uint64_t end = line.end;
  const auto there = source.seek(line.start);
  if (!there || !*there) std::abort();
  unsent::SourceLine again;
  const auto more = source.next(again);
  if (!more || !*more || again.text != text || again.end != end) std::abort();
}

void read(unsent::LineSource source) {
  if (const auto beginning = source.peek(4096); !beginning) return;
  std::uint64_t end = 0;
  unsent::SourceLine line;
  for (int i = 0; i < 1000; ++i) {
    const auto more = source.next(line);
    if (!more || !*more) return;
    if (line.start != end || line.end < line.start + line.text.size()) std::abort();
    if (line.text.size() > kLongest) std::abort();
    end = line.end;
    if (i % 16 == 5) read_again(source, line);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int file = ::memfd_create("lines", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != static_cast<ssize_t>(size))
    std::abort();
  if (auto source = unsent::LineSource::open(path, kLongest)) read(std::move(*source));
  if (auto source = unsent::LineSource::open_growing(path, kLongest)) read(std::move(*source));
  return 0;
}
