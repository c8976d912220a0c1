// The ServerBook of the program: files of the profiles, and a thread that asks replicas.
#include <map>
#include <thread>

#include "chat/client/asker.hpp"
#include "chat/cli/local_cluster.hpp"
#include "gui/production_ground.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/tls_context.hpp"

namespace parley::gui {
namespace {

constexpr net::Duration patience = std::chrono::seconds{3};

// One cluster that is asked, at all of its addresses at once, for all profiles that used it.
struct Probe {
    Probe(net::AsioLoop& loop, std::shared_ptr<net::TlsContext> tls) : dialer(loop, std::move(tls)), asker(loop, dialer) {}
    net::AsioDialer dialer;
    chat::Asker asker;
    std::vector<chat::UsedServer> servers;
    std::size_t open = 0;
    bool is_told = false;
};

class ProductionBook final : public ServerBook {
public:
    explicit ProductionBook(chat::GlobalOptions options) : options_(std::move(options)), thread_([this] { loop_.run(); }) {}
    ~ProductionBook() override {
        loop_.stop();
        thread_.join();
    }

    std::vector<chat::UsedServer> servers() override { return chat::used_servers(options_.profile); }
    net::Result<void> forget(const chat::UsedServer& server) override {
        return server.store.empty() ? net::Result<void>{} : chat::forget_server(server.profile, server.store);
    }
    [[nodiscard]] std::string profile() const override { return options_.profile; }
    [[nodiscard]] std::vector<std::string> addresses() const override { return options_.servers; }

    void look(std::vector<chat::UsedServer> servers, net::Function<void(const chat::UsedServer&, bool)> told) override {
        loop_.post([this, servers = std::move(servers), told = std::move(told)]() mutable {
            probes_.clear();
            told_ = std::move(told);
            // By addresses and authority.
            std::map<std::pair<std::vector<std::string>, std::string>, std::vector<chat::UsedServer>> clusters;
            for (chat::UsedServer& server : servers) {
                const auto authority = chat::read_whole_file(server.ca);
                clusters[{server.addresses, authority ? *authority : ""}].push_back(std::move(server));
            }
            for (auto& [where, used] : clusters) ask(where.first, where.second, std::move(used));
        });
    }

    PrepareGround ground(const chat::UsedServer& server) override {
        chat::GlobalOptions options;
        options.profile = server.profile;
        options.servers = server.addresses;
        if (server.ca.empty()) options.tls = false;
        else if (!server.is_local) options.ca = server.ca;
        options_.profile = options.profile;
        options_.servers = options.servers;
        return production_ground(std::move(options));
    }

private:
    // On the thread of the loop.
    void ask(const std::vector<std::string>& addresses, const std::string& authority, std::vector<chat::UsedServer> servers) {
        std::shared_ptr<net::TlsContext> tls;
        try {
            if (!authority.empty()) tls = net::TlsContext::client_pinned(authority);
        } catch (const std::exception&) {
            return tell(servers, false);   // what is kept is no certificate: nobody there can be believed
        }
        Probe& probe = *probes_.emplace_back(std::make_unique<Probe>(loop_, std::move(tls)));
        probe.servers = std::move(servers);
        probe.open = addresses.size();
        for (const std::string& address : addresses) {
            probe.asker.ask(address, chat::AskStatus{}, patience, [this, &probe](const net::Result<chat::Asker::Reply>& reply) {
                --probe.open;
                if (probe.is_told || (!reply && probe.open > 0)) return;
                probe.is_told = true;
                tell(probe.servers, reply.has_value());
            });
        }
    }
    void tell(const std::vector<chat::UsedServer>& servers, bool is_reachable) {
        for (const chat::UsedServer& server : servers) told_(server, is_reachable);
    }

    chat::GlobalOptions options_;
    net::AsioLoop loop_;
    net::Function<void(const chat::UsedServer&, bool)> told_;
    std::vector<std::unique_ptr<Probe>> probes_;   // stand on the loop
    std::thread thread_;
};

}  // namespace

std::unique_ptr<ServerBook> production_book(chat::GlobalOptions options) { return std::make_unique<ProductionBook>(std::move(options)); }

}  // namespace parley::gui
