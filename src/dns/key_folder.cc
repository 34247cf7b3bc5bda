// SPDX-License-Identifier: MIT
#include "dns/key_folder.h"

#include "base/file.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::string_view kPemBegin = "-----BEGIN PUBLIC KEY-----";
constexpr std::string_view kPemEnd = "-----END PUBLIC KEY-----";

// The strings between quotes, joined; a comment behind ";" outside of them is none.
std::string quoted_strings(std::string_view text) {
  std::string joined;
  bool is_inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"')
      is_inside = !is_inside;
    else if (is_inside)
      joined += text[i];
    else if (text[i] == ';')
      i = std::min(text.find('\n', i), text.size() - 1);
  }
  return joined;
}

}  // namespace

std::string record_in(std::string_view text) {
  const std::size_t begin = text.find(kPemBegin);
  if (begin != std::string_view::npos) {
    const std::string_view key = text.substr(begin + kPemBegin.size());
    return "v=DKIM1; k=rsa; p=" + std::string(key.substr(0, key.find(kPemEnd)));
  }
  if (text.find('"') != std::string_view::npos) return quoted_strings(text);
  return std::string(trim(text));
}

std::optional<std::string> KeyFolder::record(const std::string& name) {
  // The name comes out of mail: it must stay within the folder.
  if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos)
    return std::nullopt;
  for (const char* suffix : {"", ".txt"})
    if (const auto text = read_file(path_ + '/' + name + suffix, kMostBytes))
      return record_in(*text);
  return std::nullopt;
}

}  // namespace unsent
