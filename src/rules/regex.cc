// SPDX-License-Identifier: MIT
#include "rules/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <string>

namespace unsent {
namespace {

// An honest rule takes some hundred steps on a whole report.
constexpr std::uint32_t kMatchLimit = 20000;
constexpr std::uint32_t kDepthLimit = 1000;
constexpr std::uint32_t kHeapLimit = 1024;  // KiB
// Machine code costs as much as some ten searches: a process that judges one message
// never pays for it.
constexpr unsigned kSearchesBeforeJit = 20;

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

pcre2_match_context* limits() {
  static const std::unique_ptr<pcre2_match_context, Free> context = [] {
    std::unique_ptr<pcre2_match_context, Free> made(pcre2_match_context_create(nullptr));
    if (made) {
      pcre2_set_match_limit(made.get(), kMatchLimit);
      pcre2_set_depth_limit(made.get(), kDepthLimit);
      pcre2_set_heap_limit(made.get(), kHeapLimit);
    }
    return made;
  }();
  return context.get();
}

PCRE2_SPTR bytes_of(std::string_view text) {
  static constexpr PCRE2_UCHAR kNothing = 0;
  return text.empty() ? &kNothing : reinterpret_cast<PCRE2_SPTR>(text.data());
}

}  // namespace

struct Regex::Handle {
  std::unique_ptr<pcre2_code, Free> code;
  std::unique_ptr<pcre2_match_data, Free> data;
  unsigned searches = 0;

  const PCRE2_SIZE* offsets() const { return pcre2_get_ovector_pointer(data.get()); }
};

Regex::Regex(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Result<Regex> Regex::compile(std::string_view pattern) {
  constexpr std::uint32_t kOptions =
      PCRE2_UTF | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_DUPNAMES;
  int error = 0;
  PCRE2_SIZE at = 0;
  auto handle = std::make_unique<Handle>();
  handle->code.reset(
      pcre2_compile(bytes_of(pattern), pattern.size(), kOptions, &error, &at, nullptr));
  if (!handle->code) {
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(error, text.data(), text.size());
    return fail(ErrorCode::config, std::string(reinterpret_cast<const char*>(text.data())) +
                                       " at byte " + std::to_string(at));
  }
  handle->data.reset(pcre2_match_data_create_from_pattern(handle->code.get(), nullptr));
  if (!handle->data) return fail(ErrorCode::os, "no memory for a pattern");
  return Regex(std::move(handle));
}

Regex::Outcome Regex::search(std::string_view text, std::size_t from) {
  Handle& handle = *handle_;
  if (from > text.size()) return Outcome::none;
  if (++handle.searches == kSearchesBeforeJit)
    pcre2_jit_compile(handle.code.get(), PCRE2_JIT_COMPLETE);
  const int result = pcre2_match(handle.code.get(), bytes_of(text), text.size(), from,
                                 PCRE2_NO_UTF_CHECK, handle.data.get(), limits());
  if (result > 0) return Outcome::match;
  return result == PCRE2_ERROR_NOMATCH ? Outcome::none : Outcome::cut_off;
}

std::size_t Regex::begin() const { return handle_->offsets()[0]; }
std::size_t Regex::end() const { return handle_->offsets()[1]; }

std::string_view Regex::group(std::string_view text, const char* name) const {
  PCRE2_SPTR first = nullptr;
  PCRE2_SPTR last = nullptr;
  const auto* wanted = reinterpret_cast<PCRE2_SPTR>(name);
  const int size = pcre2_substring_nametable_scan(handle_->code.get(), wanted, &first, &last);
  if (size <= 0) return {};
  // Several groups may bear one name: the one that took part counts.
  for (PCRE2_SPTR entry = first; entry <= last; entry += size) {
    const std::size_t number = static_cast<std::size_t>(entry[0]) << 8U | entry[1];
    const PCRE2_SIZE begin = handle_->offsets()[2 * number];
    const PCRE2_SIZE end = handle_->offsets()[2 * number + 1];
    if (begin != PCRE2_UNSET && begin <= end && end <= text.size())
      return text.substr(begin, end - begin);
  }
  return {};
}

}  // namespace unsent
