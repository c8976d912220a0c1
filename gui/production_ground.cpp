// The composition root of the desktop client: the only place that names its concrete ports.
#include "gui/production_ground.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "chat/client/asker.hpp"
#include "chat/cli/exit.hpp"
#include "chat/cli/invitation.hpp"
#include "chat/cli/lab_orders.hpp"
#include "chat/cli/paths.hpp"
#include "chat/cli/reply_service.hpp"
#include "chat/cli/trust.hpp"
#include "chat/cli/used_servers.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/posix_disk.hpp"
#include "net/asio/system_secrets.hpp"

namespace parley::gui {
namespace {

std::string device_name() {
    char host[256] = "";
    ::gethostname(host, sizeof host - 1);
    return fmt::format("parley-gui on {}", host);
}

// Whether the service could be asked is found out before somebody chooses it.
net::Result<std::string> reply_service_host() {
    const auto config = chat::read_reply_config();
    if (!config) return config.error();
    if (!config->openai) {
        return net::Error{net::ErrorKind::refused, fmt::format("No service is configured: write [openai] with base_url and model into {}.", chat::reply_config_path())};
    }
    const auto key = chat::read_reply_key(*config->openai);
    if (!key) return key.error();
    return config->openai->base_url.host;
}

// Sockets, files and trust of this profile; everything lives on the engine's thread.
class ProductionGround final : public Ground {
public:
    ProductionGround(net::AsioLoop& loop, const chat::GlobalOptions& options)
        : loop_(loop), profile_(options.profile), cluster_(chat::known_cluster(loop, options)), dialer_(loop, cluster_.tls), asker_(loop, dialer_), services_(loop) {
        chat::make_profile_folder(options.profile);
        if (!cluster_.is_local) chat::remember(options, cluster_);
        note_used(options);
        disk_ = std::make_unique<net::PosixDisk>(loop, chat::profile_folder(options.profile), net::PosixDiskOptions{.inline_sync = true});
        store_ = chat::value_or_fail(chat::ClientStore::open(*disk_, cluster_.store, nullptr));
        local_ = chat::value_or_fail(chat::LocalStore::open(*disk_, store_->folder(), nullptr));
        auto replies = chat::ReplyStore::open(*disk_, cluster_.store, nullptr);
        if (replies) replies_ = *std::move(replies);
        else replies_problem_ = replies.error().message;   // a window without suggestions is still a window
    }

    BackendPorts ports() override {
        return {loop_, dialer_, secrets_, *store_, *local_, [this](net::Function<void(ReplicasSeen)> done) { ask_replicas(std::move(done)); },
                [this](const std::string& code) { return chat::to_link({cluster_.servers, cluster_.ca_fingerprint, code}); }, lab(),
                ReplyPorts{replies_.get(), replies_problem_, services_.find(), reply_service_host}, disk_.get(), cluster_.store, chat::download_home(),
                [profile = profile_, store = cluster_.store](const std::string& account) { (void)chat::note_account_used(profile, store, account); }};
    }
    chat::ClientOptions options() override {
        chat::ClientOptions options;
        options.servers = cluster_.servers;
        options.program = "parley-gui " PARLEY_VERSION;
        options.device = device_name();
        options.end_when_full = false;   // who sits at it can make room
        // A window is open all day: fewer signs of life, and a silent replica is left a second later.
        options.silence_ping = std::chrono::seconds{3};
        options.silence_max = std::chrono::seconds{5};
        return options;
    }

private:
    // The list of servers is a convenience: a window that cannot write it is still a window.
    void note_used(const chat::GlobalOptions& options) {
        const auto authority = chat::authority_of(options, cluster_);
        if (authority) (void)chat::note_server_used(options.profile, cluster_.store, cluster_.servers, *authority, loop_.wall_now().ms);
    }

    LabPort lab() {
        if (!cluster_.is_local) return {};
        const auto look = [this](net::Function<void(LabSeen)> done) {
            chat::look_at_lab(loop_, cluster_.servers, [done = std::move(done)](std::optional<chat::FoundLab> found) mutable {
                done(found ? LabSeen{true, std::move(found->servers), std::move(found->state)} : LabSeen{});
            });
        };
        const auto order = [this](const chat::LabOrder& what, net::Function<void(net::Result<std::string>)> done) {
            chat::order_lab(loop_, what, std::move(done));
        };
        return {look, order};
    }

    // Each over a link of its own, so that it is known who answers, and how fast.
    void ask_replicas(net::Function<void(ReplicasSeen)> done) {
        struct Round {
            ReplicasSeen seen;
            std::size_t open = 0;
            net::Function<void(ReplicasSeen)> done;
        };
        auto round = std::make_shared<Round>();
        round->open = cluster_.servers.size();
        round->done = std::move(done);
        round->seen.replicas.resize(round->open);
        for (std::size_t i = 0; i < cluster_.servers.size(); ++i) {
            round->seen.replicas[i].address = cluster_.servers[i];
            asker_.ask(cluster_.servers[i], chat::AskStatus{}, std::chrono::milliseconds{900}, [round, i](net::Result<chat::Asker::Reply> reply) {
                ReplicasSeen::Replica& replica = round->seen.replicas[i];
                const auto* report = reply ? std::get_if<chat::StatusReport>(&reply->payload) : nullptr;
                if (report != nullptr) {
                    replica.report = *report;
                    replica.round_trip_us = std::chrono::duration_cast<std::chrono::microseconds>(reply->round_trip).count();
                } else {
                    replica.sentence = reply ? "answered something else" : reply.error().message;
                }
                if (--round->open == 0) round->done(std::move(round->seen));
            });
        }
    }

    net::AsioLoop& loop_;
    std::string profile_;
    chat::KnownCluster cluster_;
    net::AsioDialer dialer_;
    chat::Asker asker_;
    net::SystemSecrets secrets_;
    std::unique_ptr<net::PosixDisk> disk_;
    std::unique_ptr<chat::ClientStore> store_;
    std::unique_ptr<chat::LocalStore> local_;
    std::unique_ptr<chat::ReplyStore> replies_;
    std::string replies_problem_;
    chat::ReplyServices services_;
};

}  // namespace

PrepareGround production_ground(chat::GlobalOptions options) {
    return [options = std::move(options)](net::AsioLoop& loop) -> std::unique_ptr<Ground> {
        return std::make_unique<ProductionGround>(loop, options);
    };
}

}  // namespace parley::gui
