// SPDX-License-Identifier: MIT
#include "mail/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <list>
#include <optional>

#include "base/text.h"

namespace unsent {
namespace {

class Converter {
 public:
  explicit Converter(const std::string& charset) : charset_(charset) {
    const iconv_t handle = iconv_open("UTF-8", charset.c_str());
    if (reinterpret_cast<std::intptr_t>(handle) != -1) handle_ = handle;
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (handle_) iconv_close(*handle_);
  }

  const std::string& charset() const { return charset_; }

  // nullopt if iconv does not know the charset.
  std::optional<std::string> convert(std::string_view bytes) {
    if (!handle_) return std::nullopt;
    return run(bytes);
  }

 private:
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

  std::optional<iconv_t> handle_;
  std::string charset_;
};

// Opening a converter may load a module from disk: those used last are kept, since words of one
// header may take turns.
Converter& converter_of(const std::string& charset) {
  constexpr std::size_t kKept = 8;
  thread_local std::list<Converter> kept;  // the last used first
  const auto found = std::find_if(kept.begin(), kept.end(),
                                  [&](const Converter& one) { return one.charset() == charset; });
  if (found != kept.end()) {
    kept.splice(kept.begin(), kept, found);
    return kept.front();
  }
  if (kept.size() == kKept) kept.pop_back();
  return kept.emplace_front(charset);
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
  const auto converted = converter_of(known_name(charset)).convert(bytes);
  return to_valid_utf8(converted ? std::string_view(*converted) : bytes);
}

}  // namespace unsent
