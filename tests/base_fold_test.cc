// SPDX-License-Identifier: MIT
#include "base/fold.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("words are one whatever their case, width, composition and line breaks") {
  struct Row {
    std::string_view text;
    std::string_view folded;
  };
  for (const Row& row : {
           Row{"", ""},
           Row{"  Not \r\n\tDelivered ", "not delivered"},
           Row{"DÉLIVRÉ", "delivre"},
           Row{"De\u0301livre\u0301", "delivre"},  // decomposed
           Row{"n\u2019a pas", "n'a pas"},
           Row{"Straße, ŁÓDŹ, Ærø, Þing", "strasse, lodz, æro, þing"},
           Row{"İLETİ, ileti, ILIK, ılık", "ileti, ileti, ilik, ilik"},
           Row{"ΠΑΡΆΔΟΣΗΣ παράδοσης", "παραδοσησ παραδοσησ"},
           Row{"НЕ ДОСТАВЛЕНО: ЁЖ й и\u0306", "не доставлено: еж и и"},
           Row{"ՉԻ ՀԱՍԵԼ", "չի հասել"},
           Row{"ᲛᲘᲬᲝᲓᲔᲑᲐ", "მიწოდება"},
           Row{"ＮＯＴ　ｄｅｌｉｖｅｒｅｄ：", "not delivered:"},
           Row{"ﾒｰﾙｱﾄﾞﾚｽ メールアドレス", "メールアトレスメールアトレス"},
           Row{"か\u3099 が", "かか"},
           Row{"配信\r\n できません", "配信てきません"},
           Row{"退信 notice", "退信notice"},
           Row{"배달 실패", "\u1107\u1162\u1103\u1161\u11AF \u1109\u1175\u11AF\u1111\u1162"},
           Row{"\u1107\u1162\u1103\u1161\u11AF", "\u1107\u1162\u1103\u1161\u11AF"},
           Row{"التَّسْلِيم إلى أحد", "التسليم الي احد"},
           Row{"نمی\u200Cشود", "نميشود"},
           Row{"שָׁלוֹם", "שלום"},
           Row{"क़ क\u093C", "क क"},
           Row{"\u00A0a\u00ADb\uFEFF", "ab"},
           Row{"a\U0001F600b", "a\U0001F600b"},
       }) {
    CAPTURE(row.text);
    CHECK(fold_words(row.text) == row.folded);
    CHECK(fold_words(fold_words(row.text)) == row.folded);
  }
}

TEST_CASE("a sequence that is cut short ends nothing but itself") {
  for (const std::string_view text : {"a\xC3", "a\xE3\x81", "a\xF0\x9F\x98", "\xE3"})
    CHECK(fold_words(text) == text);
}

}  // namespace unsent
