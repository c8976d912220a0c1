// The engine's thread: one wake-up until drained, errors as notifications, and an end that always comes.
#include <atomic>
#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "gui/engine/engine.hpp"
#include "net/asio/asio_loop.hpp"

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
