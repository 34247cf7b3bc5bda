// SPDX-License-Identifier: MIT
#include "flood/shape.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("the shape of a subject is what the mails of one run share") {
  struct Row {
    const char* subject;
    const char* shape;
  };
  const Row rows[] = {
      {"Order 4711", "order #"},
      {"Re: RE: order 4712!!!", "order #"},
      {"[xkcdq] Cheap   Meds (a7f3q9)", "# cheap meds #"},
      {"Rechnung Nr. 12/2026-004", "rechnung nr #"},
      {"注文 4711", "注文 #"},
      {"", ""},
      {"?!", ""},
      {"Re", ""},
      {"reply", "reply"},
      {"\xFF\xFE", "\xFF\xFE"},
  };
  for (const Row& row : rows) CHECK(subject_shape(row.subject) == row.shape);
  CHECK(subject_shape(std::string(100000, 'a')).size() <= 80);
  CHECK(subject_shape(std::string(100000, ' ') + "a") == "a");
}

TEST_CASE("the shape of an id is how it was made, and on whose behalf") {
  struct Row {
    const char* id;
    const char* shape;
  };
  const Row rows[] = {
      {"c6f86d76b07e$506bf2ef$7731af10@host0.cheap.example", "x$x$x@named"},
      {"7403ec66a787$5c90a958$4cbd87ad@host1.other.example", "x$x$x@named"},
      {"0ED90475-E8E2-81E7@ourshop.example", "x-x-x@own"},
      {"0ED90475-E8E2-81E8@mail.ourshop.example", "x-x-x@own"},
      {"20261102091540.9C5E8766ED@mx1", "x.x@bare"},
      {"alpine.LNX.2.20@ourshop.example", "w.w.x.x@own"},
      {"abcdefghij@ourshop.example", "x@own"},
      {"no-right-side", "w-w-w@bare"},
      {"@", "@bare"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.id);
    CHECK(id_shape(row.id, "ourshop.example") == row.shape);
  }
  CHECK(id_shape(std::string(100000, '$') + "@a.example", "a.example").size() <= 80);
  CHECK(id_shape(std::string(100000, 'a') + "@a.example", "a.example") == "x@own");
}

}  // namespace unsent
