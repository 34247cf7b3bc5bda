// SPDX-License-Identifier: MIT
#include "serve/wire.h"

#include "serve/fields.h"

namespace unsent {
namespace {

template <typename... Case>
struct Cases : Case... {
  using Case::operator()...;
};
template <typename... Case>
Cases(Case...) -> Cases<Case...>;

void write(FieldWriter& out, const FindRequest& find) {
  std::visit(Cases{[&](const ByMessageId& by) { out.text("find-id").text(by.id); },
                   [&](const Fingerprint& by) {
                     out.text("find-print").text(by.from).time(by.date).text(by.subject);
                   },
                   [&](const ByNotice& by) { out.text("find-notice").text(by.notice); }},
             find.key);
  out.text(find.recipient);
}

void write(FieldWriter& out, const NoteRequest& note) {
  std::visit(
      Cases{[&](const BounceAbout& by) { out.text("bounce-about").number(by.row).text(by.bounce); },
            [&](const BounceTo& by) { out.text("bounce-to").text(by.address).text(by.bounce); },
            [&](const Proof& by) {
              out.text("proof").text(by.bringer).flag(by.is_recorded).time(by.at);
            }},
      note.noted);
}

void write(FieldWriter& out, const SenderRequest& sender) {
  out.text("sender").text(sender.sender).time(sender.at);
}

void write(FieldWriter& out, const CountRequest& count) {
  out.text("count").text(count.sender).text(count.recipient).time(count.from).time(count.to);
}

void write(FieldWriter& out, const WithoutIdRequest& request) {
  out.text("without-id").text(request.sender).time(request.from).time(request.to);
}

void write(FieldWriter& out, const IdentityRequest&) { out.text("identity"); }

void write(FieldWriter& out, const CompareRequest& compare) {
  out.text("compare").text(compare.text);
}

void write(FieldWriter& out, const RecordRequest& record) {
  out.text("record").text(record.entry).text(record.source);
}

std::optional<Request> read_find(std::string_view verb, FieldReader& in) {
  if (verb == "find-id") {
    ByMessageId by{in.text()};
    return FindRequest{std::move(by), in.text()};
  }
  if (verb == "find-notice") {
    ByNotice by{in.text()};
    return FindRequest{std::move(by), in.text()};
  }
  if (verb != "find-print") return std::nullopt;
  Fingerprint by;
  by.from = in.text();
  by.date = in.time();
  by.subject = in.text();
  return FindRequest{std::move(by), in.text()};
}

std::optional<Request> read_note(std::string_view verb, FieldReader& in) {
  if (verb == "bounce-about") {
    const std::int64_t row = in.number();
    return NoteRequest{BounceAbout{row, in.text()}};
  }
  if (verb == "bounce-to") {
    std::string address = in.text();
    return NoteRequest{BounceTo{std::move(address), in.text()}};
  }
  if (verb != "proof") return std::nullopt;
  Proof proof;
  proof.bringer = in.text();
  proof.is_recorded = in.flag();
  proof.at = in.time();
  return NoteRequest{std::move(proof)};
}

std::optional<Request> read_count(std::string_view verb, FieldReader& in) {
  if (verb == "without-id") {
    WithoutIdRequest request{in.text(), {}, {}};
    request.from = in.time();
    request.to = in.time();
    return request;
  }
  if (verb != "count") return std::nullopt;
  CountRequest count;
  count.sender = in.text();
  count.recipient = in.text();
  count.from = in.time();
  count.to = in.time();
  return count;
}

std::optional<Request> read_other(std::string_view verb, FieldReader& in) {
  if (verb == "identity") return IdentityRequest{};
  if (verb == "compare") return CompareRequest{in.text()};
  if (verb == "sender") {
    std::string sender = in.text();
    return SenderRequest{std::move(sender), in.time()};
  }
  if (verb != "record") return std::nullopt;
  std::string entry = in.text();
  return RecordRequest{std::move(entry), in.text()};
}

}  // namespace

std::string encode_request(const Request& request) {
  FieldWriter out;
  std::visit([&](const auto& one) { write(out, one); }, request);
  return out.line();
}

std::optional<Request> decode_request(std::string_view line) {
  if (line.size() >= kMostRequest) return std::nullopt;
  FieldReader in(line);
  const std::string verb = in.text();
  auto request = read_find(verb, in);
  if (!request) request = read_note(verb, in);
  if (!request) request = read_count(verb, in);
  if (!request) request = read_other(verb, in);
  return in.is_done() ? request : std::nullopt;
}

}  // namespace unsent
