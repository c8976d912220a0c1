// Desk: a person's window without the window: backend, stores and model on the clock of a test cluster.
#pragma once

#include "gui/engine/backend.hpp"
#include "gui/model/model.hpp"
#include "sim/disk/vfs.hpp"
#include "tests/unit/gateway/cluster.hpp"

namespace parley::gui::testing {

using chat::testing::Cluster;

struct Desk {
    Desk(Cluster& in, std::string who, std::uint64_t number)
        : cluster(in), name(std::move(who)), seed(number), disk(chat::testing::make_disk(seed * 7919)) {
        start();
    }
    ~Desk() { stop(sim::CrashKind::process_kill); }

    void start() {
        model = {};
        loop = std::make_unique<chat::testing::FakeLoop>(cluster.clock);
        dialer = std::make_unique<chat::testing::FakeDialer>(cluster.network, *loop);
        secrets = std::make_unique<chat::testing::FakeSecrets>(++seed * 104729);
        store = *chat::ClientStore::open(*disk, "profile", sim::vfs_name);
        local = *chat::LocalStore::open(*disk, store->folder(), sim::vfs_name);
        replies = *chat::ReplyStore::open(*disk, "profile", sim::vfs_name);
        chat::ClientOptions options;
        options.servers = cluster.addresses();
        backend = std::make_unique<Backend>(BackendPorts{*loop, *dialer, *secrets, *store, *local, {}, [](const std::string& code) { return "link/" + code; },
                                                         lab ? lab() : LabPort{},
                                                         ReplyPorts{replies.get(), "", [this] { return find_service(); }, [this] { return service_host; }},
                                                         disk.get(), "profile", downloads}, options,
                                            [this](Notification n) { changed |= model.apply(std::move(n)); });
        backend->start();
    }
    // The process ends, as by kill -9.
    void stop(sim::CrashKind kind) {
        if (!backend) return;
        loop->kill();
        disk->crash(kind);
        backend.reset();
        replies.reset();
        local.reset();
        store.reset();
        dialer.reset();
        disk->restart();
    }
    void enter() {
        backend->run(Register{name, "correct horse"});
        ASSERT_TRUE(until([&] { return model.is_logged_in() && model.selected() != nullptr; }));
    }
    void say(const std::string& text) {
        Room* room = model.selected();
        const bool is_provisional = room->is_provisional();
        backend->run(SendText{room->target(), is_provisional ? std::nullopt : std::optional{room->id()}, text});
    }
    bool until(const std::function<bool()>& holds) { return cluster.run_until(holds); }
    [[nodiscard]] std::vector<std::string> texts() const {
        std::vector<std::string> found;
        if (model.selected() == nullptr) return found;
        for (const auto& message : model.selected()->messages()) {
            if (message.kind == chat::MessageKind::text) found.push_back(message.deleted ? "(deleted)" : message.text);
        }
        return found;
    }

    Cluster& cluster;
    std::string name;
    std::uint64_t seed;
    std::function<LabPort()> lab;        // for the next start
    std::string downloads;               // the same
    chat::QuickReplies::FindService find_service = [] { return std::optional<chat::ReplyService>{}; };
    net::Result<std::string> service_host = net::Error{net::ErrorKind::refused, "No service is configured."};
    std::unique_ptr<sim::SimDisk> disk;
    std::unique_ptr<chat::testing::FakeLoop> loop;
    std::unique_ptr<chat::testing::FakeDialer> dialer;
    std::unique_ptr<chat::testing::FakeSecrets> secrets;
    std::unique_ptr<chat::ClientStore> store;
    std::unique_ptr<chat::LocalStore> local;
    std::unique_ptr<chat::ReplyStore> replies;
    std::unique_ptr<Backend> backend;
    Model model;
    Changed changed;
};

}  // namespace parley::gui::testing
