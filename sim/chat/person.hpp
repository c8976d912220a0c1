// Person: somebody with the real client library on a machine of their own. They make an account, enter rooms, write and
// read; their process gets killed in the middle of it and starts again from its store. What they remember themselves is
// in PersonMemory, which no crash takes away.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "chat/client/client.hpp"
#include "chat/client/download.hpp"
#include "chat/client/upload.hpp"
#include "sim/chat/chat_oracle.hpp"
#include "sim/chat/file_watch.hpp"
#include "sim/chat/people_watch.hpp"
#include "sim/chat/retention_model.hpp"
#include "sim/machine.hpp"
#include "sim/options.hpp"
#include "sim/oracles/equality.hpp"
#include "sim/sim_secrets.hpp"

namespace parley::sim {

// What all devices of one person have in common.
struct AccountMemory {
    std::optional<chat::UserId> user;
    // What they marked as read to, and the first slot in which that is known to have taken effect; none: not known.
    std::map<std::pair<chat::RoomId, std::uint64_t>, std::optional<std::uint64_t>> marks;
    std::set<std::pair<chat::RoomId, std::uint64_t>> erased; // what they wanted deleted, perhaps before it was acknowledged
};

// Of one device.
struct PersonMemory {
    std::uint64_t written = 0;                               // texts given to the client library
    std::uint64_t last = 0;                                  // no more than so many; 0: no end in sight
    std::set<std::string> open;                              // texts whose outcome is not known yet
    std::map<chat::RoomId, std::uint64_t> seen;              // newest message per room
    std::map<chat::RoomId, std::uint64_t> marked;            // how far this person knows to have marked the room as read
    // What this person has on the screen: messages as delivered, with their changes taken in.
    std::map<chat::RoomId, std::map<std::uint64_t, chat::RoomMessage>> kept;
    std::map<chat::RoomId, std::uint64_t> changes;           // newest change per room
    // Messages of their own that were acknowledged, and in which slot.
    std::map<std::pair<chat::RoomId, std::uint64_t>, std::uint64_t> own;
    // What they last did with an emoji on a message. Not known: no answer came, or it was refused.
    struct Touch { bool on = false; bool known = false; std::uint64_t latest = 0; };
    std::map<std::tuple<chat::RoomId, std::uint64_t, std::string>, Touch> touches;
    std::uint64_t touched = 0;                               // counts them
    using OwnText = std::pair<const std::pair<chat::RoomId, std::uint64_t>, std::string>;
    std::map<std::pair<chat::RoomId, std::uint64_t>, std::string> own_texts;   // how what was acknowledged begins, by place
    std::string password = "a long password";                // the last one that is known to have been theirs
    bool is_password_certain = true;                         // every attempt to change it was answered
    std::uint64_t passwords = 0;                             // thought of so far
    std::map<chat::RoomId, std::uint64_t> told;              // newest message of their own that was acknowledged
    std::uint64_t talked = 0;                                // texts for conversations of several people
};

struct PersonSetting {
    EventQueue& queue;
    SimNetwork& network;
    Judge& judge;
    ChatOracle& oracle;
    EqualityOracle& equality;
    const RunOptions& options;
    std::vector<std::string> replicas;
    std::vector<std::string> rooms;
    std::string arena;                                       // a room where people only look after each other
    std::size_t number;                                      // which device this is: 0, 1, 2, …
    PersonMemory& memory;
    std::size_t person;                                      // and whose
    AccountMemory& account;
    const std::vector<AccountMemory>& accounts;              // of everybody
    RetentionModel& retentions;
    std::uint64_t& newest_digest_slot;                       // shared: somebody took a digest there
    FileWatch& files;                                        // shared
    PeopleWatch& people;                                     // shared
};

class Person final : public Process {
public:
    static std::unique_ptr<Person> start(const PersonSetting& setting, Machine& machine, Owner owner);

    // Everything written is settled and every room read to its end.
    [[nodiscard]] bool idle(std::string& missing) const;
    // What this person was last told of that one, if it watches them.
    [[nodiscard]] bool sees(chat::UserId user, chat::Presence presence) const;

private:
    Person(const PersonSetting& setting, Machine& machine, Owner owner);
    bool open(Machine& machine);

    void take_up_leftovers();
    void get_account();
    void account_answered(const net::Result<chat::Answer>& answer, bool was_log_in);
    void enter(std::size_t room);
    void join(std::size_t room);
    void look_up(std::size_t room);
    void watch(chat::RoomId room);
    void write_next();
    void wait_to_write();
    void settled(const std::string& text, chat::EntryId entry, const net::Result<chat::Answer>& answer);
    void ask_for_digest();
    void mark_something();
    void look_at_marks(chat::RoomId room);
    // ---- person_changes.cpp: what is done to messages that are there ----
    void change_something();
    void change(chat::RoomId room, const chat::RoomMessage& message);
    void touch(chat::RoomId room, std::uint64_t number, const std::string& emoji, bool on);
    void erase(chat::RoomId room, std::uint64_t number);
    void look_after_arena();
    [[nodiscard]] chat::Operation some_care();
    [[nodiscard]] std::uint64_t something_to_answer(chat::RoomId room);   // 0: a message of its own
    // ---- person_asks.cpp: searches, and the password ----
    void search_something();
    void search_for(const PersonMemory::OwnText& own);
    void change_password();
    void change_password_now();
    void order_retention();
    // ---- person_files.cpp ----
    void handle_files();
    void handle_some_file();
    void bring_file();
    void brought(std::uint64_t seed, const net::Result<chat::FileId>& result);
    void post_file(std::uint64_t seed, chat::FileId file);
    void fetch_file(const FileWatch::Message& message);
    void fetched(const FileWatch::Message& message, const net::Result<chat::FileReport>& result);
    void erase_file(const FileWatch::Message& message);
    // ---- person_people.cpp ----
    void deal_with_people();
    void look_at_level();
    void talk();
    void show_as_something();
    void begin_text();
    void look_at_draft(chat::RoomId room, const std::string& key);
    void make_administrator();
    void look_who_read();
    // ---- person_presence.cpp ----
    void watch_the_others();
    void told_of(const std::vector<chat::UserPresence>& users);
    [[nodiscard]] bool sees_everybody(std::string& missing) const;
    void take_changes(chat::RoomId room, const std::vector<chat::MessageChange>& changes);
    void look_a_last_time(std::size_t room);
    void later(net::Task task);
    [[nodiscard]] std::string somebody();
    [[nodiscard]] std::string text_of(std::uint64_t number) const;
    [[nodiscard]] std::string some_mention();
    [[nodiscard]] bool is_own_unread(chat::RoomId room, std::uint64_t read) const;

    PersonSetting setting_;
    MachineId machine_;
    SimLoop loop_;
    SimSecrets secrets_;
    std::unique_ptr<net::Dialer> dialer_;
    std::unique_ptr<chat::ClientStore> store_;
    std::unique_ptr<chat::Client> client_;
    std::vector<chat::RoomId> rooms_;       // entered and watched
    std::vector<chat::UserId> watched_;     // whose presence is told
    std::map<chat::UserId, chat::Presence> presence_;
    bool waiting_ = false;
    bool knows_people_ = false;             // the cluster's level does
    bool changes_password_ = false;         // an attempt is under way
    bool last_look_begun_ = false;          // at how far the changes of the rooms have come
    bool last_look_done_ = false;
    std::uint64_t edits_ = 0;               // texts of edits differ
    std::uint64_t arena_texts_ = 0;
    std::unique_ptr<chat::Upload> upload_;
    std::unique_ptr<chat::Download> download_;
    net::Bytes fetched_;                    // as far as it has come
    std::size_t posting_ = 0;               // messages with files that are not answered
};

}  // namespace parley::sim
