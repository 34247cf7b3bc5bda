// SPDX-License-Identifier: MIT
// What a file in or for a mailbox is, where it is no plain mbox or message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace unsent {

// Mail in a form that is not read, by the first bytes of the file: in words, with what mends it;
// both "" where it is none of these. Read all the same, a whole mailbox would be one message.
struct StrangeForm {
  std::string_view what;
  std::string_view mend;
};
StrangeForm strange_form_of(std::string_view head);

// Bytes that no text has: an archive, a database, a picture.
bool is_binary(std::string_view head);

// Apple Mail's .emlx: a line with the length of the message, the message, and a property list.
struct EmlxMessage {
  std::size_t begin = 0;
  std::uint64_t size = 0;
};
std::optional<EmlxMessage> emlx_message(std::string_view name, std::string_view head);

// A file that mail programs keep beside mail, and in which never is any: an index, a list of
// subscriptions. By its name.
bool is_index_of_mail(std::string_view name);

// What is no file, but may have been meant for a mailbox at a server: alice@mail.example,
// imaps:alice@mail.example, pop3://mail.example.
bool names_server(std::string_view path);

}  // namespace unsent
