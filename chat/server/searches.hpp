// Searches: the index behind the state, as an actor. Filling and searching run on the Worker, one at a time; searches come
// first, and filling rests most of the time, so that it takes little from those who post. A broken index is made anew; it
// never stops the replica.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "chat/search/searcher.hpp"
#include "chat/state/effects.hpp"
#include "net/ports/disk.hpp"
#include "net/ports/loop.hpp"
#include "net/ports/worker.hpp"

namespace parley::chat {

struct SearchPorts {
    net::Loop& loop;
    net::Worker& worker;
    net::Disk& disk;
};

// Below the disk's root.
struct SearchPlaces {
    std::string state;
    std::string index;
    const char* vfs = nullptr;
    std::uint64_t cluster = 0;
};

struct SearchEvents {
    // Commits what was applied, so that it is found.
    net::Function<net::Result<void>()> settle;
    net::Function<void(const std::string&)> note;
};

struct SearchTimes {
    net::Duration fill_after = std::chrono::milliseconds{300};    // something happened
    std::int64_t rest_factor = 9;                                 // filling rests this many times as long as it worked,
    std::int64_t busy_rest_factor = 99;                           // and this many times while people post
    std::int64_t busy_per_second = 1'000;                         // faster than this
    net::Duration rest_min = std::chrono::milliseconds{20};
    net::Duration rest_max = std::chrono::seconds{5};
    net::Duration again_min = std::chrono::seconds{1};            // after a failure, doubled each time
    net::Duration again_max = std::chrono::seconds{60};
    std::size_t waiting_max = 64;
    SearcherLimits limits;
};

class Searches {
public:
    Searches(SearchPorts ports, SearchPlaces places, SearchTimes times, SearchEvents events);
    // What is under way ends by itself; nobody hears of it.
    ~Searches();

    void start();
    void applied(const std::vector<Effect>& effects);
    void find(const LoginRow& asking, const AskSearch& question, net::Function<void(Payload)> done);

    // The Worker reads the database.
    [[nodiscard]] bool is_reading() const { return running_; }
    // Everything that was applied is in the index.
    [[nodiscard]] bool is_filled() const { return is_open_ && !is_behind_ && touched_.empty() && !running_; }

private:
    struct Waiting {
        LoginRow asking;
        AskSearch question;
        net::Function<void(Payload)> done;
    };
    // What the Worker touches; owned by one job at a time.
    struct Held {
        std::unique_ptr<Searcher> searcher;
    };

    void touch(RoomId room);
    void fill_after(net::Duration pause);
    void next();
    void search(Waiting waiting);
    void fill();
    // Since filling ended last.
    [[nodiscard]] bool is_busy() const;
    // Runs `work` with an open Searcher; `done` hears what went wrong, if anything did.
    void run(net::Function<void(Searcher&)> work, net::Function<void(const std::optional<net::Error>&)> done);
    void failed(const net::Error& error);

    SearchPorts ports_;
    SearchPlaces places_;
    SearchTimes times_;
    SearchEvents events_;
    std::shared_ptr<Held> held_ = std::make_shared<Held>();
    std::deque<Waiting> waiting_;
    std::set<RoomId> touched_;
    bool is_open_ = false;
    bool is_behind_ = true;
    bool running_ = false;
    bool fill_due_ = false;
    bool filling_ = false;                    // what comes meanwhile waits for the end of the rest
    std::int64_t changes_ = 0;                // applied since filling ended last,
    net::Instant filled_at_{};                // which was then
    std::uint32_t failures_ = 0;              // in a row
    net::Instant not_before_{};               // after a failure
    net::TimerId timer_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
