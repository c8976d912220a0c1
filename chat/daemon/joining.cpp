#include "chat/daemon/joining.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "chat/client/asker.hpp"
#include "chat/daemon/formation.hpp"
#include "chat/daemon/join_token.hpp"
#include "consensus/core/membership.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/temporary_folder.hpp"
#include "net/asio/tls_context.hpp"

namespace parley::chat {
namespace {

namespace files = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

JoinToken read_token(const std::string& word) {
    std::string text = word;
    if (std::ifstream file{word}) std::getline(file, text);
    auto token = parse_join_token(text);
    if (!token) throw std::runtime_error(token.error().message);
    return *std::move(token);
}

// The certificate lies in files only while it is used: the folder is made when the cluster has agreed.
class Credentials {
public:
    explicit Credentials(const JoinToken& token) {
        net::write_private_file(folder_.path() + "/ca.pem", token.ca_pem);
        net::write_private_file(folder_.path() + "/replica.pem", token.certificate_pem);
        net::write_private_file(folder_.path() + "/replica.key", token.key_pem);
    }
    [[nodiscard]] std::shared_ptr<net::TlsContext> context() const {
        return net::TlsContext::client(folder_.path() + "/ca.pem", net::TlsIdentity{folder_.path() + "/replica.pem", folder_.path() + "/replica.key"});
    }

private:
    net::TemporaryFolder folder_{"join"};
};

class Joining {
public:
    Joining(const JoinToken& token, std::shared_ptr<net::TlsContext> tls)
        : token_(token), dialer_(loop_, std::move(tls)), asker_(loop_, dialer_) {}

    // The configuration in which this node has joined.
    consensus::Configuration run() {
        const net::Instant end = loop_.now() + patience;
        while (loop_.now() < end) {
            const auto known = newest();
            const consensus::Member* const self = known ? consensus::find_member(*known, token_.member.node) : nullptr;
            if (known && self == nullptr) why_ = "the cluster does not know this replica (any more): `parley cluster add` makes a new token";
            if (self != nullptr && self->joined == drawn_) return *known;
            if (self != nullptr && self->joined != 0) throw std::runtime_error(used);
            if (self != nullptr) ask_leave();
            pause();
        }
        throw std::runtime_error("the cluster could not be joined: " + why_);
    }

private:
    static constexpr seconds patience{60};
    static constexpr const char* used =
        "this token was used: each makes one replica, once. If that replica's folder is lost, take it out with `parley cluster "
        "remove` and add a new one";

    std::optional<net::Result<Asker::Reply>> ask(const std::string& server, Question question) {
        std::optional<net::Result<Asker::Reply>> reply;
        asker_.ask(server, std::move(question), seconds{5}, [&](net::Result<Asker::Reply> answer) {
            reply.emplace(std::move(answer));
            loop_.stop();
        });
        while (!reply) loop_.run();
        if (!*reply) why_ = fmt::format("{}: {}", server, reply->error().message);
        return reply;
    }

    std::optional<consensus::Configuration> newest() {
        std::optional<consensus::Configuration> found;
        for (const std::string& server : token_.servers) {
            const auto reply = ask(server, AskConfiguration{});
            const auto* report = *reply ? std::get_if<ConfigurationReport>(&(**reply).payload) : nullptr;
            if (report == nullptr) continue;
            if (report->cluster != token_.cluster.value) throw std::runtime_error(server + " belongs to another cluster than the token");
            if (report->configuration.level > consensus::highest_feature_level) {
                throw std::runtime_error(consensus::outdated(report->configuration.level, consensus::highest_feature_level).message);
            }
            if (!found || report->configuration.id > found->id) found = report->configuration;
        }
        return found;
    }

    // Only the leader allows it; nobody here knows who that is. Whether it has, the configuration says.
    void ask_leave() {
        for (const std::string& server : token_.servers) {
            const auto reply = ask(server, AskMembership{consensus::ChangeKind::join, token_.member.node.value, {}, {}, drawn_});
            if (*reply) return;
            if (reply->error().kind == net::ErrorKind::refused) throw std::runtime_error(why_);
        }
    }

    void pause() {
        loop_.after(milliseconds{200}, [this] { loop_.stop(); });
        loop_.run();
    }

    const JoinToken& token_;
    net::AsioLoop loop_;
    net::AsioDialer dialer_;
    Asker asker_;
    // Two processes with the same token, or one that does not know whether it was allowed, tell by it whose the leave is.
    const std::uint64_t drawn_ = new_node_id().value;
    std::string why_ = "no replica answered";
};

}  // namespace

void join_cluster(const std::string& data, const std::string& word) {
    if (files::exists(data) && !files::is_empty(data)) {
        throw std::runtime_error(data + " is not empty: a replica joins with a new folder, and without --join once it has one");
    }
    const JoinToken token = read_token(word);
    std::optional<Credentials> credentials;
    if (token.tls) credentials.emplace(token);
    const consensus::Configuration members = Joining{token, token.tls ? credentials->context() : nullptr}.run();
    const consensus::LogIdentity identity{token.cluster, token.member.node, members};
    form_member(data, identity, token.ca_pem, {token.certificate_pem, token.key_pem}, token.tls);
}

}  // namespace parley::chat
