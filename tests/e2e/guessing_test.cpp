// Somebody guesses passwords at a real replica: it costs him time and nobody else any.
#include <atomic>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/client/client.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/system_secrets.hpp"
#include "net/asio/tls_context.hpp"
#include "tests/e2e/cluster.hpp"

namespace parley::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

// Tries one password after the other for an account, at one replica, on a thread of its own.
class Guesser {
public:
    Guesser(const std::string& server, const std::string& ca, std::string account)
        : account_(std::move(account)), dialer_(loop_, net::TlsContext::client(ca)), client_({loop_, dialer_, secrets_, nullptr}, options(server), {}) {
        loop_.post([this] {
            client_.start();
            guess();
        });
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~Guesser() {
        loop_.post([this] { loop_.stop(); });
        thread_.join();
    }
    [[nodiscard]] int tried() const { return tried_; }
    [[nodiscard]] int refused() const { return refused_; }

private:
    static chat::ClientOptions options(const std::string& server) {
        chat::ClientOptions options;
        options.servers = {server};
        return options;
    }
    void guess() {
        client_.log_in(account_, "guess " + std::to_string(tried_ + refused_), seconds{30}, [this](const net::Result<chat::Answer>& answer) {
            ++(answer ? tried_ : refused_);
            // As fast as it goes would only show whose turn it is on the processor.
            loop_.after(milliseconds{1}, [this] { guess(); });
        });
    }

    std::string account_;
    net::AsioLoop loop_;
    net::SystemSecrets secrets_;
    net::AsioDialer dialer_;
    chat::Client client_;
    std::atomic<int> tried_ = 0;
    std::atomic<int> refused_ = 0;
    std::thread thread_;
};

class Guessing : public ::testing::Test {
protected:
    Guessing() : cluster_(sandbox_, 3, Watch::supervised) {
        for (const char* name : {"ada", "bob"}) {
            EXPECT_EQ(at_first(name, {"register", name, "--password-file", sandbox_.path("password")}).code, 0);
        }
    }
    // All of it at one replica, where the guesser is: what a replica knows of guessers the others do not.
    Finished at_first(const std::string& profile, std::vector<std::string> arguments) {
        const auto reach = cluster_.reach(1);
        arguments.insert(arguments.end(), reach.begin(), reach.end());
        return sandbox_.as(profile, std::move(arguments));
    }
    milliseconds time_of_a_visit() {
        const auto begun = std::chrono::steady_clock::now();
        for (int i = 0; i < 5; ++i) {
            const Finished in = at_first("bob", {"login", "bob", "--password-file", sandbox_.path("password")});
            EXPECT_EQ(in.code, 0) << in.errors;
            const Finished sent = at_first("bob", {"send", "general", "as ever"});
            EXPECT_EQ(sent.code, 0) << sent.errors;
        }
        return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun) / 5;
    }

    Sandbox sandbox_;
    Cluster cluster_;
};

TEST_F(Guessing, AThousandGuessesAreRefusedAndNobodyElseIsSlowed) {
    const milliseconds before = time_of_a_visit();
    Guesser guesser(cluster_.servers()[0], cluster_.ca(), "ada");
    ASSERT_TRUE(eventually(seconds{60}, [&] { return guesser.tried() + guesser.refused() >= 1'000; }));
    EXPECT_LE(guesser.tried(), 20) << "of " << guesser.tried() + guesser.refused();
    const milliseconds meanwhile = time_of_a_visit();
    EXPECT_LE(meanwhile, 2 * before + milliseconds{500}) << "it was " << before.count() << " ms";
    std::printf("a log-in and a post: %lld ms, while %d guesses came %lld ms\n", static_cast<long long>(before.count()),
                guesser.tried() + guesser.refused(), static_cast<long long>(meanwhile.count()));

    const std::string wrong = sandbox_.write_file("wrong", "another guess\n");
    const Finished refused = at_first("stranger", {"login", "ada", "--password-file", wrong});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.errors, HasSubstr("too many wrong passwords for this account: wait "));
}

}  // namespace
}  // namespace parley::e2e
