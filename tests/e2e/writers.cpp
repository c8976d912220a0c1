// The writers' loop and what each of them does.
#include "tests/e2e/writers.hpp"

#include <algorithm>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <utility>

#include "chat/client/client.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"
#include "net/asio/system_secrets.hpp"
#include "net/asio/tls_context.hpp"

namespace parley::e2e {

using chat::Answer;
using std::chrono::seconds;

struct Writers::Ports {
    explicit Ports(const std::string& ca) : dialer(loop, net::TlsContext::client(ca)) {}
    net::AsioLoop loop;
    net::SystemSecrets secrets;
    net::AsioDialer dialer;
};

struct Writers::Person {
    std::string name;
    int next = 0;
    int in_flight = 0;
    bool is_ready = false;
    std::unique_ptr<net::PosixDisk> disk;
    std::unique_ptr<chat::ClientStore> store;
    std::unique_ptr<chat::Client> client;
};

Writers::Writers(Sandbox& sandbox, const Cluster& cluster, Plan plan)
    : plan_(std::move(plan)), ports_(std::make_unique<Ports>(cluster.ca())) {
    for (int i = 0; i < plan_.writers; ++i) {
        auto person = std::make_unique<Person>();
        person->name = plan_.name + "-" + std::to_string(i);
        const std::string folder = sandbox.path("writers/" + person->name);
        std::filesystem::create_directories(folder);
        person->disk = std::make_unique<net::PosixDisk>(ports_->loop, folder, net::PosixDiskOptions{.inline_sync = true});
        auto store = chat::ClientStore::open(*person->disk, "", nullptr);
        if (!store) throw std::runtime_error(store.error().message);
        person->store = std::move(*store);
        chat::ClientOptions options;
        options.servers = cluster.servers();
        person->client = std::make_unique<chat::Client>(
            chat::ClientPorts{ports_->loop, ports_->dialer, ports_->secrets, person->store.get()}, options, chat::ClientEvents{});
        people_.push_back(std::move(person));
    }
    ports_->loop.post([this] {
        for (const auto& person : people_) set_up(*person);
    });
    thread_ = std::thread([this] { ports_->loop.run(); });
    if (!eventually(seconds{60}, [this] { return ready_count_ == plan_.writers; })) {
        stop();
        throw std::runtime_error("the writers could not register: " + (problems_.empty() ? "no answer" : problems_.front()));
    }
}

Writers::~Writers() {
    stop();
    people_.clear();
}

void Writers::set_up(Person& person) {
    person.client->start();
    person.client->register_account(person.name, "correct horse battery staple", seconds{50},
                                    [this, &person](net::Result<Answer> answer) {
                                        if (!answer) return problems_.push_back(person.name + ": " + answer.error().message);
                                        join_next(person, 0);
                                    });
}

void Writers::join_next(Person& person, std::size_t room) {
    if (room == plan_.rooms.size()) {
        person.is_ready = true;
        ++ready_count_;
        write(person);
        return;
    }
    person.client->submit(chat::JoinRoom{chat::ByRoomName{plan_.rooms[room]}}, seconds{50},
                          [this, &person, room](net::Result<Answer> answer) {
                              if (!answer) return problems_.push_back(person.name + ": " + answer.error().message);
                              join_next(person, room + 1);
                          });
}

void Writers::write_all() {
    for (const auto& person : people_) write(*person);
}

void Writers::write(Person& person) {
    while (person.is_ready && person.in_flight < plan_.window && begun_ < std::min(allowed_, plan_.messages)) {
        const std::string& room = plan_.rooms[static_cast<std::size_t>(begun_) % plan_.rooms.size()];
        std::string text = person.name + " says " + std::to_string(person.next++);
        if (text.size() < plan_.text_bytes) text.append(plan_.text_bytes - text.size(), '.');
        ++begun_;
        ++person.in_flight;
        const auto reply = [this, &person, text](net::Result<Answer> answer) {
            --person.in_flight;
            const auto* posted = answer ? std::get_if<chat::Posted>(&answer->result) : nullptr;
            if (posted == nullptr) {
                problems_.push_back(text + ": " + (answer ? "refused" : answer.error().message));
            } else if (!noted_.emplace(text, Acknowledged{posted->room_name, posted->number, answer->slot}).second) {
                problems_.push_back(text + ": acknowledged twice");
            } else {
                ++acknowledged_count_;
                note_time();
            }
            if (plan_.pause.count() == 0) return write(person);
            ports_->loop.after(plan_.pause, [this, &person] { write(person); });
        };
        person.client->submit(chat::Post{chat::ByRoomName{room}, text}, chat::Deadline{}, reply);
    }
}

void Writers::note_time() {
    const auto now = std::chrono::steady_clock::now();
    if (last_) longest_gap_ = std::max(longest_gap_, std::chrono::duration_cast<std::chrono::milliseconds>(now - *last_));
    last_ = now;
}

bool Writers::finish(seconds limit) {
    std::promise<int> begun;
    ports_->loop.post([&] {
        allowed_ = 0;
        begun.set_value(begun_);
    });
    return wait_for(begun.get_future().get(), limit);
}

void Writers::allow(int total) {
    ports_->loop.post([this, total] {
        allowed_ = total;
        write_all();
    });
}

bool Writers::wait_for(int acknowledged, seconds limit) {
    return eventually(limit, [&] { return acknowledged_count_ >= acknowledged; });
}

void Writers::stop() {
    if (!thread_.joinable()) return;
    ports_->loop.stop();
    thread_.join();
}

}  // namespace parley::e2e
