// SPDX-License-Identifier: MIT
#include "route.h"

#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "received.h"

namespace unsent {
namespace {

struct Word {
  const char* word;
  Hand hand;
};
constexpr Word kWords[] = {
    {">", Hand::smtp},         {">auth", Hand::auth}, {">php", Hand::php},
    {">stamp", Hand::stamp},   {">http", Hand::http}, {">lmtp", Hand::lmtp},
    {">mapi", Hand::mapi},     {">pop", Hand::pop},   {">https", Hand::https},
    {">amavis", Hand::amavis}, {">note", Hand::note}, {">as", Hand::as},
};

Hand hand_of(std::string_view word) {
  for (const Word& one : kWords)
    if (one.word == word) return one.hand;
  std::fprintf(stderr, "no way '%.*s'\n", static_cast<int>(word.size()), word.data());
  std::abort();
}

// One form for each host in a flow, another in the next.
Form form_of(const Host& writer, const Pen& pen) {
  if (writer.form != Form::any) return writer.form;
  unsigned hash = pen.seed;
  for (const char* c = writer.key; *c; ++c) hash = hash * 31 + static_cast<unsigned char>(*c);
  return drawn_form(hash >> 3U);
}

}  // namespace

Route parse_route(std::string_view text) {
  Route route;
  const Host* client = nullptr;
  Hand hand = Hand::smtp;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    if (word.front() == '>') {
      hand = hand_of(word);
      continue;
    }
    const Host* writer = &host(word);
    if (client != nullptr) route.push_back({client, hand, writer});
    client = writer;
  }
  return route;
}

const Host& last_host(std::string_view text) { return host(text.substr(text.rfind(' ') + 1)); }

std::string Pen::next_id() {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string id = "4F";
  unsigned value = seed * 2654435761U + ++serial * 40503U;
  for (int i = 0; i < 8; ++i, value = value * 69069U + 1) id += kDigits[value >> 28U];
  return id;
}

std::string received_lines(const Route& route, Pen& pen) {
  std::string lines;
  for (auto step = route.rbegin(); step != route.rend(); ++step)
    lines += received_line(*step, form_of(*step->writer, pen), pen);
  return lines;
}

std::string picture(std::string_view text) {
  std::string out;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    if (!out.empty()) out += ' ';
    out += word;
    if (word.front() != '>' && *host(word).ip) out += std::string(" ") + host(word).ip;
  }
  return out;
}

}  // namespace unsent
