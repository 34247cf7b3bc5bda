// SPDX-License-Identifier: MIT
#include "bounce/certified.h"

#include <doctest/doctest.h>

#include <string>

#include "bounce/recognise.h"

namespace unsent {
namespace {

std::string facts(const std::string& type, const std::string& data) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<postacert tipo=\"" + type +
         "\" errore=\"no-dest\"><intestazione><mittente>alice@ourshop.example</mittente>"
         "<destinatari tipo=\"certificato\">bob@remote.example</destinatari>"
         "<destinatari tipo=\"esterno\">carol@third.example</destinatari>"
         "<risposte>alice@ourshop.example</risposte><oggetto>Your order</oggetto></intestazione>"
         "<dati><gestore-emittente>Provider S.p.A.</gestore-emittente>"
         "<msgid>&lt;a1@ourshop.example&gt;</msgid>" +
         data + "</dati></postacert>";
}

std::string receipt(
    const std::string& type, const std::string& xml,
    const std::string& fields = "X-Riferimento-Message-ID: <a1@ourshop.example>\n") {
  return "Return-Path: <posta-certificata@pec.remote.example>\nX-Ricevuta: " + type + "\n" +
         fields +
         "From: posta-certificata@pec.remote.example\nTo: alice@ourshop.example\n"
         "Subject: RICEVUTA: Your order\nDate: Mon, 23 Nov 2026 10:05:00 +0000\nMessage-ID: "
         "<pec1@pec.remote.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
         "boundary=\"p\"\n\n--p\nContent-Type: text/plain\n\nIl messaggio non \xC3\xA8 stato "
         "consegnato.\n\n--p\nContent-Type: application/xml; name=\"daticert.xml\"\n\n" +
         xml + "\n--p--\n";
}

}  // namespace

TEST_CASE("a receipt of certified mail is what X-Ricevuta says, whatever its words") {
  struct Row {
    std::string type;
    Kind kind;
    Action action;
  };
  for (const Row& row : {Row{"accettazione", Kind::success, Action::relayed},
                         Row{"presa-in-carico", Kind::success, Action::relayed},
                         Row{"avvenuta-consegna", Kind::success, Action::delivered},
                         Row{"non-accettazione", Kind::bounce, Action::failed},
                         Row{"errore-consegna", Kind::bounce, Action::failed},
                         Row{"Errore-Consegna", Kind::bounce, Action::failed},
                         Row{"preavviso-errore-consegna", Kind::delay, Action::delayed},
                         Row{"rilevazione-virus", Kind::bounce, Action::failed}}) {
    CAPTURE(row.type);
    const Bounce bounce = recognise(Message::parse(
        receipt(row.type, facts(row.type, "<consegna>bob@remote.example</consegna>"))));
    CHECK(bounce.kind == row.kind);
    CHECK(bounce.rule == "pec");
    CHECK(bounce.original.message_id == "a1@ourshop.example");
    CHECK(bounce.original.from == "alice@ourshop.example");
    REQUIRE(bounce.recipients.size() == 1);
    CHECK(bounce.recipients[0].address == "bob@remote.example");
    CHECK(bounce.recipients[0].action == row.action);
  }
}

TEST_CASE("without a box all recipients are meant; the id stands in daticert.xml, too") {
  const Bounce bounce = recognise(Message::parse(receipt(
      "errore-consegna",
      facts("errore-consegna", "<errore-esteso>5.1.1 - no &amp; such box</errore-esteso>"), "")));
  CHECK(bounce.original.message_id == "a1@ourshop.example");
  REQUIRE(bounce.recipients.size() == 2);
  CHECK(bounce.recipients[1].address == "carol@third.example");
  CHECK(bounce.recipients[0].status == "5.1.1");
  CHECK(bounce.recipients[0].diagnostic == "5.1.1 - no & such box");
}

TEST_CASE("odd receipts give what they hold") {
  for (const std::string& xml :
       {std::string(), std::string("<consegna>"), std::string("<consegna"),
        std::string("<consegna >"), std::string("</consegna><consegna>x"),
        std::string("<consegnatario>x</consegnatario>"), std::string(100'000, '<')}) {
    const Bounce bounce = recognise(Message::parse(receipt("errore-consegna", xml)));
    CHECK(bounce.kind == Kind::bounce);
    CHECK(bounce.recipients.empty());
  }
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "<consegna>b@x.example</consegna>";
  CHECK(recognise(Message::parse(receipt("errore-consegna", many))).recipients.size() == 1000);
  CHECK(recognise(Message::parse(receipt("qualcosa", "", ""))).kind == Kind::ordinary);
}

}  // namespace unsent
