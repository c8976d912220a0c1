// A cluster for tests: real state machines, views and gateways on crash disks, and in the place of consensus an orderer
// that may lose, repeat, delay and reorder what is proposed, and lets each replica apply it in its own time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chat/client/client.hpp"
#include "chat/gateway/gateway.hpp"
#include "chat/keeping/file_exchange.hpp"
#include "chat/state/chat_state.hpp"
#include "sim/disk/sim_disk.hpp"
#include "tests/unit/gateway/fake_ports.hpp"

namespace parley::chat::testing {

struct Faults {
    std::uint64_t loss = 0;          // each in permille of commands
    std::uint64_t repeat = 0;
    net::Duration delay{};           // of a group of proposals, up to
    net::Duration apply_delay{};     // of a replica, up to
};

class Cluster;

// One replica without consensus.
class Replica {
public:
    Replica(Cluster& cluster, std::uint64_t node);
    ~Replica();
    void open();
    void kill();
    [[nodiscard]] bool running() const { return gateway != nullptr; }
    void apply_next();
    void open_files();
    [[nodiscard]] GatewayFiles files();
    [[nodiscard]] std::string address() const;

    Cluster& cluster;
    std::uint64_t node;
    std::uint64_t incarnation = 0;
    std::unique_ptr<sim::SimDisk> disk;
    std::unique_ptr<FakeLoop> loop;
    std::unique_ptr<FakeWorker> worker;
    std::unique_ptr<FakeSecrets> secrets;
    std::unique_ptr<ChatState> state;
    std::unique_ptr<View> view;
    std::unique_ptr<ChunkKeeper> chunks;
    std::unique_ptr<FileExchange> exchange;
    bool are_files_ready = false;
    bool has_room = true;                                 // for chunks
    std::unique_ptr<Gateway> gateway;
    std::map<net::Link*, std::unique_ptr<net::Link>> arriving;
    bool paused = false;                                  // applies nothing
    std::uint64_t proposed = 0;
};

class Cluster {
public:
    explicit Cluster(std::uint64_t replicas, std::uint64_t seed = 1, GatewayOptions options = test_options(), Limits limits = {});
    ~Cluster();

    static GatewayOptions test_options();
    void set_leader(bool there);
    void propose(std::uint64_t node, std::vector<net::Bytes> commands);
    // With a leader: the newest slot, after a moment.
    void read_slot(net::Function<void(consensus::Slot)> known);
    // All replicas are voters.
    [[nodiscard]] consensus::Configuration configuration() const;
    bool run_until(const std::function<bool()>& until, net::Duration limit = 60s) { return clock.run_until(until, limit); }
    [[nodiscard]] std::vector<std::string> addresses() const;
    // Everything in the room, read from a replica that has applied all.
    std::vector<RoomMessage> messages(RoomId room);
    void catch_up();

    std::uint64_t size;
    Clock clock;
    FakeNetwork network{clock};
    GatewayOptions options;
    Limits limits;
    consensus::FeatureLevel level{5};   // of the cluster
    Faults faults;
    std::vector<std::unique_ptr<Replica>> replicas;
    std::vector<consensus::Batch> log;                    // slot 1 first
    bool leader = false;

private:
    friend class Replica;
    void choose();
    [[nodiscard]] consensus::ReplicaStatus status() const;

    std::vector<net::Bytes> gathering_;
    bool choosing_ = false;
public:
    std::int64_t time_ms = 1'700'000'000'000;             // log time of the newest slot
    std::int64_t time_step_ms = 1;
};

// A client process: its disk outlives it.
class Person {
public:
    Person(Cluster& cluster, std::string name, std::uint64_t seed, ClientOptions options = {});
    ~Person();

    void start();
    // The process dies; on a power cut what was not synced may be gone.
    void kill(sim::CrashKind kind);
    [[nodiscard]] bool running() const { return client != nullptr; }

    // Runs the clock until the answer is there.
    net::Result<Answer> register_now(const std::string& password = "correct horse");
    net::Result<Answer> log_in_now(const std::string& password = "correct horse");
    net::Result<Answer> submit_now(Operation operation, Deadline within = std::nullopt);
    net::Result<RoomRow> room_now(const std::string& name);
    void enter();            // start, register, wait until authenticated
    template <class T, class Ask>
    net::Result<T> wait(Ask ask, net::Duration limit = 60s);

    Cluster& cluster;
    std::string name;
    std::uint64_t seed;
    ClientOptions options;
    std::unique_ptr<sim::SimDisk> disk;
    std::unique_ptr<FakeLoop> loop;
    std::unique_ptr<FakeDialer> dialer;
    std::unique_ptr<FakeSecrets> secrets;
    std::unique_ptr<ClientStore> store;
    std::unique_ptr<Client> client;
    std::size_t logged_out = 0;
    std::size_t rooms_changed = 0;
    std::vector<std::pair<RoomId, std::uint64_t>> read_moves;
    std::vector<std::pair<RoomId, std::uint64_t>> unread_marks;
    std::map<UserId, Presence> presence;
    std::vector<std::string> typing;                      // names, as told
    std::vector<std::pair<RoomId, std::string>> drafts;   // of other devices, as told
    std::function<void(RoomId, const std::string&)> on_draft;   // the same, at once
    std::vector<ProfileRow> profiles;                     // as told
};

template <class T, class Ask>
net::Result<T> Person::wait(Ask ask, net::Duration limit) {
    auto result = std::make_shared<std::optional<net::Result<T>>>();
    ask([result](net::Result<T> got) { result->emplace(std::move(got)); });
    if (!cluster.run_until([&] { return result->has_value(); }, limit)) return net::Error{net::ErrorKind::timed_out, "the test gave up waiting"};
    return **result;
}

std::unique_ptr<sim::SimDisk> make_disk(std::uint64_t seed);

}  // namespace parley::chat::testing
