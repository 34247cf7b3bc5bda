// SPDX-License-Identifier: MIT
#include "imap/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::string_view kTls = "imaps://";
constexpr std::string_view kStartTls = "imap://";
constexpr std::size_t kMaxUrl = 4096;

std::optional<unsigned> hex_digit(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const char low = to_lower(c);
  if (low >= 'a' && low <= 'f') return static_cast<unsigned>(low - 'a' + 10);
  return std::nullopt;
}

// nullopt: a % without two digits behind it, or a byte that is no part of a name.
std::optional<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
      const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
      if (!low) return std::nullopt;
      c = static_cast<char>(*high * 16 + *low);
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    out += c;
  }
  return is_valid_utf8(out) ? std::optional(out) : std::nullopt;
}

// What stands for itself: the rest is percent-encoded, but UTF-8 stays readable.
std::string encode(std::string_view text, std::string_view also) {
  std::string out;
  for (const char c : text) {
    const bool stands =
        is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 || also.find(c) != also.npos;
    if (stands)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

Unexpected wrong(std::string_view url, std::string_view what) {
  return fail(ErrorCode::usage, fmt::format("{}: {}", url, what),
              "write imaps://USER@HOST/FOLDER, as imaps://alice@mail.example/INBOX");
}

bool is_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == ':';
  });
}

// "host", "host:143", "[2001:db8::1]:993".
bool read_server(std::string_view text, ImapUrl& url) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return false;
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else if (const std::size_t colon = text.find(':'); colon != text.npos) {
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  url.host = lower(host);
  if (port.empty()) return is_host(host);
  if (port.front() != ':') return false;
  port.remove_prefix(1);
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), url.port);
  return is_host(host) && parsed.ec == std::errc() && parsed.ptr == port.data() + port.size() &&
         url.port > 0;
}

std::uint16_t usual_port(ImapSecurity security) {
  return security == ImapSecurity::tls ? 993 : 143;
}

}  // namespace

bool is_imap_url(std::string_view text) {
  return starts_with_ignoring_case(text, kTls) || starts_with_ignoring_case(text, kStartTls);
}

Result<ImapUrl> parse_imap_url(std::string_view text) {
  ImapUrl url;
  if (!is_imap_url(text) || text.size() > kMaxUrl) return wrong("the URL", "is none of IMAP");
  const bool is_tls = starts_with_ignoring_case(text, kTls);
  url.security = is_tls ? ImapSecurity::tls : ImapSecurity::starttls;
  url.port = usual_port(url.security);
  std::string_view rest = text.substr(is_tls ? kTls.size() : kStartTls.size());
  const std::string_view server_part = rest.substr(0, rest.find('/'));
  const std::string_view folder = rest.substr(std::min(server_part.size() + 1, rest.size()));
  const std::size_t at = server_part.rfind('@');
  const std::string_view server = at == server_part.npos ? server_part : server_part.substr(at + 1);
  const std::string_view user = at == server_part.npos ? "" : server_part.substr(0, at);
  const std::string_view scheme = text.substr(0, text.size() - rest.size());
  if (user.find(':') != user.npos)  // and the text of it is not said again
    return wrong(fmt::format("{}…@{}", scheme, server), "a password in a URL is not taken");
  const auto decoded_user = decode(user.substr(0, user.find(";AUTH=")));
  if (!decoded_user) return wrong(text, "the user is not what a URL may have");
  url.user = *decoded_user;
  if (!read_server(server, url)) return wrong(text, "names no host, or no port");
  const auto decoded_folder = decode(folder.substr(0, folder.find(";UIDVALIDITY=")));
  if (!decoded_folder) return wrong(text, "the folder is not what a URL may have");
  url.folder = *decoded_folder;
  while (url.folder.ends_with('/')) url.folder.pop_back();
  return url;
}

std::string account_of(const ImapUrl& url) {
  std::string text(url.security == ImapSecurity::tls ? kTls : kStartTls);
  if (!url.user.empty()) text += encode(url.user, "-._~!$&'()*+,=") + '@';
  text += url.host.find(':') == url.host.npos ? url.host : '[' + url.host + ']';
  if (url.port != usual_port(url.security)) text += ':' + std::to_string(url.port);
  return text;
}

std::string text_of(const ImapUrl& url) {
  if (url.folder.empty()) return account_of(url);
  return account_of(url) + '/' + encode(url.folder, "-._~!$&'()*+,=:@/[]");
}

}  // namespace unsent
