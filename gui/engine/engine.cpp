#include "gui/engine/engine.hpp"

#include <mutex>
#include <thread>

#include "net/asio/asio_loop.hpp"

namespace parley::gui {

struct Engine::Impl {
    Impl(PrepareGround how, net::Function<void()> waker) : prepare(std::move(how)), wake(std::move(waker)) {}

    void run() {
        try {
            const std::unique_ptr<Ground> ground = prepare(loop);
            Backend made(ground->ports(), ground->options(), [this](Notification notification) { tell(std::move(notification)); });
            backend = &made;
            made.start();
            loop.run();
            backend = nullptr;
        } catch (const std::exception& error) {
            ConnectionStatus ended;
            ended.state = ConnectionStatus::State::ended;
            ended.sentence = error.what();
            tell(ended);
        }
    }

    void tell(Notification notification) {
        bool was_silent = false;
        {
            const std::lock_guard lock(mutex);
            told.push_back(std::move(notification));
            was_silent = !std::exchange(is_awake, true);
        }
        if (was_silent) wake();
    }

    PrepareGround prepare;
    net::Function<void()> wake;
    net::AsioLoop loop;
    Backend* backend = nullptr;        // the engine's thread alone
    std::mutex mutex;
    std::vector<Notification> told;
    bool is_awake = false;             // wake() was called and drain() was not
    std::thread thread;
};

Engine::Engine(PrepareGround prepare, net::Function<void()> wake) : impl_(std::make_unique<Impl>(std::move(prepare), std::move(wake))) {
    impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Engine::~Engine() {
    // Behind every command posted before: what was typed last is in the outbox when the loop stops.
    impl_->loop.post([impl = impl_.get()] {
        if (impl->backend != nullptr) impl->backend->flush();
        impl->loop.post([impl] { impl->loop.stop(); });   // the outbox, too, writes at its next turn
    });
    impl_->thread.join();
}

void Engine::post(Command command) {
    impl_->loop.post([impl = impl_.get(), command = std::move(command)]() mutable {
        if (impl->backend != nullptr) impl->backend->run(std::move(command));
    });
}

std::vector<Notification> Engine::drain() {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_awake = false;
    return std::exchange(impl_->told, {});
}

}  // namespace parley::gui
