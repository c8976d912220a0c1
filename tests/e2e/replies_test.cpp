// Quick replies through the real command: learned from what one really wrote, and a service that is asked only where that
// was allowed, by a command that never shows the key.
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "tests/e2e/cluster.hpp"

namespace parley::e2e {
namespace {

namespace asio = boost::asio;

// Gives every caller the same answer and keeps what the callers said.
class FakeService {
public:
    FakeService() : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}), thread_([this] { serve(); }) {}
    ~FakeService() {
        stopping_ = true;
        boost::system::error_code ignored;
        asio::ip::tcp::socket last(context_);
        last.connect(acceptor_.local_endpoint(), ignored);
        thread_.join();
    }
    FakeService(const FakeService&) = delete;
    FakeService& operator=(const FakeService&) = delete;

    [[nodiscard]] std::string base_url() { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/v1"; }
    void answer_with(const std::string& status, const std::string& body) {
        const std::lock_guard lock(mutex_);
        answer_ = "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    std::vector<std::string> asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

private:
    void serve() {
        for (;;) {
            asio::ip::tcp::socket socket(context_);
            boost::system::error_code error;
            acceptor_.accept(socket, error);
            if (error || stopping_) return;
            std::string request;
            asio::read_until(socket, asio::dynamic_buffer(request), "}]", error);   // the end of its list of messages, if not of all
            const std::lock_guard lock(mutex_);
            asked_.push_back(request);
            asio::write(socket, asio::buffer(answer_), error);
            // Bytes that were not read would take the answer back.
            socket.shutdown(asio::ip::tcp::socket::shutdown_send, error);
            asio::read_until(socket, asio::dynamic_buffer(request), "never said", error);
        }
    }

    asio::io_context context_;
    asio::ip::tcp::acceptor acceptor_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::string answer_;
    std::vector<std::string> asked_;
    std::thread thread_;
};

class Replies : public ::testing::Test {
protected:
    Replies() : cluster_(sandbox_, 1, Watch::supervised) {
        sandbox_.register_account("ada");
        sandbox_.register_account("bob");
    }
    Finished done(const std::string& profile, const std::vector<std::string>& arguments) {
        Finished finished = sandbox_.as(profile, arguments);
        EXPECT_EQ(finished.code, 0) << finished.errors;
        return finished;
    }
    void exchange(const std::string& asked, const std::string& answered) {
        done("ada", {"send", "general", asked});
        done("bob", {"send", "general", answered});
    }
    void configure(const std::string& text) {
        std::filesystem::create_directories(sandbox_.path(".config/parley"));
        sandbox_.write_file(".config/parley/replies.toml", text);
    }

    Sandbox sandbox_;
    Cluster cluster_;
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_F(Replies, AreLearnedFromWhatOneWroteAndForgottenOnDemand) {
    exchange("are you coming to lunch?", "Noodles again!");
    exchange("明天来吗", "来的");
    done("ada", {"send", "general", "lunch today?"});
    const auto lines = lines_of(done("bob", {"replies", "general", "--json"}).output);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_TRUE(holds(lines[0], "\"suggestion\":1,\"text\":\"Noodles again!\",\"source\":\"local\",\"room\":\"general\"")) << lines[0];
    const std::string shown = done("bob", {"replies", "general"}).output;
    EXPECT_TRUE(holds(shown, "ada: lunch today?\n1  Noodles again!\n2  ")) << shown;
    EXPECT_TRUE(holds(shown, "nothing left this machine")) << shown;
    done("ada", {"send", "@bob", "明天来不来"});
    EXPECT_TRUE(holds(done("bob", {"replies", "@ada"}).output, "1  来的\n"));

    EXPECT_TRUE(holds(done("bob", {"replies", "forget"}).output, "forgotten: 2"));
    EXPECT_FALSE(holds(done("bob", {"replies", "general"}).output, "Noodles")) << "nor learned again";
    done("bob", {"replies", "mode", "off"});
    EXPECT_EQ(sandbox_.as("bob", {"replies", "general"}).code, 1);
    EXPECT_EQ(done("bob", {"replies", "mode", "--json"}).output, "{\"mode\":\"off\",\"service\":\"\",\"rooms\":[]}\n");
    EXPECT_TRUE(holds(done("ada", {"replies", "mode"}).output, "local")) << "of another profile";
}

TEST_F(Replies, AServiceIsAskedWhereItWasAllowedAndTheKeyIsShownToNobodyElse) {
    FakeService service;
    service.answer_with("200 OK", R"({"choices":[{"message":{"content":"1. Gladly\n2. \u001b[31mNo\n3. Why?\n4. More"}}]})");
    done("ada", {"send", "general", "the secret plan?"});
    EXPECT_TRUE(holds(sandbox_.as("bob", {"replies", "mode", "openai"}).errors, "replies.toml"));
    configure("[openai]\nbase_url = \"" + service.base_url() + "\"\nmodel = \"m\"\nkey_file = \"key\"\n");
    const std::string key_file = sandbox_.write_file(".config/parley/key", "sk-very-secret\n");
    std::filesystem::permissions(key_file, std::filesystem::perms{0644});
    const Finished readable = sandbox_.as("bob", {"replies", "mode", "openai"});
    EXPECT_EQ(readable.code, 1);
    EXPECT_TRUE(holds(readable.errors, "chmod 600")) << readable.errors;
    std::filesystem::permissions(key_file, std::filesystem::perms{0600});
    done("bob", {"replies", "mode", "openai"});

    EXPECT_TRUE(holds(done("bob", {"replies", "general", "--json"}).output, "\"source\":\"local\""));
    EXPECT_TRUE(service.asked().empty()) << "not allowed";
    done("bob", {"replies", "allow", "general"});
    const std::string shown = done("bob", {"replies", "general"}).output;
    EXPECT_TRUE(holds(shown, "1  Gladly\n2  [31mNo\n3  Why?\n(suggested by the model at 127.0.0.1")) << shown;
    ASSERT_EQ(service.asked().size(), 1U);
    EXPECT_TRUE(holds(service.asked()[0], "POST /v1/chat/completions HTTP/1.1\r\n"));
    EXPECT_TRUE(holds(service.asked()[0], "Authorization: Bearer sk-very-secret\r\n"));
    EXPECT_TRUE(holds(service.asked()[0], "the secret plan?"));
    EXPECT_FALSE(holds(service.asked()[0], "ada")) << "names stay here";

    service.answer_with("307 Temporary Redirect\r\nLocation: " + service.base_url(), "");
    const Finished sent_on = sandbox_.as("bob", {"replies", "general"});
    EXPECT_EQ(sent_on.code, 1);
    EXPECT_TRUE(holds(sent_on.errors, "not followed")) << sent_on.errors;
    EXPECT_EQ(service.asked().size(), 2U);
    service.answer_with("200 OK", "\xff\xfe no json");
    const Finished nonsense = sandbox_.as("bob", {"replies", "general", "--json"});
    EXPECT_EQ(nonsense.code, 1);
    EXPECT_EQ(nonsense.output, "");
    for (const Finished& finished : {readable, sent_on, nonsense}) EXPECT_FALSE(holds(finished.errors, "sk-very"));

    configure("[openai]\nbase_url = \"" + service.base_url() + "\"\nmodel = \"m\"\nkye_file = \"key\"\n");
    EXPECT_TRUE(holds(sandbox_.as("bob", {"replies", "general"}).errors, "replies.toml, line 4: unknown key"));
    done("bob", {"replies", "deny", "general"});
    done("bob", {"replies", "general"});
    EXPECT_EQ(service.asked().size(), 3U);
}

TEST_F(Replies, LoggingOutLeavesNothingOfThem) {
    exchange("lunch?", "A telling reply");
    done("ada", {"send", "general", "lunch?"});
    done("bob", {"replies", "general"});
    done("bob", {"logout"});
    EXPECT_EQ(sandbox_.as("bob", {"login", "bob", "--password-file", sandbox_.path("password")}).code, 0);
    EXPECT_TRUE(holds(done("bob", {"replies", "forget"}).output, "forgotten: 0"));
}

TEST(RepliesMeasured, AreTwiceAsGoodAsTheCommonest) {
    Sandbox sandbox;
    const Finished measured = sandbox.parley({"replies", "measure", "--people", "5", "--pairs", "300", "--json"});
    EXPECT_EQ(measured.code, 0) << measured.errors;
    EXPECT_TRUE(holds(measured.output, "\"held_out\":300")) << measured.output;
    EXPECT_TRUE(holds(measured.output, "\"ok\":true")) << measured.output;
}

}  // namespace
}  // namespace parley::e2e
