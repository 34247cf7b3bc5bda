// SPDX-License-Identifier: MIT
#include "report/html.h"

#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/base64.h"
#include "base/text.h"
#include "dkim/crypto.h"
#include "report/markup.h"
#include "scan_items.h"

using namespace unsent;

namespace {

std::string page_of(const ScanSummary& summary, bool is_partial = false) {
  std::string page;
  put_html({{"Mail/inbox"}, is_partial, at("2026-11-23T12:00:00Z")}, summary,
           [&](std::string_view text) { page += text; });
  return page;
}

std::string between(std::string_view page, std::string_view begin, std::string_view end) {
  const std::size_t from = page.find(begin) + begin.size();
  return std::string(page.substr(from, page.find(end, from) - from));
}

std::size_t count_of(std::string_view page, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = page.find(what); at != std::string_view::npos; at = page.find(what, at + 1))
    ++count;
  return count;
}

// Names of elements that do not balance, attributes that are not quoted: a text that came
// through as markup shows here.
std::vector<std::string> faults_of(std::string_view page) {
  const std::set<std::string> alone = {"meta", "input", "rect", "circle", "line"};
  std::vector<std::string> open;
  std::vector<std::string> faults;
  while ((page = page.substr(std::min(page.size(), page.find('<')))).size() > 1) {
    std::size_t at = 1;
    bool is_quoted = false;
    while (at < page.size() && (is_quoted || page[at] != '>')) {
      if (page[at] == '"') is_quoted = !is_quoted;
      if (page[at] == '<' || page[at] == '\'') {
        if (!is_quoted) faults.push_back("stray: " + std::string(page.substr(0, at + 1)));
      }
      ++at;
    }
    const std::string_view tag = page.substr(1, at - 1);
    page.remove_prefix(std::min(page.size(), at + 1));
    const std::string name(tag.substr(0, tag.find_first_of(" />", 1)));
    if (name == "!DOCTYPE" || alone.count(name) > 0) continue;
    if (name[0] == '/') {
      if (open.empty() || "/" + open.back() != name) faults.push_back("unbalanced: " + name);
      if (!open.empty()) open.pop_back();
      continue;
    }
    open.push_back(name);
    if (name == "script" || name == "style") page = page.substr(page.find("</" + name));
  }
  for (const std::string& name : open) faults.push_back("open: " + name);
  return faults;
}

}  // namespace

TEST_CASE("the page is whole: every element is closed, every message has its row") {
  const std::string page = page_of(small_flood());
  CHECK(faults_of(page) == std::vector<std::string>());
  CHECK(count_of(page, "<tr data-verdict=\"") == 9);
  CHECK(page.find("<h1>6 of 13 messages are backscatter</h1>") != std::string::npos);
  CHECK(page.find("Order 48213 has shipped") != std::string::npos);
  CHECK(page.find("genuine</span>") < page.find("unverified</span></td>"));
  CHECK(page.find("Partial.") == std::string::npos);
}

TEST_CASE("a row has what the page filters by, as text") {
  ScanItem one = item(Verdict::backscatter, 1);
  one.id = "0123456789ab";
  one.sender = "\"Alice\"@ourshop.example";
  ScanSummary summary;
  for (int i = 0; i < 5; ++i) summary.add(one, 1);
  const std::string page = page_of(summary);
  const std::string name = summary.campaigns().list().front().name;
  CHECK(page.find("<tr data-verdict=\"backscatter\" data-campaign=\"" + name +
                  "\" data-network=\"203.0.113.0/24\" data-reporter=\"mx1.remote.example\" "
                  "data-sender=\"&quot;alice&quot;@ourshop.example\" data-kind=\"bounce\" "
                  "data-id=\"0123456789ab\" data-time=\"2026-11-20T09:00:00Z\" ") !=
        std::string::npos);
  CHECK(page.find("<li data-campaign=\"" + name +
                  "\" data-shared=\"subject &quot;order # has "
                  "shipped&quot;\">") != std::string::npos);
  CHECK(page.find("<li data-value=\"203.0.113.0/24\">") != std::string::npos);
}

TEST_CASE("where a message lies is said: a byte of a file, a UID of a folder at a server") {
  ScanSummary summary;
  summary.add(item(Verdict::genuine, 1), 1);
  summary.add(item_at_server(Verdict::genuine, 2), 1);
  const std::string page = page_of(summary);
  CHECK(page.find("Mail/inbox, byte 1,000") != std::string::npos);
  CHECK(page.find("imaps://alice@mail.example/INBOX, UID 23") != std::string::npos);
}

TEST_CASE("what to do stands on the page, with the command as text") {
  ScanSummary summary;
  summary.add(item(Verdict::backscatter, 1), 1);
  ScanHead head{{"in"}, false, at("2026-11-23T12:00:00Z")};
  head.circumstances.scan = {{"unsent", "scan"}, {"'<b>&'"}};
  std::string page;
  put_html(head, summary, [&](std::string_view text) { page += text; });
  CHECK(faults_of(page) == std::vector<std::string>());
  CHECK(page.find("<code>unsent scan --quarantine &#39;&lt;b&gt;&amp;&#39;</code>") !=
        std::string::npos);
  CHECK(page.find("data-begin=\"unsent scan\" data-end=\"&#39;&lt;b&gt;&amp;&#39;\"") !=
        std::string::npos);
}

TEST_CASE("of what cannot be told the page says what would have told") {
  ScanItem doubtful = item(Verdict::unverified, 1);
  doubtful.facts = {{Check::ledger,
                     PointsTo::neither,
                     Strength::weak,
                     "not in the ledger",
                     "ledger <of> ours",
                     {{"the ledger were <complete>", PointsTo::backscatter, Strength::strong}}}};
  ScanSummary summary;
  summary.add(doubtful, 1);
  const std::string page = page_of(summary);
  CHECK(page.find("<dt>otherwise</dt><dd>backscatter, if the ledger were &lt;complete&gt;</dd>") !=
        std::string::npos);
  CHECK(page.find("(ledger &lt;of&gt; ours)") != std::string::npos);
}

TEST_CASE("a page that is not whole says so; so does one that does not show all") {
  CHECK(page_of(small_flood(), true).find("<strong>Partial.</strong>") != std::string::npos);
  const std::string page = page_of(small_flood({.backscatter = 2}));
  CHECK(page.find("4 more backscatter reports are not shown here") != std::string::npos);
  CHECK(page_of(small_flood()).find("not shown here") == std::string::npos);
}

TEST_CASE("no mail, and no report among the mail, are pages too") {
  ScanSummary ordinary;
  ordinary.add_ordinary(3, 3000);
  for (const std::string& page : {page_of(ScanSummary()), page_of(ordinary)}) {
    CHECK(faults_of(page) == std::vector<std::string>());
    CHECK(page.find("No bounces among ") != std::string::npos);
  }
}

TEST_CASE("the policy lets run what the page itself brings, and nothing else") {
  const std::string page = page_of(small_flood());
  const std::string policy = between(page, "Content-Security-Policy\" content=\"", "\"");
  CHECK(policy.starts_with("default-src 'none'; "));
  for (const char* element : {"style", "script"}) {
    const std::string tag = std::string("<") + element + ">";
    const Digest digest = sha256(between(page, tag, std::string("</") + element + ">"));
    const std::string hash =
        encode_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
    CHECK(policy.find(std::string(element) + "-src 'sha256-" + hash + "'") != std::string::npos);
    CHECK(count_of(page, std::string("<") + element) == 1);
  }
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(page.find(" style=") == std::string::npos);
  for (const char* address : {"http:", "https:", " src=", " href=", "url(", "@import"})
    CHECK(page.find(address) == std::string::npos);
}

TEST_CASE("the worst of mails is text, in every place where text stands") {
  ScanSummary summary;
  for (int i = 0; i < 5; ++i)  // enough for a campaign
    for (const Verdict verdict : kReportVerdicts) summary.add(hostile_item(verdict), 1);
  std::string page;
  put_html({{hostile()}, false, {}}, summary, [&](std::string_view text) { page += text; });
  CHECK(faults_of(page) == std::vector<std::string>());
  CHECK(is_valid_utf8(page));
  CHECK(count_of(page, "<script") == 1);
  CHECK(count_of(page, "<img") == 0);
  for (const char c : page) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
  CHECK(page.find("\u202E") == std::string::npos);
  CHECK(count_of(page, "&lt;img src=x onerror=alert(2)&gt;&quot;&#39;&amp;amp;`") > 20);
}

TEST_CASE("random bytes never become markup") {
  std::mt19937 random(5);
  constexpr std::string_view kBytes = "<>&\"'/=!- ;#x\0\x1b\n\xE2\x80\xAE\xFFscript";
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 30, ' ');
    for (char& c : bytes) c = kBytes[random() % kBytes.size()];
    std::string text = markup(bytes);
    if (text.find_first_of("<>\"'\n") != std::string::npos) FAIL(text);
    // Each & begins one of our entities.
    for (const char* entity : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"})
      for (std::size_t at; (at = text.find(entity)) != std::string::npos;)
        text.replace(at, std::string_view(entity).size(), "_");
    if (text.find('&') != std::string::npos) FAIL(text);
  }
}
