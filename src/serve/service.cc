// SPDX-License-Identifier: MIT
#include "serve/service.h"

#include <utility>

#include "serve/wire.h"

namespace unsent {
namespace {

constexpr std::chrono::seconds kClientLasts{60};
constexpr std::size_t kMostClients = 10000;
constexpr std::string_view kBusy = "the ledger's service has too much to do";
constexpr std::string_view kReading = "the ledger's service only reads";

}  // namespace

// What one client says. The first line is the greeting; a line that is nothing ends it.
class LedgerService::Talk : public Conversation, public std::enable_shared_from_this<Talk> {
 public:
  Talk(LedgerService& service, uid_t user) : service_(service) { visit_.user = user; }

  std::size_t take(std::string_view bytes, const std::shared_ptr<Speaker>& speaker) override {
    std::size_t begin = 0;
    if (!is_greeted_) {
      const std::string_view first = bytes.substr(0, kGreeting.size());
      if (!kGreeting.starts_with(first)) return refuse(*speaker), bytes.size();
      begin = first.size();
    }
    const std::size_t end = bytes.find('\n', begin);
    if (end == bytes.npos) return 0;
    is_greeted_ = true;
    take_request(bytes.substr(begin, end - begin), speaker);
    return end + 1;
  }

 private:
  static void refuse(Speaker& speaker) {
    speaker.send(encode_refusal("this is unsent-ledger 1, and that is no request of it"));
    speaker.hang_up();
  }

  void take_request(std::string_view line, const std::shared_ptr<Speaker>& speaker) {
    auto request = decode_request(line);
    if (!request) return refuse(*speaker);
    if (visit_.client) return answer(*request, speaker);
    // The talk may be over when it is known who that is.
    service_.find_client(visit_.user, [self = weak_from_this(), request = std::move(*request),
                                       speaker](Known client) {
      const auto talk = self.lock();
      if (!talk) return;
      talk->visit_.people = talk->service_.people_;
      talk->visit_.client = std::move(client);
      talk->answer(request, speaker);
    });
  }

  void answer(const Request& request, const std::shared_ptr<Speaker>& speaker) {
    if (const auto* note = std::get_if<NoteRequest>(&request)) return take_note(*note, speaker);
    if (const auto* record = std::get_if<RecordRequest>(&request))
      return take_record(*record, speaker);
    speaker->send(std::visit(
        [&](const auto& one) {
          using One = std::decay_t<decltype(one)>;
          if constexpr (std::is_same_v<One, NoteRequest> || std::is_same_v<One, RecordRequest>)
            return std::string();
          else
            return service_.clerk_.answer(one, visit_);
        },
        request));
  }

  void take_note(const NoteRequest& note, const std::shared_ptr<Speaker>& speaker) {
    std::string refusal = service_.options_.is_reading_only
                              ? encode_number(0)
                              : Clerk::refusal_to_note(note.noted, visit_);
    if (!refusal.empty()) return speaker->send(std::move(refusal));
    const bool is_given = service_.writer_.give([&service = service_, noted = note.noted, speaker] {
      send_later(service.loop_, speaker, service.keeper_.note(noted));
    });
    if (!is_given) speaker->send(encode_refusal(kBusy));
  }

  void take_record(const RecordRequest& record, const std::shared_ptr<Speaker>& speaker) {
    if (service_.options_.is_reading_only) return speaker->send(encode_refusal(kReading));
    const bool is_given =
        service_.writer_.give([&service = service_, record, client = *visit_.client, speaker] {
          service.keeper_.record(record, client, [&service, speaker](std::string line) {
            send_later(service.loop_, speaker, std::move(line));
          });
        });
    if (!is_given) speaker->send(encode_refusal(kBusy));
  }

  static void send_later(Loop& loop, const std::shared_ptr<Speaker>& speaker, std::string line) {
    loop.post([speaker, line = std::move(line)] { speaker->send(line); });
  }

  LedgerService& service_;
  Visit visit_;
  bool is_greeted_ = false;
};

LedgerService::LedgerService(Loop& loop, LedgerDoor door, People people, Options options)
    : loop_(loop),
      options_(options),
      people_(std::make_shared<const People>(std::move(people))),
      ledger_(door.path),
      clerk_(ledger_),
      keeper_(std::move(door)),
      is_there_(std::make_shared<bool>(true)),
      writer_([this] { keeper_.settle(); }) {}

LedgerService::~LedgerService() { *is_there_ = false; }

void LedgerService::set_people(People people) {
  people_ = std::make_shared<const People>(std::move(people));
  clients_.clear();
}

void LedgerService::find_client(uid_t user, const std::function<void(Known)>& found) {
  const auto now = Loop::Clock::now();
  const auto known = clients_.find(user);
  if (known != clients_.end() && known->second.until > now) return found(known->second.client);
  auto ask = [this, user, people = people_, is_there = is_there_, found] {
    auto client = std::make_shared<const Client>(people->client_of(user));
    loop_.post([this, user, people, is_there, found, client = std::move(client)] {
      if (!*is_there) return;
      if (clients_.size() >= kMostClients) clients_.clear();
      // What was found by an older configuration holds for this one connection.
      if (people == people_) clients_[user] = {client, Loop::Clock::now() + kClientLasts};
      found(client);
    });
  };
  if (!asker_.give(std::move(ask))) found(std::make_shared<const Client>());
}

std::unique_ptr<Conversation> LedgerService::begin(const Peer& peer) {
  // A talk is held by its connection, and pointed to by what comes back to it.
  class Held : public Conversation {
   public:
    explicit Held(std::shared_ptr<Talk> talk) : talk_(std::move(talk)) {}
    std::size_t take(std::string_view bytes, const std::shared_ptr<Speaker>& speaker) override {
      return talk_->take(bytes, speaker);
    }

   private:
    std::shared_ptr<Talk> talk_;
  };
  return std::make_unique<Held>(std::make_shared<Talk>(*this, peer.user));
}

}  // namespace unsent
