// SPDX-License-Identifier: MIT
// What no rule knows, in the languages in which mail systems and responders write.
#include <doctest/doctest.h>

#include "bounce/language_check.h"
#include "bounce/recognise.h"

namespace unsent {
namespace {

constexpr std::string_view kReturned =
    "Received: from desk.ourshop.example by mx.remote.example; Mon, 23 Nov 2026 10:00:01 +0000\n"
    "Message-ID: <a1@ourshop.example>\nFrom: Alice <alice@ourshop.example>\n"
    "To: bob@remote.example\nSubject: Your order\n\nHello\n";

Bounce recognise_text(const std::string& text) { return recognise(Message::parse(text)); }

// A report in words, the original behind it.
std::string report(std::string_view words) {
  std::string text =
      "Return-Path: <>\nFrom: Postmaster <postmaster@remote.example>\n"
      "To: alice@ourshop.example\nSubject: Info\nMIME-Version: 1.0\n"
      "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n";
  text += words;
  text += "\n\n  bob@remote.example\n\n";
  return text + std::string(kReturned);
}

std::string with_subject(std::string_view subject) {
  return "From: bob@remote.example\nTo: alice@ourshop.example\nSubject: " + std::string(subject) +
         "\nContent-Type: text/plain; charset=utf-8\n\n...\n";
}

}  // namespace

TEST_CASE("each line of each language does what its table says, and nothing by itself") {
  RuleSet rules;
  const auto checks = check_languages(rules);
  CHECK(checks.size() > 50);
  for (const LanguageCheck& check : checks) {
    CAPTURE(check.path);
    CHECK(check.lines > 50);
    for (const std::string& failure : check.failures) FAIL_CHECK(failure);
  }
}

TEST_CASE("a failure is told in many languages") {
  const std::string_view sentences[] = {
      // English
      "Your message could not be delivered to the following address:",
      "Unable to deliver your message.",
      "We had trouble delivering your message.",
      "There was an error sending your mail.",
      "The recipient's mailbox is full.",
      // German
      "Ihre Nachricht konnte nicht zugestellt werden.",
      "Ihre E-Mail konnte leider nicht ausgeliefert werden.",
      "Die folgende Nachricht ist unzustellbar:",
      "Die Zustellung an folgende Empfänger ist fehlgeschlagen:",
      "Fehler bei der Nachrichtenzustellung an folgende Empfänger:",
      "Der Empfänger ist unbekannt.",
      "Ihre Nachricht hat einige oder alle Empfänger nicht erreicht.",
      "Das Postfach des Empfängers ist voll.",
      // French
      "Votre message n'a pas pu être remis aux destinataires suivants :",
      "Votre message n’a pas été remis.",
      "Votre message n'a pas pu etre delivre a",
      "Échec de la remise pour ces destinataires :",
      "Impossible de délivrer votre message.",
      "Votre message n'est pas parvenu à certains des destinataires, voire à aucun d'eux.",
      "La boîte aux lettres du destinataire est pleine.",
      // Italian
      "Il messaggio non è stato recapitato ai seguenti destinatari:",
      "Impossibile recapitare il messaggio.",
      "Il messaggio non ha raggiunto alcuni o tutti i destinatari.",
      "Non è stato possibile recapitare il messaggio.",
      "Il tuo messaggio non è stato consegnato.",
      "Recapito non riuscito per i seguenti destinatari:",
      "Il messaggio non può essere consegnato.",
      // Spanish
      "No se pudo entregar el mensaje a los siguientes destinatarios:",
      "No se ha podido entregar su mensaje.",
      "Tu mensaje no se ha entregado.",
      "El mensaje no llegó a algunos o a todos los destinatarios.",
      "Su mensaje no ha podido ser entregado.",
      "Error al entregar el mensaje a estos destinatarios:",
      "El buzón del destinatario está lleno.",
      // Portuguese
      "A sua mensagem não pôde ser entregue aos seguintes destinatários:",
      "Não foi possível entregar a mensagem.",
      "Falha na entrega para estes destinatários:",
      "Sua mensagem não foi entregue.",
      // Dutch
      "Uw bericht kon niet worden afgeleverd bij de volgende ontvangers:",
      "Het bericht is niet bezorgd.",
      "Uw bericht heeft sommige of alle geadresseerden niet bereikt.",
      "De bezorging is mislukt voor deze geadresseerden:",
      // Scandinavian, Finnish
      "Ditt meddelande kunde inte levereras till följande mottagare:",
      "Din besked kunne ikke leveres til følgende modtagere:",
      "Meldingen kunne ikke leveres.",
      "Meddelandet nådde inte vissa eller alla mottagare.",
      "Meddelelsen nåede ikke frem til nogle af eller alle modtagerne.",
      "Viestiäsi ei voitu toimittaa seuraaville vastaanottajille:",
      // Polish, Czech, Slovak
      "Nie można dostarczyć wiadomości do następujących adresatów:",
      "Twoja wiadomość nie została dostarczona.",
      "Wiadomość nie dotarła do niektórych lub wszystkich adresatów.",
      "Vaše zpráva se nedostala k některým nebo všem příjemcům.",
      "Niepowodzenie dostarczenia wiadomości.",
      "Vaši zprávu nebylo možné doručit následujícím příjemcům:",
      "Zprávu se nepodařilo doručit.",
      // Hungarian, Romanian, Turkish
      "Az üzenet nem kézbesíthető a következő címzetteknek:",
      "Mesajul dumneavoastră nu a putut fi livrat.",
      "İletiniz aşağıdaki alıcılara teslim edilemedi:",
      // Greek
      "Η παράδοση του μηνύματος απέτυχε.",
      // Russian, Ukrainian
      "Ваше сообщение не доставлено следующим получателям:",
      "Не удалось доставить письмо.",
      "Ваше сообщение не достигло некоторых или всех получателей.",
      "Письмо не может быть доставлено.",
      "Почтовый ящик получателя переполнен.",
      "Не вдалося доставити повідомлення.",
      // Japanese
      "次の宛先へのメールは配信できませんでした。",
      "以下のメールアドレスへの送信に失敗しました。",
      "宛先のメールアドレスは存在しません。",
      "メールを配信できません。",
      "メッセージの一部またはすべてが宛先に届きませんでした。",
      "宛先不明のため、メールをお届けできませんでした。",
      // Chinese, simplified and traditional
      "很抱歉，您的邮件被退回。",
      "您的邮件无法投递到以下地址：",
      "邮件投递失败。",
      "收件人不存在。",
      "您的邮件未到达某些或全部预期的收件人。",
      "您的郵件無法寄達下列收件者：",
      "郵件傳送失敗。",
      // Korean
      "다음 수신자에게 메시지를 배달하지 못했습니다.",
      "메일 전송에 실패하였습니다. 전송 실패",
  };
  for (const std::string_view sentence : sentences) {
    CAPTURE(sentence);
    const Bounce bounce = recognise_text(report(sentence));
    CHECK(bounce.kind == Kind::bounce);
    CHECK(bounce.original.message_id == "a1@ourshop.example");
    REQUIRE(bounce.recipients.size() == 1);
    CHECK(bounce.recipients[0].address == "bob@remote.example");
  }
}

TEST_CASE("a delay is told in many languages, and is no failure") {
  const std::string_view sentences[] = {
      "Your message has been delayed. The server will keep trying.",
      "Your message has not yet been delivered; delivery attempts will continue to be made.",
      "Die Zustellung Ihrer Nachricht verzögert sich.",
      "Ihre Nachricht konnte noch nicht zugestellt werden.",
      "La remise de votre message est retardée.",
      "La consegna del messaggio è ritardata.",
      "La entrega de su mensaje se ha retrasado.",
      "A entrega da sua mensagem está atrasada.",
      "De bezorging van uw bericht is vertraagd.",
      "Dostarczenie wiadomości jest opóźnione.",
      "Доставка вашего сообщения задерживается.",
      "メールの配信が遅延しています。",
      "邮件投递延迟，系统将继续尝试。",
  };
  for (const std::string_view sentence : sentences) {
    CAPTURE(sentence);
    CHECK(recognise_text(report(sentence)).kind == Kind::delay);
  }
}

TEST_CASE("an everyday address that reports does so in any of the languages") {
  const std::string_view subjects[] = {
      "Undeliverable: Your order",
      "Delivery Status Notification (Failure)",
      "Unzustellbar: Ihre Bestellung",
      "Zustellung fehlgeschlagen",
      "Non remis : Votre commande",
      "Échec de remise",
      "Mancata consegna",
      "Non recapitabile: Ordine",
      "No se puede entregar: Pedido",
      "Não entregue: Pedido",
      "Onbestelbaar: Bestelling",
      "Niedostarczone: Zamówienie",
      "Недоставлено: Заказ",
      "Не удалось доставить: Заказ",
      "配信エラーのお知らせ",
      "系统退信",
  };
  for (const std::string_view subject : subjects) {
    CAPTURE(subject);
    std::string text = report("Your message could not be delivered.");
    text.replace(text.find("Return-Path: <>\nFrom: Postmaster <postmaster"), 43,
                 "From: Gateway <gateway");
    text.replace(text.find("Info"), 4, subject);
    CHECK(recognise_text(text).kind == Kind::bounce);
  }
}

TEST_CASE("an automatic answer is known by its subject in many languages") {
  const std::string_view subjects[] = {
      "Out of Office: Your order",
      "Automatic reply: Your order",
      "Auto-Reply: Your order",
      "Automatische Antwort: Ihre Bestellung",
      "Abwesenheitsnotiz: Ihre Bestellung",
      "Abwesend: Ihre Bestellung",
      "Réponse automatique : Votre commande",
      "Absence du bureau : Votre commande",
      "Risposta automatica: Ordine",
      "Fuori ufficio: Ordine",
      "Respuesta automática: Pedido",
      "Fuera de la oficina: Pedido",
      "Resposta automática: Pedido",
      "Automatisch antwoord: Bestelling",
      "Afwezig: Bestelling",
      "Autosvar: Beställning",
      "Automatisk svar: Bestilling",
      "Automaattinen vastaus: Tilaus",
      "Odpowiedź automatyczna: Zamówienie",
      "Automatická odpověď: Objednávka",
      "Automatikus válasz: Rendelés",
      "Răspuns automat: Comandă",
      "Otomatik Yanıt: Sipariş",
      "Αυτόματη απάντηση: Παραγγελία",
      "Автоматический ответ: Заказ",
      "Автоответ: Заказ",
      "Автоматична відповідь: Замовлення",
      "自動返信: 注文",
      "自動応答: 注文",
      "自动回复: 订单",
      "自動回覆: 訂單",
      "자동 회신: 주문",
      "부재중: 주문",
  };
  for (const std::string_view subject : subjects) {
    CAPTURE(subject);
    CHECK(recognise_text(with_subject(subject)).kind == Kind::auto_reply);
  }
}

TEST_CASE("a person who answers such a mail, or speaks of one, writes no report") {
  const std::string_view subjects[] = {
      "Re: Out of Office: Your order",
      "AW: Automatische Antwort: Ihre Bestellung",
      "RE: Réponse automatique : Votre commande",
      "R: Risposta automatica: Ordine",
      "RV: Respuesta automática: Pedido",
      "回复: 自动回复: 订单",
      "Re: Undeliverable: Your order",
      "Fwd: Delivery Status Notification (Failure)",
      "WG: Unzustellbar: Ihre Bestellung",
      "TR : Non remis : Votre commande",
      "转发: 系统退信",
      "Undeliverable mail since Monday, what is wrong?",
      "Delivery failure of parcel 4711",
      "Returned mail policy",
  };
  for (const std::string_view subject : subjects) {
    CAPTURE(subject);
    CHECK(recognise_text(with_subject(subject)).kind == Kind::ordinary);
  }
}

TEST_CASE("a scanner's notice is known in many languages") {
  const std::string_view subjects[] = {
      "Virus found in a message from you",
      "Warning: E-mail viruses detected",
      "VIRUS (Eicar) IN MAIL FROM YOU",
      "Virenwarnung",
      "Warnung: E-Mail-Virus festgestellt!",
      "Virus gefunden",
      "ALERTE: un virus a été détecté dans votre courriel",
      "Attenzione: rilevato un virus nel messaggio",
      "Se ha detectado un virus en su mensaje",
      "Aviso: Detectado vírus no e-mail",
      "Waarschuwing: E-mail virus ontdekt",
      "Varning, e-post virus detekterat",
      "Wykryto wirusa w wiadomości",
      "Обнаружен вирус в вашем письме",
      "ウイルスが検出されました",
      "发现病毒邮件",
  };
  for (const std::string_view subject : subjects) {
    CAPTURE(subject);
    std::string text = report("The following was found in your message.");
    text.replace(text.find("Info"), 4, subject);
    CHECK(recognise_text(text).kind == Kind::virus_notice);
  }
}

}  // namespace unsent
