// SPDX-License-Identifier: MIT
#include "optin/told.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_line.h"
#include "base/text.h"

namespace unsent {
namespace {

using json = nlohmann::ordered_json;

std::string_view name_of(OptInTold::State state) {
  switch (state) {
    case OptInTold::State::planned:
      return "planned";
    case OptInTold::State::done:
      return "done";
    case OptInTold::State::there_already:
      return "there already";
  }
  return "";
}

std::string site_text(const OptInTold& told) {
  if (told.state == OptInTold::State::planned)
    return "would note the opt-in in " + told.path + "; --yes does it\n";
  return "opted in: " + told.path + '\n';
}

std::string file_text(const OptInTold& told) {
  if (told.state == OptInTold::State::there_already)
    return told.path + ": our lines stand there already\n";
  std::string text = told.path + ":\n" + told.change + told.tried + '\n';
  if (told.quarantine.empty() && told.mailbox.empty())
    text += "backscatter is only marked: the policy says no more\n";
  if (told.state == OptInTold::State::planned)
    return text + "nothing is changed yet; --yes does it\n";
  if (!told.backup.empty()) text += "the file as it was: " + told.backup + '\n';
  return text + "opted in\n";
}

}  // namespace

std::string to_text(const OptInTold& told) {
  std::string text = told.agent == Agent::site ? site_text(told) : file_text(told);
  if (!told.administrator.empty())
    text += "the administrator of this host has to add, " + told.administrator;
  return text;
}

std::string to_json(const OptInTold& told) {
  json object = begin_json();
  object["agent"] = name_of(told.agent);
  object["stage"] = name_of(told.state);
  object["path"] = to_valid_utf8(told.path);
  object["change"] = json_or_null(to_valid_utf8(told.change));
  object["tried"] = json_or_null(told.tried);
  object["backup"] = json_or_null(to_valid_utf8(told.backup));
  object["quarantine"] = json_or_null(to_valid_utf8(told.quarantine));
  object["administrator"] = json_or_null(told.administrator);
  return json_line(object);
}

std::string to_text(const OptOutTold& told) {
  std::string text;
  for (const auto& [path, done] : told.files)
    text += fmt::format("{}: {}\n", path,
                        done == OptOutTold::Done::removed ? "taken away" : "as it was before");
  if (told.was_in) text += "opted out\n";
  return text.empty() ? "there was no opt-in\n" : text;
}

std::string to_json(const OptOutTold& told) {
  json object = begin_json();
  object["was_in"] = told.was_in;
  object["files"] = json::array();
  for (const auto& [path, done] : told.files)
    object["files"].push_back(
        {{"path", to_valid_utf8(path)}, {"removed", done == OptOutTold::Done::removed}});
  return json_line(object);
}

}  // namespace unsent
