// Suggester: quick replies for the room that is shown, and the learning behind them, as an actor on the engine's Loop. It asks
// a moment after something came and learns in small pieces, so that nothing one sends ever waits for it. It never sends
// anything to a room; what it finds goes to the window as a notification.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat/client/client.hpp"
#include "chat/client/local_store.hpp"
#include "chat/client/replies/quick_replies.hpp"
#include "gui/model/notifications.hpp"

namespace parley::gui {

// The file and the service that suggestions come from; both may be missing.
struct ReplyPorts {
    chat::ReplyStore* store = nullptr;
    std::string problem{};                                         // why there is no store
    chat::QuickReplies::FindService find_service{};
    net::Function<net::Result<std::string>()> service_host{};      // that the configuration names; the error says what to write there
};

class Suggester {
public:
    Suggester(net::Loop& loop, chat::LocalStore& local, ReplyPorts ports, net::Function<void(Notification)> notify);
    ~Suggester();
    Suggester(const Suggester&) = delete;
    Suggester& operator=(const Suggester&) = delete;

    // Whose replies these are; UserId{}: nobody's, and what was learned is removed.
    void belong_to(chat::UserId user);
    // Learns what it missed from the user's rooms, once a login. `client` outlives this.
    void online(chat::Client& client);

    // ---- what is to be answered ----
    void show(chat::RoomId room);
    // Messages that are new or look different now; they are in the local store already.
    void came(chat::RoomId room, const std::vector<chat::RoomMessage>& messages);
    // While nobody looks nothing is asked.
    void rest(bool is_resting);

    // ---- what the user decides; each is answered by ReplySettingsTold ----
    void tell_settings(const std::string& problem = "");
    void set_mode(chat::ReplyMode mode);
    void let_leave(chat::RoomId room, bool may);
    // `newest`: of each room the number of its newest message, up to which nothing is learned again.
    void forget(const std::vector<std::pair<chat::RoomId, std::uint64_t>>& newest);

private:
    struct Stretch { std::uint64_t first = 0, last = 0; };
    struct Asked {
        chat::RoomId room;
        std::uint64_t number = 0;
        std::string text;
        friend bool operator==(const Asked&, const Asked&) = default;
    };

    [[nodiscard]] bool is_on() const;
    void ask_later();
    void ask();
    void ask_anew();
    void suggested(chat::Suggestions suggestions);
    void learn_later();
    void learn();
    void learn(chat::RoomId room, Stretch stretch);
    void learn_rooms();
    void failed(const net::Result<void>& result);

    net::Loop& loop_;
    chat::LocalStore& local_;
    ReplyPorts ports_;
    net::Function<void(Notification)> notify_;
    std::unique_ptr<chat::QuickReplies> quick_;       // none without a store
    chat::ReplyMode mode_ = chat::ReplyMode::off;
    chat::UserId user_;
    chat::Client* client_ = nullptr;                  // once it was online
    std::optional<chat::RoomId> shown_;
    std::optional<Asked> asked_;                      // what the newest suggestions are for
    std::map<chat::RoomId, Stretch> fresh_;           // to be learned
    bool is_resting_ = false;
    bool learns_rooms_ = false;
    net::TimerId ask_timer_{}, learn_timer_{}, rooms_timer_{};
    bool asks_ = false, learns_ = false;              // a timer is set
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::gui
