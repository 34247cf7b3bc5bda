// SPDX-License-Identifier: MIT
#include "mail/charset.h"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"

namespace unsent {
namespace {

class Converter {
 public:
  explicit Converter(const std::string& charset) {
    const iconv_t handle = iconv_open("UTF-8", charset.c_str());
    if (reinterpret_cast<std::intptr_t>(handle) != -1) handle_ = handle;
  }
  Converter(Converter&& other) noexcept : handle_(std::exchange(other.handle_, std::nullopt)) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  Converter& operator=(Converter&&) = delete;
  ~Converter() {
    if (handle_) iconv_close(*handle_);
  }

  // False if iconv does not know the charset.
  bool is_open() const { return handle_.has_value(); }

  std::string run(std::string_view bytes) {
    iconv(*handle_, nullptr, nullptr, nullptr, nullptr);
    std::string out;
    char* in = const_cast<char*>(bytes.data());
    std::size_t left = bytes.size();
    while (left > 0) {
      std::array<char, 4096> buffer{};
      char* to = buffer.data();
      std::size_t room = buffer.size();
      const std::size_t result = iconv(*handle_, &in, &left, &to, &room);
      out.append(buffer.data(), buffer.size() - room);
      if (result != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
      out += "\xEF\xBF\xBD";
      ++in;
      --left;
    }
    return out;
  }

 private:
  std::optional<iconv_t> handle_;
};

// Opening a converter may load a module from disk: each is kept, since words of one header may
// take turns; iconv knows a bounded number of names.
Converter* converter_of(const std::string& charset) {
  constexpr std::size_t kMost = 1000;
  thread_local std::map<std::string, Converter> kept;
  if (const auto known = kept.find(charset); known != kept.end()) return &known->second;
  Converter opened(charset);
  if (!opened.is_open()) return nullptr;
  if (kept.size() == kMost) kept.clear();
  return &kept.emplace(charset, std::move(opened)).first->second;
}

// Charset names are letters, digits and a little more; the rest would reach iconv's
// own suffixes ("//IGNORE").
bool is_plausible(std::string_view charset) {
  if (charset.empty() || charset.size() > 40) return false;
  for (const char c : charset)
    if (!is_alnum(c) && std::string_view("-_.:+").find(c) == std::string_view::npos) return false;
  return true;
}

// Charsets in which a byte below 0x80 may mean something else than in ASCII.
bool is_stateful(std::string_view charset) {
  return starts_with_ignoring_case(charset, "iso-2022") ||
         starts_with_ignoring_case(charset, "utf-7") ||
         starts_with_ignoring_case(charset, "utf-16") ||
         starts_with_ignoring_case(charset, "utf-32") || starts_with_ignoring_case(charset, "hz");
}

// Names that mail programs write and iconv does not know, and sets of which they write more
// than the name allows (https://encoding.spec.whatwg.org/#names-and-labels).
std::string known_name(std::string_view charset) {
  struct Alias {
    std::string_view written;
    std::string_view meant;
  };
  static constexpr std::array<Alias, 16> kAliases = {{{"ks_c_5601-1987", "cp949"},
                                                      {"ks_c_5601", "cp949"},
                                                      {"euc-kr", "cp949"},
                                                      {"x-windows-949", "cp949"},
                                                      {"gb2312", "gb18030"},
                                                      {"gb_2312-80", "gb18030"},
                                                      {"gbk", "gb18030"},
                                                      {"x-gbk", "gb18030"},
                                                      {"x-sjis", "cp932"},
                                                      {"shift_jis", "cp932"},
                                                      {"x-euc-jp", "euc-jp"},
                                                      {"big5", "big5-hkscs"},
                                                      {"iso-8859-8-i", "iso-8859-8"},
                                                      {"iso-8859-8-e", "iso-8859-8"},
                                                      {"x-cp1251", "cp1251"},
                                                      {"x-mac-roman", "macintosh"}}};
  std::string name = lower(charset);
  for (const Alias& alias : kAliases)
    if (name == alias.written) return std::string(alias.meant);
  return name;
}

}  // namespace

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  const bool is_stated = is_plausible(charset);
  if ((is_ascii(bytes) && !(is_stated && is_stateful(charset))) || !is_stated ||
      equal_ignoring_case(charset, "utf-8") || equal_ignoring_case(charset, "us-ascii"))
    return to_valid_utf8(bytes);
  Converter* const converter = converter_of(known_name(charset));
  return converter == nullptr ? to_valid_utf8(bytes) : to_valid_utf8(converter->run(bytes));
}

}  // namespace unsent
