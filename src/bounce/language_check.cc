// SPDX-License-Identifier: MIT
#include "bounce/language_check.h"

#include "bounce/recognise.h"

namespace unsent {
namespace {

constexpr std::string_view kOriginal =
    "Received: from desk.ourshop.example by mx.remote.example; Mon, 23 Nov 2026 10:00:01 +0000\n"
    "Message-ID: <a1@ourshop.example>\nFrom: Alice <alice@ourshop.example>\n"
    "To: bob@remote.example\n\nx\n";
constexpr std::string_view kText = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n";

std::string mail(std::string_view from, std::string_view subject, std::string_view words) {
  std::string text = "From: " + std::string(from) + "\nTo: alice@ourshop.example\nSubject: ";
  text += std::string(subject) + "\n" + std::string(kText) + "\n" + std::string(words) + "\n";
  return text;
}

std::string report(std::string_view from, std::string_view subject, std::string_view words) {
  std::string text = mail(from, subject, words) + "\n  bob@remote.example\n\n";
  return text + std::string(kOriginal);
}

constexpr std::string_view kDaemon = "MAILER-DAEMON@mx.remote.example";
constexpr std::string_view kBob = "Bob <bob@remote.example>";

struct Trial {
  std::string text;
  Kind kind;
};

// A mail that says the sample where its table wants it said.
Trial trial_of(const Phrase& phrase) {
  const std::string& sample = phrase.sample;
  switch (phrase.says) {
    case Says::failure:
    case Says::everyday:
      return {report(kDaemon, "x", sample), Kind::bounce};
    case Says::given_up:
      return {report(kDaemon, "x", "It is delayed. " + sample), Kind::bounce};
    case Says::delay:
      return {report(kDaemon, "x", sample), Kind::delay};
    case Says::delivered:
      return {report(kDaemon, "x", sample), Kind::success};
    case Says::absence:
      return {"Auto-Submitted: auto-generated\n" + mail(kBob, sample, "x"), Kind::auto_reply};
    case Says::answering:
      return {"Auto-Submitted: auto-generated\n" + mail(kBob, "x", sample), Kind::auto_reply};
    case Says::challenge:
      return {"Return-Path: <>\n" + mail(kBob, "x", sample), Kind::challenge};
    case Says::virus:
      return {mail("postmaster@remote.example", sample, "x"), Kind::virus_notice};
    case Says::failure_subject:
      return {report("gate@remote.example", sample, "x"), Kind::bounce};
    case Says::receipt_subject:
      return {"From: bob@remote.example\nSubject: " + sample +
                  "\nContent-Type: application/ms-tnef\n\nx\n",
              Kind::read_receipt};
  }
  return {};
}

bool is_as_wanted(const Phrase& phrase, Kind kind, Kind wanted) {
  const bool may_be_delay = phrase.says == Says::failure_subject;
  return kind == wanted || (may_be_delay && (kind == Kind::delay || kind == Kind::success));
}

std::string failure_of(const Phrase& phrase, RuleSet& rules) {
  const bool is_in_force = rules.wording().in(phrase.text).has(phrase.says);
  if (phrase.sample.empty() || !is_in_force) return {};  // a file takes it away
  const Trial trial = trial_of(phrase);
  const Kind kind = recognise(Message::view(trial.text), rules).kind;
  if (!is_as_wanted(phrase, kind, trial.kind))
    return "its sample makes " + std::string(name_of(kind)) + " of a " +
           std::string(name_of(trial.kind));
  const std::string own = "User-Agent: x\n" + mail("carol@ourshop.example", phrase.sample, "x");
  const std::string words =
      "In-Reply-To: <a1@ourshop.example>\n" + mail("carol@ourshop.example", "x", phrase.sample);
  for (const std::string& text : {own, words})
    if (recognise(Message::view(text), rules).kind != Kind::ordinary)
      return "its sample in a colleague's mail is not ordinary";
  return {};
}

}  // namespace

std::vector<LanguageCheck> check_languages(RuleSet& rules) {
  std::vector<LanguageCheck> checks;
  for (const Wording::Line& line : rules.wording().lines()) {
    if (checks.empty() || checks.back().path != line.path) checks.push_back({line.path, 0, {}});
    ++checks.back().lines;
    const std::string failure = failure_of(line.phrase, rules);
    if (!failure.empty())
      checks.back().failures.push_back(line.path + ":" + std::to_string(line.phrase.line) + ": " +
                                       failure);
  }
  return checks;
}

}  // namespace unsent
