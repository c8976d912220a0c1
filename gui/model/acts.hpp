// Acts: what an administrator can do to somebody, to a room, or to who may register: the words on the button, what is
// asked before, what is said while it is under way and afterwards, and the operation of the replicated state it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/state/view.hpp"

namespace parley::gui {

struct Act {
    std::string subject;       // "ann", "#kitchen": what it is done to
    std::string label;
    std::string question;      // to be answered first; empty: none
    std::string yes;           // the answer that does it
    std::string doing;         // "Disabling ann"
    std::string done;          // "ann is disabled."
    chat::Operation operation;
};

// Nobody does these to oneself; a replica has the last word.
std::vector<Act> acts_for(const chat::UserRow& user, chat::UserId own);
std::vector<Act> acts_for(const chat::RoomRow& room);
Act make_room(const std::string& name, bool is_private);
// days 0: for ever.
Act keep_texts(const chat::RoomRow& room, std::uint32_t days);
Act let_register(chat::Registration policy);

// "12", " 12 ": 12; "off", "0": 0; anything else: none.
std::optional<std::uint32_t> days_in(const std::string& text);

// ---- words ----
std::string role_text(std::string_view role);            // by the name that the state machine has for it; another one stays as it is
std::string members_text(std::uint64_t members);          // "3 members"
std::string registration_sentence(chat::Registration policy);
std::string kept_sentence(std::uint32_t days);           // "Texts are kept for 30 days."
std::string sentence_of(const chat::AuditRow& entry);    // "ann disabled bob"

}  // namespace parley::gui
