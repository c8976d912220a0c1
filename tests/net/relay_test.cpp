// Relay: bytes pass, late or not at all when told so. CommandSocket: one line each way, for the same user alone.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/asio/command_socket.hpp"
#include "net/asio/relay.hpp"

namespace parley::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::uint16_t port_in(const std::string& address) { return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))); }

// A plain descriptor that waits for nothing.
class Plug {
public:
    explicit Plug(int descriptor) : descriptor_(descriptor) { ::fcntl(descriptor_, F_SETFL, O_NONBLOCK); }
    Plug(const Plug&) = delete;
    Plug& operator=(const Plug&) = delete;
    ~Plug() { close(); }
    void close() {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = -1;
    }
    void say(const std::string& text) const { ASSERT_EQ(::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size())); }
    // What has come by now; "<end>" when the other side has ended.
    [[nodiscard]] std::string heard() const {
        char bytes[256];
        const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, 0);
        return got == 0 ? "<end>" : std::string(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

class RelayTest : public ::testing::Test {
protected:
    RelayTest() : door_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in here = loopback(0);
        ::bind(door_.descriptor(), reinterpret_cast<sockaddr*>(&here), sizeof here);
        ::listen(door_.descriptor(), 8);
        socklen_t size = sizeof here;
        ::getsockname(door_.descriptor(), reinterpret_cast<sockaddr*>(&here), &size);
        auto opened = Relay::open(loop_, "127.0.0.1:0", "127.0.0.1:" + std::to_string(ntohs(here.sin_port)));
        if (!opened) throw std::runtime_error(opened.error().message);
        relay_ = std::move(*opened);
    }

    void turn(milliseconds time) {
        loop_.after(time, [this] { loop_.stop(); });
        loop_.run();
    }
    bool eventually(const std::function<bool()>& holds) {
        const auto until = steady_clock::now() + std::chrono::seconds{5};
        while (!holds()) {
            if (steady_clock::now() > until) return false;
            turn(milliseconds{2});
        }
        return true;
    }
    // A connection through the relay, with both of its ends.
    void connect() {
        near_ = std::make_unique<Plug>(::socket(AF_INET, SOCK_STREAM, 0));
        sockaddr_in there = loopback(port_in(relay_->address()));
        ::connect(near_->descriptor(), reinterpret_cast<sockaddr*>(&there), sizeof there);
        ASSERT_TRUE(eventually([&] {
            const int taken = ::accept(door_.descriptor(), nullptr, nullptr);
            if (taken >= 0) far_ = std::make_unique<Plug>(taken);
            return taken >= 0;
        }));
    }
    void expect_to_come(const Plug& where, const std::string& text) {
        std::string all;
        EXPECT_TRUE(eventually([&] { return (all += where.heard()).size() >= text.size(); }));
        EXPECT_EQ(all, text);
    }

    AsioLoop loop_;
    Plug door_;
    std::unique_ptr<Relay> relay_;
    std::unique_ptr<Plug> near_;
    std::unique_ptr<Plug> far_;
};

TEST_F(RelayTest, PassesBothWaysAndTellsTheEnd) {
    connect();
    near_->say("there");
    expect_to_come(*far_, "there");
    far_->say("and back");
    expect_to_come(*near_, "and back");
    near_->close();
    expect_to_come(*far_, "<end>");
}

TEST_F(RelayTest, WhatIsCutWaitsUntilItPassesAgain) {
    connect();
    relay_->cut();
    near_->say("lost?");
    far_->say("me too?");
    turn(milliseconds{100});
    EXPECT_EQ(far_->heard(), "");
    EXPECT_EQ(near_->heard(), "");
    relay_->pass();
    expect_to_come(*far_, "lost?");
    expect_to_come(*near_, "me too?");
    relay_->cut();
    near_->close();
    turn(milliseconds{100});
    EXPECT_EQ(far_->heard(), "");   // not even that
    relay_->pass();
    expect_to_come(*far_, "<end>");
}

TEST_F(RelayTest, WhatIsSlowComesLaterAndInOrder) {
    connect();
    relay_->pass(milliseconds{150});
    const auto begin = steady_clock::now();
    near_->say("one,");
    turn(milliseconds{20});
    near_->say("two");
    EXPECT_EQ(far_->heard(), "");
    expect_to_come(*far_, "one,two");
    EXPECT_GE(steady_clock::now() - begin, milliseconds{150});
}

TEST_F(RelayTest, ATargetThatIsNotThereEndsTheConnection) {
    door_.close();
    near_ = std::make_unique<Plug>(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in there = loopback(port_in(relay_->address()));
    ::connect(near_->descriptor(), reinterpret_cast<sockaddr*>(&there), sizeof there);
    expect_to_come(*near_, "<end>");
}

TEST(CommandSocket, AnswersALineAndIsForItsOwnerAlone) {
    std::string folder = (std::filesystem::temp_directory_path() / "parley-orders-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    AsioLoop loop;
    {
        const auto socket = CommandSocket::open(loop, folder, "orders", [&](const std::string& line) { return "you said " + line; });
        ASSERT_TRUE(socket) << socket.error().message;
        struct stat status {};
        ASSERT_EQ(::stat((folder + "/orders").c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777U, 0600U);
        Result<std::string> answer = Error{};
        std::thread asking([&] {
            answer = ask_command_socket(folder, "orders", "cut 1 2");
            loop.stop();
        });
        loop.run();
        asking.join();
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(*answer, "you said cut 1 2");
    }
    EXPECT_FALSE(ask_command_socket(folder, "orders", "anybody?"));
    EXPECT_NE(::access((folder + "/orders").c_str(), F_OK), 0);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace parley::net
