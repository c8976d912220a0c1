// ChatEngine: between the client library and the model. It knows no terminal; it tells when something changed.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "chat/cli/runtime.hpp"
#include "chat/cli/terminal/chat_model.hpp"
#include "chat/cli/terminal/login_form.hpp"
#include "chat/client/drafts.hpp"
#include "chat/client/files/kept_file.hpp"
#include "chat/client/slash_commands.hpp"
#include "chat/client/upload.hpp"

namespace parley::chat {

class ChatEngine {
public:
    ChatEngine(Runtime& runtime, net::Function<void()> changed);
    ~ChatEngine();

    void start();

    ChatModel model;
    LoginForm form;
    [[nodiscard]] bool needs_login() const { return needs_login_; }
    // The cluster is not to be trusted, or the own disk failed: nothing goes on.
    [[nodiscard]] const std::optional<net::Error>& ended() const { return ended_; }

    void submit_form();
    // What was typed and entered: a text for the shown room, or a /command.
    void enter(const std::string& line);
    // What stands in the line for the shown room now, and what stood there when it was left, here or on another device.
    void typed(const std::string& text);
    [[nodiscard]] std::string draft() const;
    // Another device wrote a draft for the shown room since this was asked last.
    [[nodiscard]] bool take_draft_changed() { return std::exchange(is_draft_changed_, false); }
    // Before the end: what waits to be kept is kept.
    void keep_drafts();
    // A key was pressed; `writes`: on a text for the shown room.
    void active(bool writes);
    // Older messages of the shown room, if there are any.
    void load_older();
    // The shown room changed or its newest messages are in sight.
    void seen();
    [[nodiscard]] bool wants_to_leave() const { return wants_to_leave_; }
    [[nodiscard]] std::size_t unsent() { return runtime_.client().unanswered(); }

private:
    void open_drafts();
    void connection_changed(const ClientConnection& connection);
    void take_identity();
    void logged_in(const Answer& answer);
    void log_in_refused(Refusal why);
    void load_rooms();
    void take_rooms(const std::vector<RoomRow>& rooms);
    void follow(const RoomRow& room);
    void watch_partners(const std::vector<RoomRow>& rooms);
    // Asks how those are shown whom it did not ask about before.
    void name_authors(const std::vector<RoomMessage>& messages);
    void take_profile(const ProfileRow& profile);
    void typing_seen(RoomId room, UserId user, const std::string& name);
    void away_later();
    void adopt_leftovers();
    void send_text(const Target& target, std::optional<RoomId> room, const std::string& text, std::uint64_t reply_to = 0);
    void sent(EntryId entry, const std::string& text, const net::Result<Answer>& result);
    void welcome_administrator();
    void say_welcome(const std::string& kill_line);
    void mark_read();
    void refresh_status();

    // ---- chat_commands.cpp ----
    void run_command(const std::string& line);
    void operate(Operation operation, const std::string& done, const std::string& select);
    void run(const slash::Operate& c);
    void run(const slash::Talk& c);
    void run(const slash::People& c);
    void run(const slash::Blocked& c);
    void run(const slash::Rooms& c);
    void run(const slash::Members& c);
    void run(const slash::Help& c);
    void run(const slash::Quit& c);
    // ---- message_commands.cpp ----
    void run(const slash::Reply& c);
    void run(const slash::Thread& c);
    void run(const slash::Pins& c);
    void run(const slash::Search& c);
    void run(const slash::Day& c);
    void run(const slash::Numbers& c);
    void list_messages(const MessagePage& page, const std::string& none);
    // ---- file_commands.cpp ----
    void run(const slash::SendFile& c);
    void run(const slash::GetFile& c);
    void run(const slash::Cancel& c);
    void got_file(const net::Result<FileReport>& report);

    template <class T, class Use>
    auto then(Use use) {
        return [this, use](net::Result<T> result) {
            if (result) {
                use(*result);
            } else {
                model.note(result.error().message);
            }
            changed_();
        };
    }

    Runtime& runtime_;
    net::Function<void()> changed_;
    bool needs_login_ = false;
    bool wants_to_leave_ = false;
    bool loading_rooms_ = false;
    bool rooms_again_ = false;
    bool leftovers_adopted_ = false;
    bool marking_ = false;
    bool is_away_ = false;
    std::vector<UserId> watched_;
    net::TimerId away_timer_;
    std::map<std::pair<RoomId, UserId>, net::TimerId> typing_timers_;
    std::optional<net::Error> ended_;
    std::unique_ptr<Upload> upload_;             // at most one each; they use the client
    std::unique_ptr<Download> download_;
    std::unique_ptr<KeptFile> kept_;
    std::map<RoomId, std::uint64_t> marked_;     // what was sent as read
    std::unique_ptr<Drafts> drafts_;
    std::set<UserId> named_;                     // asked how they are shown
    bool is_draft_changed_ = false;
};

}  // namespace parley::chat
