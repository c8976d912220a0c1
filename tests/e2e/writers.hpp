// Writers: many people writing at once, each with an account, a client library and an outbox of its own, all on one
// thread of the test. They note every acknowledgement; what they noted must be found on every replica.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/cluster.hpp"

namespace parley::e2e {

struct Acknowledged {
    std::string room;
    std::uint64_t number = 0;
    std::uint64_t slot = 0;
};

class Writers {
public:
    struct Plan {
        std::string name = "writer";          // accounts are called name-0, name-1, …
        int writers = 16;
        int messages = 0;                     // of all together
        int window = 4;                       // posts in flight, a writer
        std::vector<std::string> rooms;       // taken in turn
        std::size_t text_bytes = 0;           // texts are made at least that long
        std::chrono::milliseconds pause{};    // of a writer, between an answer and the next post
    };
    // Registers the accounts and joins the rooms; throws when that takes longer than a minute.
    Writers(Sandbox& sandbox, const Cluster& cluster, Plan plan);
    ~Writers();

    // From now on they write, until `total` messages were begun.
    void allow(int total);
    [[nodiscard]] int acknowledged() const { return acknowledged_count_.load(); }
    bool wait_for(int acknowledged, std::chrono::seconds limit);
    // No more are begun; true when all that were have been acknowledged in that time.
    bool finish(std::chrono::seconds limit);

    // Ends them, in the middle of whatever they do.
    void stop();
    // After stop(). By text.
    [[nodiscard]] const std::map<std::string, Acknowledged>& noted() const { return noted_; }
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    // Between two acknowledgements that followed each other, to anybody.
    [[nodiscard]] std::chrono::milliseconds longest_gap() const { return longest_gap_; }

private:
    struct Person;
    struct Ports;
    void set_up(Person& person);
    void join_next(Person& person, std::size_t room);
    void write(Person& person);
    void write_all();
    void note_time();

    Plan plan_;
    std::unique_ptr<Ports> ports_;
    std::vector<std::unique_ptr<Person>> people_;
    int allowed_ = 0;      // these on the loop's thread alone, until stop()
    int begun_ = 0;
    std::map<std::string, Acknowledged> noted_;
    std::vector<std::string> problems_;
    std::optional<std::chrono::steady_clock::time_point> last_;   // an acknowledgement
    std::chrono::milliseconds longest_gap_{};
    std::atomic<int> ready_count_{0};
    std::atomic<int> acknowledged_count_{0};
    std::thread thread_;
};

}  // namespace parley::e2e
