// SPDX-License-Identifier: MIT
#include "bounce/wording.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace unsent {
namespace {

// All lower case.
constexpr auto kFailure = std::to_array<std::string_view>({
    "undeliver",
    "not be delivered",
    "could not deliver",
    "couldn't be delivered",
    "couldn't deliver",
    "unable to deliver",
    "delivery failed",
    "delivery failure",
    "delivery has failed",
    "failure notice",
    "returned mail",
    "mail returned",
    "returned to sender",
    "returning message",
    "not delivered",
    "able to deliver your",
    "not been delivered",
    "n't delivered",
    "delivery error",
    "delivery problem",
    "error delivering",
    "mail failure",
    "failed delivery",
    "failed mail",
    "non-deliver",
    "nondeliver",
    "delivery unsuccessful",
    "user unknown",
    "unknown user",
    "unknown address",
    "mailbox full",
    "mailbox is full",
    "quota exceeded",
    "over quota",
    "no such user",
    "does not exist",
    "did not reach",
    "didn't reach",
    "permanent error",
    "permanent failure",
    "failed permanently",
    "permanent fatal error",
    "fatal error",
    "could not be sent",
    "cannot be delivered",
    "can't be delivered",
    "can not be delivered",
    "mail system error",
    "address rejected",
    "recipient rejected",
    "mailbox unavailable",
    "could not be relayed",
    "was rejected",
    "unsuccessful delivery",
    "had delivery errors",
    "message bounced",
    "unable to relay",
    "message could not",
    "mail could not",
    "user not found",
    "failed recipient",
    "delivery incomplete",
    "host unknown",
    "(failure)",
    "delivery status notification",
    "delivery to the following",
    "following recipients was",
    "was aborted",
    "unable to find user",
    "encountered the following error",
    "not a valid user",
    "no longer valid",
    "mail failed",
    "not a valid address",
    "status notification: error",
    "no such address",
    "unroutable",
    "transaction failed",
    "could not send",
    "message blocked",
    // German, Dutch, Scandinavian
    "unzustellbar",
    "nicht zugestellt",
    "nicht zustellbar",
    "zustellung fehlgeschlagen",
    "zustellung nicht",
    "nicht ausgeliefert",
    "nicht zustellen",
    "niet worden afgeleverd",
    "onbestelbaar",
    "niet bezorgd",
    "niet worden bezorgd",
    "niet afgeleverd",
    "inte levereras",
    "ikke leveres",
    "ikke levere",
    "kunde inte",
    // French, Italian, Spanish, Portuguese
    "non remis",
    "pas pu \xC3\xAAtre",
    "\xC3\xA9"
    "chec de la remise",
    "\xC3\xA9"
    "chec de la distribution",
    "non distribu",
    "non d\xC3\xA9livr",
    "impossible de remettre",
    "n'a pas \xC3\xA9t\xC3\xA9",
    "non recapit",
    "mancata consegna",
    "impossibile recapitare",
    "non consegnat",
    "no se pudo entregar",
    "no entregad",
    "no se ha podido entregar",
    "error de entrega",
    "no pudo ser entregad",
    "no fue entregad",
    "n\xC3\xA3o foi poss\xC3\xADvel entregar",
    "n\xC3\xA3o entregue",
    "n\xC3\xA3o p\xC3\xB4"
    "de ser entregue",
    "falha na entrega",
    "nao foi entregue",
    // Polish, Czech
    "nie mo\xC5\xBCna dostarczy",
    "niedostarcz",
    "nie zosta\xC5\x82"
    "a dostarczona",
    "nie dostarczono",
    "nedoru\xC4\x8Diteln",
    "nelze doru\xC4\x8Dit",
    // Russian
    "\xD0\xBD\xD0\xB5 \xD0\xB4\xD0\xBE\xD1\x81\xD1\x82\xD0\xB0\xD0\xB2\xD0\xBB\xD0\xB5\xD0\xBD",
    "\xD0\xBD\xD0\xB5 \xD1\x83\xD0\xB4\xD0\xB0\xD0\xBB\xD0\xBE\xD1\x81\xD1\x8C "
    "\xD0\xB4\xD0\xBE\xD1\x81\xD1\x82\xD0\xB0\xD0\xB2",
    "\xD0\xBD\xD0\xB5\xD0\xB4\xD0\xBE\xD1\x81\xD1\x82\xD0\xB0\xD0\xB2\xD0\xBB\xD0\xB5\xD0\xBD",
    "\xD0\xBD\xD0\xB5\xD0\xB2\xD0\xBE\xD0\xB7\xD0\xBC\xD0\xBE\xD0\xB6\xD0\xBD\xD0\xBE "
    "\xD0\xB4\xD0\xBE\xD1\x81\xD1\x82\xD0\xB0\xD0\xB2",
    // Japanese: 配信できません, 配信不能, エラーメール, 送信できません, 配送できません, 宛先不明,
    // 配信エラー, 配信に失敗, 見つかりません, お届けでき, 送信されませんでした
    "\xE9\x85\x8D\xE4\xBF\xA1\xE3\x81\xA7\xE3\x81\x8D\xE3\x81\xBE\xE3\x81\x9B\xE3\x82\x93",
    "\xE9\x85\x8D\xE4\xBF\xA1\xE4\xB8\x8D\xE8\x83\xBD",
    "\xE3\x82\xA8\xE3\x83\xA9\xE3\x83\xBC\xE3\x83\xA1\xE3\x83\xBC\xE3\x83\xAB",
    "\xE9\x80\x81\xE4\xBF\xA1\xE3\x81\xA7\xE3\x81\x8D\xE3\x81\xBE\xE3\x81\x9B\xE3\x82\x93",
    "\xE9\x85\x8D\xE9\x80\x81\xE3\x81\xA7\xE3\x81\x8D\xE3\x81\xBE\xE3\x81\x9B\xE3\x82\x93",
    "\xE5\xAE\x9B\xE5\x85\x88\xE4\xB8\x8D\xE6\x98\x8E",
    "\xE9\x85\x8D\xE4\xBF\xA1\xE3\x82\xA8\xE3\x83\xA9\xE3\x83\xBC",
    "\xE9\x85\x8D\xE4\xBF\xA1\xE3\x81\xAB\xE5\xA4\xB1\xE6\x95\x97",
    "\xE8\xA6\x8B\xE3\x81\xA4\xE3\x81\x8B\xE3\x82\x8A\xE3\x81\xBE\xE3\x81\x9B\xE3\x82\x93",
    "\xE3\x81\x8A\xE5\xB1\x8A\xE3\x81\x91\xE3\x81\xA7\xE3\x81\x8D",
    "\xE9\x80\x81\xE4\xBF\xA1\xE3\x81\x95\xE3\x82\x8C\xE3\x81\xBE\xE3\x81\x9B\xE3\x82\x93",
    // Chinese: 退信, 无法投递, 无法送达, 投递失败, 未送达, 退回; Korean: 전송 실패
    "\xE9\x80\x80\xE4\xBF\xA1",
    "\xE6\x97\xA0\xE6\xB3\x95\xE6\x8A\x95\xE9\x80\x92",
    "\xE6\x97\xA0\xE6\xB3\x95\xE9\x80\x81\xE8\xBE\xBE",
    "\xE6\x8A\x95\xE9\x80\x92\xE5\xA4\xB1\xE8\xB4\xA5",
    "\xE6\x9C\xAA\xE9\x80\x81\xE8\xBE\xBE",
    "\xE9\x80\x80\xE5\x9B\x9E",
    "\xEC\xA0\x84\xEC\x86\xA1 \xEC\x8B\xA4\xED\x8C\xA8",
});

constexpr auto kDelay = std::to_array<std::string_view>({
    "delayed",
    "(delay)",
    "delivery delay",
    "delay notification",
    "still being retried",
    "will keep trying",
    "has not yet been delivered",
    "not been delivered within",
    "will be retried",
    "will continue to",
    "do not need to resend",
    "don't need to resend",
    "still trying",
    "no action is required on your part",
    "continue trying",
    "warning: could not send",
    "warning: message",
    "delivery is taking longer",
    "warning message only",
    "verz\xC3\xB6gert",
    "verz\xC3\xB6gerung",
    "retard\xC3\xA9",
    "retrasad",
    "ritardat",
    "atrasad",
    "vertraagd",
    "op\xC3\xB3\xC5\xBAnion",
    // задерж, 遅延
    "\xD0\xB7\xD0\xB0\xD0\xB4\xD0\xB5\xD1\x80\xD0\xB6",
    "\xE9\x81\x85\xE5\xBB\xB6",
});

constexpr auto kGivenUp = std::to_array<std::string_view>({
    "given up",
    "giving up",
    "permanent error",
    "permanent fatal",
    "permanently",
    "not going to try again",
    "has been returned",
    "returned mail",
    "returning message",
    "undeliverable",
    "retry timeout exceeded",
    "no longer be retried",
    "too many delivery",
});

constexpr auto kAbsence = std::to_array<std::string_view>({
    "out of office",
    "out of the office",
    "automatic reply",
    "auto-reply",
    "autoreply",
    "auto reply",
    "automated reply",
    "automated response",
    "automatic response",
    "auto response",
    "autoresponse",
    "away from my mail",
    "on vacation",
    "vacation reply",
    "automatische antwort",
    "automatische beantwoord",
    "abwesenheit",
    "nicht im b\xC3\xBCro",
    "r\xC3\xA9ponse automatique",
    "absence du bureau",
    "absent du bureau",
    "risposta automatica",
    "fuori ufficio",
    "respuesta autom",
    "fuera de la oficina",
    "fuera de oficina",
    "resposta autom",
    "automatisch antwoord",
    "afwezigheid",
    "autosvar",
    "odpowied\xC5\xBA automatyczna",
    "autoodpowied",
    "automatick\xC3\xA1 odpov",
    // автоответ, автоматический ответ, 自動返信, 自动回复, 自動回覆, 부재중
    "\xD0\xB0\xD0\xB2\xD1\x82\xD0\xBE\xD0\xBE\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82",
    "\xD0\xB0\xD0\xB2\xD1\x82\xD0\xBE\xD0\xBC\xD0\xB0\xD1\x82\xD0\xB8\xD1\x87\xD0\xB5\xD1\x81\xD0"
    "\xBA\xD0\xB8\xD0\xB9 \xD0\xBE\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82",
    "\xE8\x87\xAA\xE5\x8B\x95\xE8\xBF\x94\xE4\xBF\xA1",
    "\xE8\x87\xAA\xE5\x8A\xA8\xE5\x9B\x9E\xE5\xA4\x8D",
    "\xE8\x87\xAA\xE5\x8B\x95\xE5\x9B\x9E\xE8\xA6\x86",
    "\xEB\xB6\x80\xEC\x9E\xAC\xEC\xA4\x91",
});

constexpr auto kRead = std::to_array<std::string_view>({
    "read:",
    "not read:",
    "read receipt:",
    "gelesen:",
    "lu:",
    "lu :",
    "lu\xC2\xA0:",
    "le\xC3\xAD"
    "do:",
    "letto:",
    "conferma di lettura:",
    "lido:",
    "lida:",
    "gelezen:",
    "l\xC3\xA4st:",
    "lest:",
    "l\xC3\xA6st:",
    "luettu:",
    "przeczytano:",
    "p\xC5\x99"
    "e\xC4\x8Dteno:",
    "okundu:",
    // Прочитано, Прочтено, 開封済み, 已读
    "\xD0\xBF\xD1\x80\xD0\xBE\xD1\x87\xD0\xB8\xD1\x82\xD0\xB0\xD0\xBD\xD0\xBE:",
    "\xD0\xBF\xD1\x80\xD0\xBE\xD1\x87\xD1\x82\xD0\xB5\xD0\xBD\xD0\xBE:",
    "\xE9\x96\x8B\xE5\xB0\x81\xE6\xB8\x88\xE3\x81\xBF",
    "\xE5\xB7\xB2\xE8\xAF\xBB:",
});

constexpr auto kVirus = std::to_array<std::string_view>({
    "virus found",
    "virus detected",
    "virus alert",
    "virus warning",
    "infected with",
    "contained a virus",
    "contains a virus",
    "virus in your",
    "virus in mail",
    "virenwarnung",
    "malware found",
    "malware detected",
    "virus gefunden",
    "banned file",
});

constexpr auto kChallenge = std::to_array<std::string_view>({
    "requires verification",
    "confirm your message",
    "confirm that you are",
    "confirm this message",
    "please confirm your",
    "challenge-response",
    "challenge/response",
    "verify that you are",
    "prove you are human",
    "to release your message",
    "has not yet been verified",
    "add you to my list of allowed",
    "approved senders",
});

template <std::size_t N>
bool says_any(const std::array<std::string_view, N>& phrases, std::string_view text) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return text.find(phrase) != text.npos; });
}

// Long texts say it at their beginning.
constexpr std::size_t kMaxText = 16 * 1024;

template <std::size_t N>
bool says(const std::array<std::string_view, N>& phrases, std::string_view text) {
  return says_any(phrases, lower(text.substr(0, kMaxText)));
}

template <std::size_t N>
bool begins(const std::array<std::string_view, N>& phrases, std::string_view text) {
  const std::string folded = lower(text);
  return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view phrase) {
    return folded.compare(0, phrase.size(), phrase) == 0;
  });
}

}  // namespace

bool says_failure(std::string_view text) { return says(kFailure, text); }
bool says_delay(std::string_view text) { return says(kDelay, text); }
bool says_given_up(std::string_view text) { return says(kGivenUp, text); }
bool says_absence(std::string_view text) { return says(kAbsence, text); }
bool says_absence_first(std::string_view text) { return begins(kAbsence, text); }
bool says_read_first(std::string_view text) { return begins(kRead, text); }
bool says_virus(std::string_view text) { return says(kVirus, text); }
bool says_challenge(std::string_view text) { return says(kChallenge, text); }

}  // namespace unsent
