// SPDX-License-Identifier: MIT
#include "imap/folders.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/fold.h"
#include "base/printable.h"
#include "base/text.h"
#include "imap/folder_name.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxFolders = 20'000;
constexpr std::size_t kMaxNamed = 8;
using Kind = ImapToken::Kind;

// As providers and mail programs name them, the best known first; compared folded
// (base/fold.h), by the last part of a name.
constexpr auto kSentNames =
    std::to_array<std::string_view>({"Sent",
                                     "Sent Items",
                                     "Sent Mail",
                                     "Sent Messages",
                                     "Gesendet",
                                     "Gesendete Objekte",
                                     "Gesendete Elemente",
                                     "Envoyés",
                                     "Messages envoyés",
                                     "Éléments envoyés",
                                     "Objets envoyés",
                                     "Courrier envoyé",
                                     "Enviados",
                                     "Elementos enviados",
                                     "Mensajes enviados",
                                     "Correo enviado",
                                     "Itens enviados",
                                     "Mensagens enviadas",
                                     "E-mails enviados",
                                     "Inviati",
                                     "Posta inviata",
                                     "Messaggi inviati",
                                     "Elementi inviati",
                                     "Inviata",
                                     "Verzonden",
                                     "Verzonden items",
                                     "Verzonden berichten",
                                     "Verstuurd",
                                     "Wysłane",
                                     "Elementy wysłane",
                                     "Odeslané",
                                     "Odeslaná pošta",
                                     "Odoslané",
                                     "Odoslaná pošta",
                                     "Elküldött",
                                     "Elküldött elemek",
                                     "Trimise",
                                     "Elemente trimise",
                                     "Poslano",
                                     "Poslani",
                                     "Poslane stavke",
                                     "Poslato",
                                     "Skickat",
                                     "Skickade objekt",
                                     "Sendt",
                                     "Sendt post",
                                     "Sendte elementer",
                                     "Lähetetyt",
                                     "Saadetud",
                                     "Nosūtītie",
                                     "Nosūtītās",
                                     "Išsiųsti",
                                     "Išsiųsta",
                                     "Отправленные",
                                     "Исходящие",
                                     "Надіслані",
                                     "Відправлені",
                                     "Изпратени",
                                     "Απεσταλμένα",
                                     "Gönderilmiş Öğeler",
                                     "Gönderilenler",
                                     "Gönderilmiş",
                                     "Enviats",
                                     "Bidalita",
                                     "Enviadas",
                                     "Seolta",
                                     "Sendt e-post",
                                     "Sent-mail",
                                     "Đã gửi",
                                     "Terkirim",
                                     "Dihantar",
                                     "已发送",
                                     "已发送邮件",
                                     "已傳送",
                                     "寄件備份",
                                     "送信済み",
                                     "送信済みアイテム",
                                     "送信済みメール",
                                     "보낸편지함",
                                     "보낸 편지함",
                                     "보낸메일함",
                                     "المرسلة",
                                     "العناصر المرسلة",
                                     "البريد المرسل",
                                     "נשלח",
                                     "פריטים שנשלחו",
                                     "دواواره‌های فرستاده",
                                     "ارسال شده",
                                     "प्रेषित",
                                     "भेजे गए",
                                     "ส่งแล้ว",
                                     "รายการที่ถูกส่ง"});
constexpr auto kJunkNames = std::to_array<std::string_view>({"Junk",
                                                             "Spam",
                                                             "Junk E-mail",
                                                             "Junk Email",
                                                             "Bulk Mail",
                                                             "Bulk",
                                                             "Spamverdacht",
                                                             "Junk-E-Mail",
                                                             "Unerwünscht",
                                                             "Courrier indésirable",
                                                             "Indésirables",
                                                             "Pourriel",
                                                             "Correo no deseado",
                                                             "No deseado",
                                                             "Lixo eletrônico",
                                                             "Lixo",
                                                             "Posta indesiderata",
                                                             "Indesiderata",
                                                             "Ongewenste e-mail",
                                                             "Ongewenst",
                                                             "Wiadomości-śmieci",
                                                             "Niechciane",
                                                             "Nevyžádaná pošta",
                                                             "Nevyžiadaná pošta",
                                                             "Levélszemét",
                                                             "Skräppost",
                                                             "Søppelpost",
                                                             "Uønsket",
                                                             "Uønsket e-mail",
                                                             "Roskaposti",
                                                             "Спам",
                                                             "Нежелательная почта",
                                                             "Небажана пошта",
                                                             "Нежелана",
                                                             "Ανεπιθύμητα",
                                                             "Önemsiz E-posta",
                                                             "Gereksiz",
                                                             "垃圾邮件",
                                                             "垃圾郵件",
                                                             "迷惑メール",
                                                             "스팸메일함",
                                                             "스팸함",
                                                             "정크 메일",
                                                             "البريد غير المرغوب فيه",
                                                             "דואר זבל",
                                                             "Thư rác"});
constexpr auto kTrashNames = std::to_array<std::string_view>({"Trash",
                                                              "Deleted Items",
                                                              "Deleted Messages",
                                                              "Deleted",
                                                              "Bin",
                                                              "Papierkorb",
                                                              "Gelöschte Elemente",
                                                              "Gelöscht",
                                                              "Corbeille",
                                                              "Éléments supprimés",
                                                              "Papelera",
                                                              "Elementos eliminados",
                                                              "Lixeira",
                                                              "Itens excluídos",
                                                              "Cestino",
                                                              "Posta eliminata",
                                                              "Prullenbak",
                                                              "Verwijderde items",
                                                              "Kosz",
                                                              "Elementy usunięte",
                                                              "Koš",
                                                              "Odstraněná pošta",
                                                              "Kôš",
                                                              "Kuka",
                                                              "Törölt elemek",
                                                              "Coș de gunoi",
                                                              "Elemente șterse",
                                                              "Papirkurv",
                                                              "Papperskorgen",
                                                              "Borttagna objekt",
                                                              "Slettede elementer",
                                                              "Roskakori",
                                                              "Poistetut",
                                                              "Корзина",
                                                              "Удаленные",
                                                              "Кошик",
                                                              "Видалені",
                                                              "Кошче",
                                                              "Κάδος απορριμμάτων",
                                                              "Διαγραμμένα",
                                                              "Çöp Kutusu",
                                                              "Silinmiş Öğeler",
                                                              "已删除",
                                                              "已删除邮件",
                                                              "刪除的郵件",
                                                              "ゴミ箱",
                                                              "削除済みアイテム",
                                                              "휴지통",
                                                              "المهملات",
                                                              "العناصر المحذوفة",
                                                              "אשפה",
                                                              "פריטים שנמחקו",
                                                              "Thùng rác"});
constexpr auto kArchiveNames = std::to_array<std::string_view>(
    {"Archive", "Archives", "Archiv", "Archivo", "Archivio", "Archief", "Arquivo", "Archiwum",
     "Arkiv", "Arkisto", "Архив", "Архів", "Arşiv", "アーカイブ", "归档", "보관함"});

std::span<const std::string_view> names_of(FolderRole role) {
  switch (role) {
    case FolderRole::sent:
      return kSentNames;
    case FolderRole::junk:
      return kJunkNames;
    case FolderRole::trash:
      return kTrashNames;
    case FolderRole::archive:
      return kArchiveNames;
    case FolderRole::drafts:
    case FolderRole::all:
      return {};
  }
  return {};
}

struct NamedRole {
  std::string_view word;
  FolderRole role;
};
constexpr std::array<NamedRole, 6> kRoles = {{{"Sent", FolderRole::sent},
                                              {"Junk", FolderRole::junk},
                                              {"Trash", FolderRole::trash},
                                              {"Archive", FolderRole::archive},
                                              {"Drafts", FolderRole::drafts},
                                              {"All", FolderRole::all}}};

void read_attribute(ImapFolder& folder, std::string_view name) {
  if (equal_ignoring_case(name, "\\Noselect") || equal_ignoring_case(name, "\\NonExistent"))
    folder.is_selectable = false;
  for (const NamedRole& one : kRoles)
    if (name.starts_with('\\') && equal_ignoring_case(name.substr(1), one.word))
      folder.roles.push_back(one.role);
  if (equal_ignoring_case(name, "\\Spam")) folder.roles.push_back(FolderRole::junk);
}

// `(\Sent) "." Sent`.
std::optional<ImapFolder> read_list(const ImapReply& reply, bool is_utf8) {
  const auto& tokens = reply.tokens;
  if (!reply.is_untagged("LIST") || tokens.empty() || tokens[0].kind != Kind::open)
    return std::nullopt;
  ImapFolder folder;
  std::size_t at = 1;
  for (; at < tokens.size() && tokens[at].kind == Kind::atom; ++at)
    read_attribute(folder, tokens[at].text);
  if (at + 2 >= tokens.size() || tokens[at].kind != Kind::close) return std::nullopt;
  const ImapToken& delimiter = tokens[at + 1];
  const ImapToken& name = tokens[at + 2];
  if (name.kind == Kind::open || name.kind == Kind::close || name.text.empty() ||
      name.size != name.text.size())
    return std::nullopt;
  if (!delimiter.is_nil() && delimiter.text.size() == 1) folder.delimiter = delimiter.text[0];
  folder.wire = std::string(name.text);
  folder.name = is_utf8 ? to_valid_utf8(name.text) : folder_from_wire(name.text);
  return folder;
}

std::string_view last_part(const ImapFolder& folder) {
  const std::string_view name = folder.name;
  if (folder.delimiter == '\0') return name;
  const std::size_t at = name.rfind(folder.delimiter);
  return at == name.npos ? name : name.substr(at + 1);
}

// With "/" between the levels.
std::string path_of(const ImapFolder& folder) {
  std::string path = folder.name;
  if (folder.delimiter != '\0' && folder.delimiter != '/')
    std::replace(path.begin(), path.end(), folder.delimiter, '/');
  return path;
}

bool is_inbox(std::string_view name) { return equal_ignoring_case(name, "INBOX"); }

}  // namespace

Result<std::vector<ImapFolder>> list_folders(ImapSession& session) {
  std::vector<ImapFolder> folders;
  const bool is_utf8 = session.has_utf8_names();
  const bool can_ask =
      session.can("SPECIAL-USE") && (session.can("LIST-EXTENDED") || session.can("IMAP4REV2"));
  const auto done = session.demand(
      ImapCommand(can_ask ? "LIST \"\" \"*\" RETURN (SPECIAL-USE)" : "LIST \"\" \"*\""),
      "does not list its folders", [&](const ImapReply& reply) {
        if (auto folder = read_list(reply, is_utf8))
          if (folders.size() < kMaxFolders) folders.push_back(std::move(*folder));
      });
  if (!done) return done.failure();
  return folders;
}

const ImapFolder* find_role(const std::vector<ImapFolder>& folders, FolderRole role) {
  for (const ImapFolder& folder : folders)
    if (folder.is_selectable &&
        std::find(folder.roles.begin(), folder.roles.end(), role) != folder.roles.end())
      return &folder;
  std::vector<std::pair<std::string, const ImapFolder*>> candidates;
  for (const ImapFolder& folder : folders)
    if (folder.is_selectable && folder.roles.empty())
      candidates.emplace_back(fold_words(last_part(folder)), &folder);
  for (const std::string_view name : names_of(role)) {
    const std::string folded = fold_words(name);
    for (const auto& [candidate, folder] : candidates)
      if (candidate == folded) return folder;
  }
  return nullptr;
}

Result<ImapFolder> find_folder(const std::vector<ImapFolder>& folders, std::string_view name,
                               const std::string& server) {
  const auto is_it = [&](const ImapFolder& folder) {
    return folder.name == name || folder.wire == name || (is_inbox(name) && is_inbox(folder.name));
  };
  auto found = std::find_if(folders.begin(), folders.end(), is_it);
  if (found == folders.end())
    found = std::find_if(folders.begin(), folders.end(),
                         [&](const ImapFolder& folder) { return path_of(folder) == name; });
  if (found != folders.end() && found->is_selectable) return *found;
  for (const NamedRole& one : kRoles)
    if (one.word == name)
      if (const ImapFolder* folder = find_role(folders, one.role)) return *folder;
  if (is_inbox(name)) return ImapFolder{"INBOX", "INBOX", '\0', true, {}};  // RFC 9051 5.1
  std::string there;
  for (std::size_t i = 0; i < std::min(folders.size(), kMaxNamed); ++i)
    there += (i == 0 ? "" : ", ") + printable(folders[i].name);
  if (folders.size() > kMaxNamed) there += ", …";
  return fail(ErrorCode::no_input,
              fmt::format("{}: there is no folder {}", server, printable(name)),
              there.empty() ? std::string() : "there is: " + there);
}

std::string place_for(const std::vector<ImapFolder>& folders, std::string_view name) {
  char delimiter = '\0';
  bool lies_below_inbox = false;
  for (const ImapFolder& folder : folders) {
    if (is_inbox(folder.name)) continue;
    const std::string prefix = std::string("INBOX") + folder.delimiter;
    if (folder.delimiter == '\0' || !starts_with_ignoring_case(folder.name, prefix))
      return std::string(name);
    lies_below_inbox = true;
    delimiter = folder.delimiter;
  }
  return lies_below_inbox ? std::string("INBOX") + delimiter + std::string(name)
                          : std::string(name);
}

}  // namespace unsent
