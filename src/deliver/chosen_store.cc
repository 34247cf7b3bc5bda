// SPDX-License-Identifier: MIT
#include "deliver/chosen_store.h"

#include <sys/stat.h>

#include "setup/setup.h"
#include "store/mbox_store.h"

namespace unsent {
namespace {

MailboxName maildir_at(std::string path, Missing missing) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return {std::move(path), true, missing};
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return path.back() == '/' || (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode));
}

// "" where no journal can be kept: the mail is delivered all the same.
std::string journal_folder() {
  const std::string folder = data_folder();
  return !folder.empty() && make_folders(folder) ? folder : std::string();
}

MboxOptions mbox_options(const Delivery& delivery) {
  return {delivery.from_line, delivery.key, journal_folder(), std::chrono::seconds(30),
          current_time()};
}

}  // namespace

OptionGroup mailbox_options(MailboxOptions& options) {
  OptionGroup group("Mailbox");
  group.text("maildir", "FOLDER", options.maildir, "deliver into this Maildir")
      .text("mbox", "FILE", options.mbox, "deliver into this mbox")
      .flag("create", options.creates, "make the Maildir if it is missing");
  return group;
}

Result<std::optional<MailboxName>> read_mailbox_options(const MailboxOptions& options,
                                                        const Config& config) {
  const auto& [maildir, mbox, creates] = options;
  const Missing missing = creates ? Missing::create : Missing::refuse;
  if (maildir && mbox) return fail(ErrorCode::usage, "--maildir and --mbox exclude each other");
  if ((maildir && maildir->empty()) || (mbox && mbox->empty()))
    return fail(ErrorCode::usage, "a mailbox without a name");
  if (maildir) return std::optional(maildir_at(in_home(*maildir), missing));
  if (mbox) return std::optional(MailboxName{in_home(*mbox), false, missing});
  if (!config.mailbox) return std::optional<MailboxName>();
  if (is_folder(*config.mailbox)) return std::optional(maildir_at(*config.mailbox, missing));
  return std::optional(MailboxName{*config.mailbox, false, missing});
}

Result<Delivered> store(const MailboxName& mailbox, const Delivery& delivery) {
  if (mailbox.is_maildir) {
    const auto stored =
        store_in_maildir(mailbox.path, delivery.pieces, {mailbox.missing, delivery.key});
    if (!stored) return stored.failure();
    return stored->empty() ? Delivered::before : Delivered::now;
  }
  const auto appended = append_to_mbox(mailbox.path, delivery.pieces, mbox_options(delivery));
  if (!appended) return appended.failure();
  return *appended == Appended::before ? Delivered::before : Delivered::now;
}

Result<bool> is_stored(const MailboxName& mailbox, const Delivery& delivery) {
  if (mailbox.is_maildir) return is_in_maildir(mailbox.path, delivery.key);
  return is_in_mbox(mailbox.path, delivery.pieces, mbox_options(delivery));
}

}  // namespace unsent
