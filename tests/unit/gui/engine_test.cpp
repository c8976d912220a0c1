// The engine's thread: one wake-up until drained, errors as notifications, and an end that always comes.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include <gtest/gtest.h>

#include "gui/engine/engine.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"
#include "net/asio/system_secrets.hpp"

namespace parley::gui {
namespace {

struct Bell {
    void ring() {
        const std::lock_guard lock(mutex);
        ++rings;
        rung.notify_all();
    }
    bool wait(int count) {
        std::unique_lock lock(mutex);
        return rung.wait_for(lock, std::chrono::seconds{20}, [&] { return rings >= count; });
    }
    std::mutex mutex;
    std::condition_variable rung;
    int rings = 0;
};

// Files in a folder, and a cluster that nobody runs.
class LonelyGround final : public Ground {
public:
    LonelyGround(net::AsioLoop& loop, const std::string& folder)
        : loop_(loop), dialer_(loop, nullptr), disk_(loop, folder, net::PosixDiskOptions{.inline_sync = true}),
          store_(*chat::ClientStore::open(disk_, "cluster", nullptr)), local_(*chat::LocalStore::open(disk_, store_->folder(), nullptr)) {}
    BackendPorts ports() override { return {loop_, dialer_, secrets_, *store_, *local_, {}}; }
    chat::ClientOptions options() override {
        chat::ClientOptions options;
        options.servers = {"127.0.0.1:1"};
        return options;
    }

private:
    net::AsioLoop& loop_;
    net::AsioDialer dialer_;
    net::SystemSecrets secrets_;
    net::PosixDisk disk_;
    std::unique_ptr<chat::ClientStore> store_;
    std::unique_ptr<chat::LocalStore> local_;
};

struct EngineOnFiles : ::testing::Test {
    EngineOnFiles() {
        std::string pattern = (std::filesystem::temp_directory_path() / "parley-engine-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
    }
    ~EngineOnFiles() override { std::filesystem::remove_all(folder); }
    PrepareGround ground() {
        return [this](net::AsioLoop& loop) -> std::unique_ptr<Ground> { return std::make_unique<LonelyGround>(loop, folder); };
    }
    // The value of a setting, as a fresh engine tells it at its start.
    std::string window() {
        Bell bell;
        Engine engine(ground(), [&] { bell.ring(); });
        for (int rings = 1; bell.wait(rings); ++rings) {
            for (const Notification& one : engine.drain()) {
                const auto* read = std::get_if<SettingRead>(&one);
                if (read != nullptr && read->name == "window") return read->value;
            }
        }
        return "(never told)";
    }
    std::string folder;
};

TEST_F(EngineOnFiles, WakesOnceUntilItIsDrained) {
    Bell bell;
    Engine engine(ground(), [&] { bell.ring(); });
    ASSERT_TRUE(bell.wait(1));
    constexpr std::size_t asked = 500;
    for (std::size_t i = 0; i < asked; ++i) engine.post(ReadSetting{"window " + std::to_string(i)});
    std::size_t told = 0;
    int drains = 0;
    while (told < asked && bell.wait(drains + 1)) {
        ++drains;
        for (const Notification& one : engine.drain()) {
            const auto* read = std::get_if<SettingRead>(&one);
            told += read != nullptr && read->name.starts_with("window ") ? 1U : 0U;
        }
        const std::lock_guard lock(bell.mutex);
        EXPECT_LE(bell.rings, drains + 1);
    }
    EXPECT_EQ(told, asked);
}

TEST_F(EngineOnFiles, WhatWasPostedBeforeItsEndIsDone) {
    for (const char* value : {"dark", "light"}) {
        {
            Engine engine(ground(), [] {});
            engine.post(SaveSetting{"window", value});
        }
        EXPECT_EQ(window(), value);
    }
}

TEST(Engine, TellsWhyItCannotBegin) {
    Bell bell;
    Engine engine([](net::AsioLoop&) -> std::unique_ptr<Ground> { throw std::runtime_error("no cluster runs here"); }, [&] { bell.ring(); });
    ASSERT_TRUE(bell.wait(1));
    const auto told = engine.drain();
    ASSERT_EQ(told.size(), 1U);
    const auto* status = std::get_if<ConnectionStatus>(&told[0]);
    ASSERT_NE(status, nullptr);
    EXPECT_EQ(status->state, ConnectionStatus::State::ended);
    EXPECT_EQ(status->sentence, "no cluster runs here");
    engine.post(LogOut{});   // nobody is there any more; nothing happens, and the engine still ends
}

TEST(Engine, EndsWhileItsThreadIsStillPreparing) {
    for (int i = 0; i < 20; ++i) {
        Bell bell;
        std::atomic<bool> began = false;
        Engine engine(
            [&](net::AsioLoop&) -> std::unique_ptr<Ground> {
                began = true;
                throw std::runtime_error("never mind");
            },
            [&] { bell.ring(); });
        const bool waits = i % 2 == 0;
        ASSERT_TRUE(!waits || bell.wait(1));
    }
}

}  // namespace
}  // namespace parley::gui
