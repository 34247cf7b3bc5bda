// SPDX-License-Identifier: MIT
// What is said on the socket of `unsent serve`: lines of base/field_line.h, a request and its
// answer by turns. A connection begins with the line kGreeting, which is not answered.
//
// Texts go to the service; what comes back of a message are tokens that stand for texts, of
// this user alone: equal where the texts are equal, and nothing else can be read in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "evidence/ledger.h"

namespace unsent {

constexpr std::string_view kGreeting = "unsent-ledger 1\n";
constexpr std::size_t kMostRequest = std::size_t{256} << 10U;  // bytes, with the end of line
constexpr std::size_t kMostAnswer = std::size_t{8} << 20U;

// For whom the bounce came, "" if it is not known: one who has an address as a+b@c may be meant
// by it, who has a@c.
struct FindRequest {
  SentKey key;
  std::string recipient;
};
struct SenderRequest {
  std::string sender;
  Time at{};
};
struct CountRequest {
  std::string sender;
  std::string recipient;
  Time from{};
  Time to{};
};
// Of what that one sent, what has no id.
struct WithoutIdRequest {
  std::string sender;
  Time from{};
  Time to{};
};
struct IdentityRequest {};
struct NoteRequest {
  Noted noted;
};
// By which tokens the text is known.
struct CompareRequest {
  std::string text;
};
// A line as `unsent ledger export` writes it, and what added it ("record").
struct RecordRequest {
  std::string entry;
  std::string source;
};
using Request = std::variant<FindRequest, SenderRequest, CountRequest, WithoutIdRequest,
                             IdentityRequest, NoteRequest, CompareRequest, RecordRequest>;

// A line with its end.
std::string encode_request(const Request& request);
// A line without its end, at most kMostRequest bytes; nullopt if it is none.
std::optional<Request> decode_request(std::string_view line);

// Of a whole text, and of one that the ledger keeps short.
struct TextTokens {
  std::string whole;
  std::string brief;
};

// Each may instead say why it could not be had. A message's texts are tokens.
std::string encode_refusal(std::string_view why);
std::string encode_found(const std::vector<SentMessage>& messages);
std::string encode_sender(const SenderRecord& record);
std::string encode_number(std::int64_t number);  // of a count, a note, and 1: recorded
std::string encode_identity(const LearnedIdentity& identity);
std::string encode_tokens(const TextTokens& tokens);

// A line without its end. What is no such answer is unavailable: "…".
LedgerAnswer<std::vector<SentMessage>> decode_found(std::string_view line);
LedgerAnswer<SenderRecord> decode_sender(std::string_view line);
LedgerAnswer<std::int64_t> decode_number(std::string_view line);
LedgerAnswer<LearnedIdentity> decode_identity(std::string_view line);
LedgerAnswer<TextTokens> decode_tokens(std::string_view line);

}  // namespace unsent
