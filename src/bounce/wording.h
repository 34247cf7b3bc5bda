// SPDX-License-Identifier: MIT
// What mail systems say, in the languages in which they say it. Words never make a
// report of a mail by themselves: they are asked only about mail that no person sent.
#pragma once

#include <cstddef>
#include <string_view>

namespace unsent {

// text is UTF-8; ASCII letters are compared without case.
bool says_failure(std::string_view text);        // not delivered, for good
bool says_failure_first(std::string_view text);  // a Subject that begins with that, or with a delay
bool says_delay(std::string_view text);          // not delivered yet
bool says_given_up(std::string_view text);       // a delay is over: what says both has failed
bool says_absence(std::string_view text);        // out of office, automatic reply
std::size_t absence_first(std::string_view text);  // how much of its beginning says that
bool says_delivered(std::string_view text);        // it arrived
bool says_answering(std::string_view text);        // we have your mail
bool says_read_first(std::string_view text);       // "Read: …", of a read receipt
bool says_virus(std::string_view text);            // a scanner's finding
bool says_challenge(std::string_view text);        // prove that you are human

}  // namespace unsent
